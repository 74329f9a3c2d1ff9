/*
 * fence.h (x86) - a locked instruction is a full fence: only the compiler has to be told. Byte stores and
 * locked accesses to the word around them are coherent, byte by byte.
 */
#pragma once

#define fence_after_rmw() __asm__ volatile("" ::: "memory")
#define clear_low_byte_release(p) __atomic_store_n((unsigned char *)(p), 0, __ATOMIC_RELEASE)

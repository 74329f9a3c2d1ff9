/* fence.h (x86) - a locked instruction is a full fence: only the compiler has to be told. */
#pragma once

#define fence_after_rmw() __asm__ volatile("" ::: "memory")

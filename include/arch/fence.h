/*
 * fence.h - what x86 does for less than C11 can say.
 *
 * fence_after_rmw(): the caller's last shared access was a read-modify-write (or a fence, or a lock
 * passed on by one). On x86 that was a locked instruction and orders everything; here, for machines in
 * general, for the host and for the C11 model, it is the fence that C11 asks for.
 *
 * clear_low_byte_release(p): the low byte of a 32-bit word becomes 0, the rest may change beside. On x86
 * a byte store, which C11, knowing no accesses of mixed size, cannot express; here a read-modify-write.
 *
 * Shadowed by src/arch/x86.
 */
#pragma once

#define fence_after_rmw() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define clear_low_byte_release(p) ((void)__atomic_fetch_and((p), ~0xffu, __ATOMIC_RELEASE))

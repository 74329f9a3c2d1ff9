/*
 * fence.h - a full fence that is free where the machine has just paid for it.
 *
 * fence_after_rmw(): the caller's last shared access was a read-modify-write (or a fence, or a lock
 * passed on by one). On x86 that was a locked instruction and orders everything; here, for machines in
 * general, for the host and for the C11 model, it is the fence that C11 asks for. Shadowed by src/arch/x86.
 */
#pragma once

#define fence_after_rmw() __atomic_thread_fence(__ATOMIC_SEQ_CST)

/*
 * fence.h (model) - a locked instruction orders what came before it, and nothing that was stored since.
 *
 * fence_after_rmw() is a fence only if the thread's last shared store was a read-modify-write, or a fence came after it:
 * who relies on it behind a plain store is found out. clear_low_byte_release() is such a store on x86.
 */
#pragma once

void model_fence_after_rmw(void);
void model_store_was_plain(void);               /* the last event but looked like a read-modify-write */

#define fence_after_rmw() model_fence_after_rmw()
#define clear_low_byte_release(p) ((void)__atomic_fetch_and((p), ~0xffu, __ATOMIC_RELEASE), model_store_was_plain())

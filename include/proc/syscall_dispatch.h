/*
 * syscall_dispatch.h - system calls handed back to the program: PR_SET_SYSCALL_USER_DISPATCH of prctl(2).
 *
 * Calls from outside a range of addresses become SIGSYS while a byte of the thread says so. task->dispatch is NULL
 * for all but such threads; it belongs to the thread, and to its tracer while it is stopped.
 */
#pragma once
#include <task/task.h>
#include <linux/prctl.h>

struct user_frame;

struct syscall_dispatch {
	uint64_t offset, len;                   /* calls from here are let through */
	uaddr_t selector;                       /* SYSCALL_DISPATCH_FILTER_*; null: always refused */
	bool took;                              /* the call under way became a signal: nobody looks at its end */
};

/* mode: PR_SYS_DISPATCH_*. 0, -EINVAL, -EFAULT, -ENOMEM. */
__must_check int syscall_dispatch_set(struct task *t, uint64_t mode, uint64_t offset, uint64_t len, uaddr_t selector);
void syscall_dispatch_clear(struct task *t);    /* exec */
/* The call in f is not to be made: SIGSYS is on its way. Only with t->dispatch. Does not return when the selector is bad. */
bool syscall_dispatch_takes(struct task *t, struct user_frame *f);

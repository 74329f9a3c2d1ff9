/*
 * syscall_dispatch.c - system calls handed back to the program that made them, as SIGSYS.
 *
 * For what emulates another system beside native code: calls from one range of addresses are native, the others are
 * refused while a byte in memory says so. It is looked at before tracers and filters. Neither children nor a new program
 * inherit it.      Context: task.       Tests: tests/abi/signal/dispatch.c.
 */
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <proc/syscall_dispatch.h>
#include <linux/audit.h>
#include "proc_priv.h"

int syscall_dispatch_set(struct task *t, uint64_t mode, uint64_t offset, uint64_t len, uaddr_t selector)
{
	struct syscall_dispatch *d;
	int err;

	if (mode == PR_SYS_DISPATCH_OFF) {
		if (offset || len || !uaddr_is_null(selector))
			return -EINVAL;
		syscall_dispatch_clear(t);
		return 0;
	}
	if (mode != PR_SYS_DISPATCH_ON || (offset && offset + len <= offset))
		return -EINVAL;
	if (!user_range_ok(selector, 1))
		return -EFAULT;
	err = context_watch_calls(&t->thread.ctx, true);
	if (err)
		return err;
	d = t->dispatch ? t->dispatch : kzalloc(sizeof *d);
	if (!d)
		return -ENOMEM;
	d->offset = offset;
	d->len = len;
	d->selector = selector;
	t->dispatch = d;
	return 0;
}

void syscall_dispatch_clear(struct task *t)
{
	kfree(t->dispatch);
	t->dispatch = NULL;                     /* that calls are watched costs time, and does no harm */
}

static void __noreturn die(struct task *t, int sig)
{
	siginfo_t info;

	siginfo_init_kernel(&info, sig);
	t->flags |= TASK_SIGNALED;
	core_dump(t, &info);
	process_exit(sig);
}

bool syscall_dispatch_takes(struct task *t, struct user_frame *f)
{
	struct syscall_dispatch *d = t->dispatch;
	siginfo_t info;
	uint8_t state;

	if (f->rip - d->offset < d->len)
		return false;
	if (!uaddr_is_null(d->selector)) {
		if (user_read(&state, d->selector))
			die(t, SIGSEGV);
		if (state == SYSCALL_DISPATCH_FILTER_ALLOW)
			return false;
		if (state != SYSCALL_DISPATCH_FILTER_BLOCK)
			die(t, SIGSYS);
	}
	d->took = true;
	f->rax = f->orig_rax;                   /* as if the call had not begun */
	memset(&info, 0, sizeof info);
	info.si_signo = SIGSYS;
	info.si_code = SYS_USER_DISPATCH;
	info.si_call_addr = (void *)f->rip;
	info.si_syscall = (int)f->orig_rax;
	info.si_arch = AUDIT_ARCH_X86_64;
	signal_force_info(&info);
	return true;
}

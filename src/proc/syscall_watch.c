/*
 * syscall_watch.c - a watched system call, before and after: the tracer, then the filters.
 *
 * entry.asm comes here for threads whose calls are watched (arch/trace.h), with a complete
 * frame. The tracer may change number and arguments; the filters see what it left.
 * Context: task, interrupts on, full frame; sleeps.
 */
#include <arch/trace.h>
#include <arch/upcall.h>
#include <base/err.h>
#include <lib/string.h>
#include <proc/ptrace.h>
#include <proc/seccomp_listener.h>
#include <proc/syscall_dispatch.h>
#include <task/seccomp.h>
#include <trace/ratelimit.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include "proc_priv.h"

#define REFUSED (~0ull)                         /* no call is made; the frame's rax is the result */

static void data_fill(struct seccomp_data *d, const struct user_frame *f)
{
	*d = (struct seccomp_data){
		.nr = (int)f->orig_rax, .arch = AUDIT_ARCH_X86_64, .instruction_pointer = f->rip,
		.args = { f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9 },
	};
}

/* SIGSYS, as a fault of this instruction. */
static void siginfo_init_refused(siginfo_t *info, const struct seccomp_data *d, uint32_t data)
{
	memset(info, 0, sizeof *info);
	info->si_signo = SIGSYS;
	info->si_code = SYS_SECCOMP;
	info->si_errno = (int)data;
	info->si_call_addr = (void *)d->instruction_pointer;
	info->si_syscall = d->nr;
	info->si_arch = d->arch;
}

static void trap_send(const struct seccomp_data *d, uint32_t data)
{
	siginfo_t info;

	siginfo_init_refused(&info, d, data);
	signal_force_info(&info);
}

static void __noreturn kill(struct task *t, const struct seccomp_data *d, bool whole, uint32_t data)
{
	siginfo_t info;

	klog_ratelimited(KLOG_INFO, "seccomp: %s[%d] killed at system call %d\n", t->comm, t->tid, d->nr);
	t->flags |= TASK_SIGNALED;
	if (whole || load_relaxed(&t->process->nr_threads) == 1) {
		siginfo_init_refused(&info, d, data);
		core_dump(t, &info);
		process_exit(SIGSYS);
	}
	task_exit(SIGSYS);
}

/* PTRACE_EVENT_SECCOMP: the tracer decides, and may have changed the call: the filters look again. */
static uint64_t ask_tracer(struct task *t, struct user_frame *f, uint32_t data, bool again)
{
	if (again)                              /* it has seen this one */
		return f->orig_rax;
	if (!ptrace_seccomp_stop(data)) {
		f->rax = (uint64_t)-ENOSYS;
		return REFUSED;
	}
	if (signal_is_fatal_pending() || (int)f->orig_rax < 0)
		return REFUSED;
	return seccomp_filter(t, f, true);
}

static uint64_t ask_listener(struct user_frame *f, const struct seccomp_data *d, const struct seccomp *match)
{
	struct seccomp_listener *l = seccomp_listener_of(match);
	int64_t result = -ENOSYS;

	if (l && seccomp_listener_ask(l, d, &result))
		return f->orig_rax;
	f->rax = (uint64_t)result;
	return REFUSED;
}

uint64_t seccomp_filter(struct task *t, struct user_frame *f, bool again)
{
	const struct seccomp *match;
	struct seccomp_data d;
	uint32_t verdict, data;

	if (unlikely(t->ptrace != NULL) && ptrace_suspends_seccomp(t))
		return f->orig_rax;
	data_fill(&d, f);
	verdict = seccomp_run(t->seccomp, &d, &match);
	data = verdict & SECCOMP_RET_DATA;
	switch (verdict & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
		return f->orig_rax;
	case SECCOMP_RET_LOG:
		klog_ratelimited(KLOG_INFO, "seccomp: %s[%d] system call %d\n", t->comm, t->tid, d.nr);
		return f->orig_rax;
	case SECCOMP_RET_TRACE:
		return ask_tracer(t, f, data, again);
	case SECCOMP_RET_USER_NOTIF:
		return ask_listener(f, &d, match);
	case SECCOMP_RET_ERRNO:
		f->rax = (uint64_t)-(int64_t)MIN(data, 4095u);
		return REFUSED;
	case SECCOMP_RET_TRAP:
		f->rax = f->orig_rax;           /* what the handler sees, and a return from it would repeat */
		trap_send(&d, data);
		return REFUSED;
	case SECCOMP_RET_KILL_THREAD:
		if (t->seccomp == &seccomp_strict) {
			t->flags |= TASK_SIGNALED;
			task_exit(SIGKILL);
		}
		kill(t, &d, false, data);
	default:
		kill(t, &d, true, data);
	}
}

uint64_t syscall_watched_enter(struct user_frame *f)
{
	struct task *t = task_current();
	uint64_t nr;

	if (unlikely(t->dispatch != NULL) && syscall_dispatch_takes(t, f))
		return REFUSED;
	if (t->trace_calls) {
		ptrace_syscall_stop(true);
		if (signal_is_fatal_pending())
			return REFUSED;
	}
	nr = t->seccomp && (int)f->orig_rax != -1 ? seccomp_filter(t, f, false) : f->orig_rax;
	/* A tracer that changed registers asked for all of them to be restored: so they are, here; the call's result counts. */
	if (load_relaxed(&t->thread.work) & WORK_FULL_RESTORE)
		thread_clear_work(&t->thread, WORK_FULL_RESTORE);
	return nr;
}

void syscall_watched_exit(struct user_frame *f)
{
	struct task *t = task_current();

	if (unlikely(t->dispatch != NULL) && t->dispatch->took)
		t->dispatch->took = false;
	else if (t->trace_calls)
		ptrace_syscall_stop(false);
}

/* WORK_TRACE: filters were given to this thread by another, or at birth. */
void syscall_watch_begin(struct task *t)
{
	thread_clear_work(&t->thread, WORK_TRACE);
	if (t->seccomp && context_watch_calls(&t->thread.ctx, true)) {
		klog_ratelimited(KLOG_WARN, "seccomp: no memory to filter %s[%d]: killed\n", t->comm, t->tid);
		process_exit(SIGKILL);
	}
}

/*
 * deliver.c - what happens before user mode when thread->work says so: signals, above all.
 *
 * A system call interrupted by a signal left -ERESTART* in rax. Only here, where it is known
 * whether a handler runs, it becomes -EINTR or the call is made again.
 *   I1  WORK_SIGNAL is cleared only by its own thread, when nothing is left to do
 *   I2  the mask saved by sigsuspend and friends comes back either through the handler's
 *       frame or here, when no handler runs
 * Context: task, interrupts on, full frame; sleeps.
 */
#include <fs/owner.h>
#include <arch/sigframe.h>
#include <arch/upcall.h>
#include <sched/sched.h>
#include <asm/unistd.h>
#include <proc/ptrace.h>
#include <task/cpu_clock.h>
#include <task/rseq.h>
#include "proc_priv.h"

struct delivery {
	int sig;
	siginfo_t info;
	struct sigaction_k action;
};

static void __noreturn die_of_signal(struct task *t, int sig)
{
	t->flags |= TASK_SIGNALED;
	process_exit(sig);
}

/* The action of sig is the default one. True: look for the next signal (lock held again). */
static void default_action(struct process *p, struct task *t, const siginfo_t *info, int sig)
{
	if (SIGMASK(sig) & SIGSET_IGNORED_BY_DEFAULT)
		return;
	if (p->is_unkillable && !(SIGMASK(sig) & SIGSET_UNBLOCKABLE))
		return;
	if (!(SIGMASK(sig) & SIGSET_STOP)) {
		spin_unlock(&p->sig_lock);
		if (SIGMASK(sig) & SIGSET_CORE)
			core_dump(t, info);
		die_of_signal(t, sig);
	}
	if (sig != SIGSTOP) {
		struct pid *pgrp;
		bool orphaned;

		/* Terminal stops do not suspend a group that nobody could continue. */
		spin_unlock(&p->sig_lock);
		spin_lock(&tasklist_lock);
		pgrp = p->pgrp;
		orphaned = pgrp_is_orphaned_locked(pgrp);
		spin_unlock(&tasklist_lock);
		spin_lock(&p->sig_lock);
		if (orphaned)
			return;
	}
	if (stop_begin_locked(p, t, sig)) {
		stop_participate(p, t);
		spin_lock(&p->sig_lock);
	}
}

/* Things of the whole group that come before any signal. True: something was done, look again. */
static bool group_business(struct process *p, struct task *t)
{
	if (unlikely(p->notify_parent)) {
		int code = (int)p->notify_parent;

		p->notify_parent = 0;
		spin_unlock(&p->sig_lock);
		parent_notify_jobctl(p, code);
		spin_lock(&p->sig_lock);
		return true;
	}
	if (unlikely((p->group_flags & GROUP_EXIT) || (p->group_exec && p->group_exec != t))) {
		int status = p->group_exit_status;

		spin_unlock(&p->sig_lock);
		t->flags |= TASK_SIGNALED;
		process_exit(status);
	}
	if (unlikely(t->jobctl & JOB_STOP_PENDING)) {
		stop_participate(p, t);
		spin_lock(&p->sig_lock);
		return true;
	}
	if (unlikely(t->jobctl & JOB_TRAP_STOP)) {
		ptrace_trap_locked(t);
		return true;
	}
	return false;
}

/* The next signal that a handler of user mode is to see; false when none is left. May not return. */
static bool delivery_next(struct task *t, struct delivery *d)
{
	struct process *p = t->process;
	bool found = false;

	spin_lock(&p->sig_lock);
	for (;;) {
		if (group_business(p, t))
			continue;
		d->sig = signal_dequeue_locked(t, t->blocked, &d->info);
		if (!d->sig)
			break;
		if (unlikely(d->sig == SIGKILL)) {
			spin_unlock(&p->sig_lock);
			die_of_signal(t, SIGKILL);
		}
		if (unlikely(t->ptrace)) {
			d->sig = ptrace_signal_locked(t, d->sig, &d->info);
			if (!d->sig)
				continue;
			if (d->sig == SIGKILL) {
				spin_unlock(&p->sig_lock);
				die_of_signal(t, SIGKILL);
			}
		}
		signal_action_read(p, d->sig, &d->action);
		if (d->action.handler == HANDLER_IGNORE)
			continue;
		if (d->action.handler == HANDLER_DEFAULT) {
			default_action(p, t, &d->info, d->sig);
			continue;
		}
		if (d->action.flags & SA_RESETHAND) {
			struct sigaction_k reset = d->action;

			reset.handler = HANDLER_DEFAULT;
			signal_action_write(p, d->sig, &reset);
		}
		found = true;
		break;
	}
	signal_recalc(t);
	spin_unlock(&p->sig_lock);
	return found;
}

static bool frame_in_syscall(const struct user_frame *f)
{
	return (int64_t)f->orig_rax >= 0;
}

/* Make the interrupted call again: back to the SYSCALL instruction, two bytes long. */
static void syscall_repeat(struct user_frame *f, uint64_t nr)
{
	f->rax = nr;
	f->rip -= 2;
}

static void syscall_finish_for_handler(struct user_frame *f, uint64_t sa_flags)
{
	if (!frame_in_syscall(f))
		return;
	switch (-(int64_t)f->rax) {
	case ERESTARTSYS:
		if (sa_flags & SA_RESTART)
			syscall_repeat(f, f->orig_rax);
		else
			f->rax = (uint64_t)-EINTR;
		break;
	case ERESTARTNOINTR:
		syscall_repeat(f, f->orig_rax);
		break;
	case ERESTARTNOHAND:
	case ERESTART_RESTARTBLOCK:
		f->rax = (uint64_t)-EINTR;
		break;
	}
}

static void syscall_finish_without_handler(struct user_frame *f)
{
	if (!frame_in_syscall(f))
		return;
	switch (-(int64_t)f->rax) {
	case ERESTARTSYS:
	case ERESTARTNOINTR:
	case ERESTARTNOHAND:
		syscall_repeat(f, f->orig_rax);
		break;
	case ERESTART_RESTARTBLOCK:
		syscall_repeat(f, __NR_restart_syscall);
		break;
	}
}

/* The frame cannot be built, or the rseq area read: SIGSEGV, which no longer may be caught if it was SIGSEGV's own. */
static void delivery_failed(struct task *t, int sig)
{
	struct process *p = t->process;

	if (sig == SIGSEGV) {
		struct sigaction_k none = { 0 };

		spin_lock(&p->sig_lock);
		signal_action_write(p, SIGSEGV, &none);
		spin_unlock(&p->sig_lock);
	}
	signal_force_segv();
}

static void handler_enter(struct task *t, struct user_frame *f, const struct delivery *d)
{
	struct sigframe_args args = {
		.sig = d->sig,
		.info = &d->info,
		.handler = d->action.handler,
		.sa_flags = d->action.flags,
		.restorer = d->action.restorer,
		.oldmask = t->flags & TASK_RESTORE_SIGMASK ? t->saved_blocked : t->blocked,
		.altstack_base = t->altstack_base,
		.altstack_size = t->altstack_size,
		.altstack_flags = t->altstack_flags,
		.trap_nr = t->trap_nr,
		.trap_error = t->trap_error,
		.trap_addr = t->trap_addr,
	};
	sigset64_t mask = t->blocked | d->action.mask;

	if (sigframe_push(f, &t->thread.ctx, &args)) {
		delivery_failed(t, d->sig);
		return;
	}
	f->orig_rax = ~0ull;                    /* the call is over, whatever rax holds now */
	t->restart_fn = NULL;
	t->flags &= ~TASK_RESTORE_SIGMASK;      /* I2 */
	if (t->altstack_flags & SS_AUTODISARM) {
		t->altstack_base = t->altstack_size = 0;
		t->altstack_flags = SS_DISABLE;
	}
	if (!(d->action.flags & SA_NODEFER))
		mask |= SIGMASK(d->sig);
	signal_set_blocked(mask);
}

static void deliver_one(struct task *t, struct user_frame *f, const struct delivery *d)
{
	syscall_finish_for_handler(f, d->action.flags);
	if (rseq_is_registered(t) && !rseq_signal(f))
		delivery_failed(t, d->sig);     /* the handler begins all the same: one that blocks SIGSEGV runs to its end */
	handler_enter(t, f, d);
}

static void deliver_signals(struct user_frame *f)
{
	struct task *t = task_current();
	struct delivery d;

	if (delivery_next(t, &d)) {
		deliver_one(t, f, &d);
		return;
	}
	syscall_finish_without_handler(f);
	f->orig_rax = ~0ull;                    /* rip stands on the call to repeat, or past it: done with */
	if (t->flags & TASK_RESTORE_SIGMASK) {
		t->flags &= ~TASK_RESTORE_SIGMASK;
		signal_set_blocked(t->saved_blocked);
	}
}

void user_return_work(struct user_frame *f)
{
	struct thread *self = thread_current();
	unsigned work;

	while ((work = load_acquire(&self->work) & ~(WORK_FULL_RESTORE | WORK_KILL))) {      /* pairs with thread_set_work() */
		if (work & WORK_RESCHED)
			schedule();
		if (work & WORK_SIGNAL)
			deliver_signals(f);
		if (work & WORK_NOTIFY) {
			thread_clear_work(self, WORK_NOTIFY);
			if (unlikely(thread_to_task(self)->owners_to_tell))
				file_owners_deliver_slow();
			cpu_timers_run();
			rseq_resume(f);
		}
		if (work & WORK_TRACE)
			syscall_watch_begin(thread_to_task(self));
	}
}

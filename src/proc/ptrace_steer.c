/*
 * ptrace_steer.c - tracing: what a tracer does with its tracee: interrupt it, hold it, let it go on, detach.
 *
 *   I1  while JOB_HELD is set a tracee sleeps in its stop, whoever kills it: frame, registers and stack stay
 *   I2  who resumes takes link->info and ->resume away before the tracee runs: they are on its stack
 * Lock order: tasklist_lock, sig_lock.
 */
#include <arch/trace.h>
#include <sched/sched.h>
#include <asm/processor-flags.h>
#include <linux/ptrace.h>
#include <sync/waitq.h>
#include <time/clock.h>
#include "proc_priv.h"
#include "ptrace_priv.h"

#define YIELDS 8
#define NAP_NS 100000ull

static bool is_my_tracee_locked(const struct task *t)
{
	return t->ptrace && t->ptrace->tracer == task_current();
}

int ptrace_interrupt(struct task *t)
{
	struct process *p = t->process;
	int err = -ESRCH;

	spin_lock(&p->sig_lock);
	if (is_my_tracee_locked(t)) {
		err = -EIO;
		if (t->ptrace->seized) {
			signal_trap_listener_locked(t);
			signal_wake_locked(t, false);
			err = 0;
		}
	}
	spin_unlock(&p->sig_lock);
	return err;
}

int ptrace_listen(struct task *t)
{
	struct ptrace_link *l;
	int err = -EIO;

	spin_lock(&t->process->sig_lock);
	l = t->ptrace;
	if (l && l->seized && l->state == TRACEE_STOPPED && l->code >> 8 == PTRACE_EVENT_STOP) {
		l->state = TRACEE_LISTENS;
		t->jobctl |= JOB_LISTENING;
		if (t->jobctl & JOB_TRAP_STOP)
			signal_trap_listener_locked(t);
		err = 0;
	}
	spin_unlock(&t->process->sig_lock);
	return err;
}

int ptrace_kill(struct task *t)
{
	bool mine;

	spin_lock(&t->process->sig_lock);
	mine = is_my_tracee_locked(t);
	spin_unlock(&t->process->sig_lock);
	return mine ? signal_send_process_kernel(t->process, SIGKILL) : -ESRCH;
}

void ptrace_let_go(struct task *t)
{
	spin_lock(&t->process->sig_lock);
	t->jobctl &= ~JOB_HELD;
	if (!(t->jobctl & JOB_TRACED))
		unpark(&t->thread);
	spin_unlock(&t->process->sig_lock);
}

/* Let t run, which may wait for this CPU and be less urgent than we are: then yielding alone gives it nothing. */
static void give_way(unsigned times_before)
{
	if (times_before < YIELDS) {
		sched_yield_now();
		return;
	}
	park_begin(PARK_UNINTERRUPTIBLE);
	(void)park(PARK_UNINTERRUPTIBLE, clock_monotonic_ns() + NAP_NS);
	park_end();
}

int ptrace_hold(struct task *t)
{
	bool stopped;

	spin_lock(&t->process->sig_lock);
	stopped = is_my_tracee_locked(t) && t->ptrace->state == TRACEE_STOPPED && (t->jobctl & JOB_TRACED);
	if (stopped)
		t->jobctl |= JOB_HELD;
	spin_unlock(&t->process->sig_lock);
	if (!stopped)
		return -ESRCH;
	/* It is about to park: a few instructions, unless it was preempted there. */
	for (unsigned n = 0; !thread_is_parked(&t->thread); n++) {
		if (!(load_acquire(&t->jobctl) & JOB_TRACED)) { /* pairs with the lock of who kills it */
			ptrace_let_go(t);
			return -ESRCH;
		}
		give_way(n);
	}
	return 0;
}

/* The link of a stopped tracee goes, or not; it runs on. Both locks held when it goes. */
static void release_locked(struct task *t, struct ptrace_link *l, int sig)
{
	if (l->resume)
		l->resume->sig = sig;
	l->info = NULL;
	l->resume = NULL;
	l->state = TRACEE_RUNS;
	t->jobctl &= ~JOB_TRACED;
	unpark(&t->thread);
}

/* t is no longer traced: what a stop of its group left undone. Both locks held. */
void ptrace_detach_locked(struct task *t, struct ptrace_link *l, int sig)
{
	struct process *p = t->process;

	ptrace_link_leave_locked(l);
	t->trace_calls = false;
	if (l->stepping && !(t->flags & TASK_GONE))     /* else its stack is, too */
		task_user_frame(t)->rflags &= ~(uint64_t)X86_EFLAGS_TF;
	if ((p->group_flags & GROUP_STOPPED) && !(t->jobctl & JOB_STOPPED)) {
		t->jobctl |= JOB_STOP_PENDING;
		thread_set_work(&t->thread, WORK_SIGNAL);
	}
	if (t->jobctl & JOB_TRACED)
		release_locked(t, l, sig);
}

int ptrace_resume(struct task *t, enum ptrace_how how, uint64_t sig)
{
	struct process *p = t->process;
	struct ptrace_link *l;
	bool calls = how == RESUME_SYSCALL;
	int err = -ESRCH;

	if (sig > NR_SIGNALS)
		return -EIO;
	err = context_watch_calls(&t->thread.ctx, calls || t->seccomp || t->dispatch);
	if (!err && how == RESUME_STEP)
		err = context_watch_prepare(&t->thread.ctx);    /* for DR6 of the step's exception */
	if (err)
		return err;
	spin_lock(&tasklist_lock);
	spin_lock(&p->sig_lock);
	err = -ESRCH;
	l = t->ptrace;
	if (is_my_tracee_locked(t) && l->state == TRACEE_STOPPED) {
		err = 0;
		if (how == RESUME_DETACH) {
			ptrace_detach_locked(t, l, (int)sig);
		} else {
			t->trace_calls = calls;
			if (how == RESUME_STEP) {
				task_user_frame(t)->rflags |= X86_EFLAGS_TF;
				thread_set_work(&t->thread, WORK_FULL_RESTORE);
				l->stepping = true;
			}
			release_locked(t, l, (int)sig);
			l = NULL;
		}
	} else {
		l = NULL;
	}
	spin_unlock(&p->sig_lock);
	spin_unlock(&tasklist_lock);
	ptrace_link_free(l);
	return err;
}

/*
 * stop.c - group stops: all threads of a process suspended, the parent told.
 *
 * One thread dequeues the stop signal and marks the others (JOB_STOP_PENDING); each counts
 * itself out of stop_count on its way to user mode and sleeps. The last one makes the group
 * GROUP_STOPPED and tells the parent. SIGCONT (task/signal.c) clears the marks and wakes all;
 * who goes on first tells the parent (notify_parent).
 *   I1  stop_count = threads with JOB_STOP_CONSUME
 *   I2  JOB_STOPPED is set by the thread itself and cleared by who wakes it; sig_lock
 * Lock order: tasklist_lock, sig_lock; the parent is told with none held.
 */
#include <sched/sched.h>
#include <time/clock.h>
#include <lib/string.h>
#include <proc/ptrace.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include "proc_priv.h"

void parent_notify_jobctl(struct process *p, int code)
{
	struct process *parent;
	const struct sigaction_k *a;
	struct process_usage own;
	siginfo_t info;

	process_usage_read(p, &own, NULL);
	memset(&info, 0, sizeof info);
	info.si_signo = SIGCHLD;
	info.si_code = code;
	info.si_status = code == CLD_CONTINUED ? SIGCONT : p->stop_signal & 0x7f;
	info.si_utime = (long)(own.utime_ns / (NSEC_PER_SEC / USER_HZ));
	info.si_stime = (long)(own.stime_ns / (NSEC_PER_SEC / USER_HZ));
	rcu_read_lock();
	spin_lock(&tasklist_lock);
	parent = p->parent;
	if (parent) {
		info.si_pid = pid_nr_in(p->pid, pid_ns_of(parent->pid));
		info.si_uid = uid_shown_in(rcu_load(parent->leader->cred)->user_ns, rcu_load(p->leader->cred)->uid);
		a = &parent->actions[SIGCHLD - 1];
		if (load_relaxed(&a->handler) != HANDLER_IGNORE && !(load_relaxed(&a->flags) & SA_NOCLDSTOP))
			(void)signal_send_process(parent, &info);
		waitq_wake_all(&parent->child_wait);
	}
	spin_unlock(&tasklist_lock);
	rcu_read_unlock();
}

/* Mark t to stop with its group. */
static void stop_mark_locked(struct process *p, struct task *t)
{
	if (t->flags & TASK_EXITING)
		return;
	t->jobctl |= JOB_STOP_PENDING | JOB_STOP_CONSUME;
	p->stop_count++;
}

bool stop_begin_locked(struct process *p, struct task *t, int sig)
{
	struct task *other;

	if (!(t->jobctl & JOB_STOP_DEQUEUED) || (p->group_flags & GROUP_EXIT) || p->group_exec)
		return false;
	if (!(p->group_flags & GROUP_STOPPED))
		p->stop_signal = sig;
	p->group_flags |= GROUP_STOPPING;
	p->stop_count = 0;
	stop_mark_locked(p, t);
	list_for_each(other, &p->threads, group_node) {
		if (other == t || (other->jobctl & JOB_STOPPED))
			continue;
		stop_mark_locked(p, other);
		signal_wake_locked(other, false);
	}
	return true;
}

bool stop_leave_locked(struct process *p, struct task *t)
{
	bool consumes = t->jobctl & JOB_STOP_CONSUME;

	t->jobctl &= ~(JOB_STOP_PENDING | JOB_STOP_CONSUME | JOB_STOP_DEQUEUED);
	if (!consumes || !p->stop_count || --p->stop_count)
		return false;
	p->group_flags &= ~GROUP_STOPPING;
	if (p->group_flags & GROUP_STOPPED)
		return false;                   /* it was stopped, and told, before */
	p->group_flags |= GROUP_STOPPED;
	p->stop_reported = false;
	p->continued = false;
	return true;
}

void stop_participate(struct process *p, struct task *t)
{
	bool is_last = stop_leave_locked(p, t);

	if (unlikely(t->ptrace)) {
		if (is_last)
			p->notify_parent = CLD_STOPPED; /* told on the way out */
		ptrace_trap_locked(t);
		spin_unlock(&p->sig_lock);
		return;
	}
	t->jobctl |= JOB_STOPPED;
	spin_unlock(&p->sig_lock);
	if (is_last)
		parent_notify_jobctl(p, CLD_STOPPED);
	for (;;) {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (!(load_acquire(&t->jobctl) & JOB_STOPPED))  /* pairs with the lock of who clears it, by unpark() */
			break;
		store_relaxed(&t->thread.state, (unsigned)THREAD_STOPPED);     /* what ps shows */
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
	}
	park_end();
}

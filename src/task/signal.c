/*
 * signal.c - sending signals: is it wanted, who gets it, who wakes.
 *
 * The receiving process's sig_lock covers the decision and the queueing. Only a thread
 * itself clears its WORK_SIGNAL bit: a system call that leaves with -ERESTART* because it saw
 * the bit thus always passes user_return_work(), even when another thread took the signal.
 * Lock order: tasklist_lock, sig_lock, then leaves (slab, wait queues, run queues).
 * Context: task (interrupts use signal_post()); never sleeps.
 */
#include <task/signal.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <sched/sched.h>
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <lib/string.h>
#include <trace/ratelimit.h>
#include "signal_priv.h"

void siginfo_init_kernel(siginfo_t *info, int sig)
{
	memset(info, 0, sizeof *info);
	info->si_signo = sig;
	info->si_code = SI_KERNEL;
}

void siginfo_init_user(siginfo_t *info, int sig, int code)
{
	memset(info, 0, sizeof *info);
	info->si_signo = sig;
	info->si_code = code;
	info->si_pid = process_current()->tgid;
	info->si_uid = uid_shown(cred_current()->uid);
}

static uint64_t action_handler(const struct process *p, int sig)
{
	return load_relaxed(&p->actions[sig - 1].handler);      /* one word, stored whole */
}

/* Would p drop sig if nobody blocked it? force: from the kernel, which may kill init. */
static bool signal_is_discarded(const struct process *p, const struct task *t, int sig, bool force)
{
	uint64_t handler = action_handler(p, sig);

	if (unlikely(t->ptrace) && sig != SIGKILL)
		return false;                   /* its tracer is to see it */
	if (handler == HANDLER_DEFAULT && p->is_unkillable && !(force && (SIGMASK(sig) & SIGSET_UNBLOCKABLE)))
		return true;
	return handler == HANDLER_IGNORE ||
	       (handler == HANDLER_DEFAULT && (SIGMASK(sig) & SIGSET_IGNORED_BY_DEFAULT));
}

static bool signal_ends_process(const struct process *p, int sig)
{
	return action_handler(p, sig) == HANDLER_DEFAULT &&
	       !(SIGMASK(sig) & (SIGSET_STOP | SIGSET_IGNORED_BY_DEFAULT));
}

/* The end of every stop: of the group's by SIGCONT; by a fatal signal, of the tracer's, too. */
static void stop_end_locked(struct task *t, bool fatal)
{
	uint32_t sleeps = t->jobctl & (fatal ? JOB_STOPPED | JOB_TRACED : JOB_STOPPED);

	t->jobctl &= fatal ? JOB_HELD : JOB_TRACING;
	if (sleeps)
		unpark(&t->thread);
}

void signal_trap_listener_locked(struct task *t)
{
	t->jobctl |= JOB_TRAP_STOP;
	thread_set_work(&t->thread, WORK_SIGNAL);
	if (!(t->jobctl & JOB_LISTENING))
		return;
	t->jobctl &= ~(JOB_LISTENING | JOB_TRACED);
	unpark(&t->thread);
}

void signal_wake_locked(struct task *t, bool fatal)
{
	thread_set_work(&t->thread, fatal ? WORK_SIGNAL | WORK_KILL : WORK_SIGNAL);
	if (fatal)
		stop_end_locked(t, true);
	if (&t->thread != thread_current())
		sched_kick(&t->thread);
}

/* SIGCONT resumes and SIGSTOP suspends when they are sent, whatever their handlers. */
static void stop_cancels_continue(struct process *p)
{
	struct task *t;

	sigqueue_remove(&p->shared_pending, SIGMASK(SIGCONT));
	list_for_each(t, &p->threads, group_node)
		sigqueue_remove(&t->pending, SIGMASK(SIGCONT));
}

static void continue_cancels_stop(struct process *p)
{
	struct task *t;

	sigqueue_remove(&p->shared_pending, SIGSET_STOP);
	list_for_each(t, &p->threads, group_node) {
		sigqueue_remove(&t->pending, SIGSET_STOP);
		stop_end_locked(t, false);
		if (unlikely(t->jobctl & JOB_SEIZED))
			signal_trap_listener_locked(t);
	}
	if (p->group_flags & GROUP_STOPPED) {
		p->notify_parent = CLD_CONTINUED;
		p->continued = true;
	} else if (p->group_flags & GROUP_STOPPING) {
		p->notify_parent = CLD_STOPPED; /* it half stopped: the parent hears of that */
	} else {
		return;
	}
	p->group_flags &= ~(GROUP_STOPPED | GROUP_STOPPING);
	p->stop_count = 0;
	p->stop_reported = true;                /* nothing left for WUNTRACED */
	/* Somebody has to tell the parent, on its way to user mode. */
	list_for_each(t, &p->threads, group_node)
		signal_wake_locked(t, false);
}

/* Side effects of sending; false when sig is to be dropped. */
static bool signal_prepare_locked(struct process *p, struct task *t, int sig, bool force)
{
	if (p->group_flags & GROUP_EXIT) {
		if (unlikely(p->dumper != NULL) && sig == SIGKILL) {
			p->group_exit_status = sig;     /* no use going on with the core dump */
			signal_wake_locked(p->dumper, true);
		}
		return false;
	}
	if (SIGMASK(sig) & SIGSET_STOP)
		stop_cancels_continue(p);
	else if (sig == SIGCONT)
		continue_cancels_stop(p);
	if ((t->blocked | t->real_blocked) & SIGMASK(sig))
		return true;                    /* its action may change before it is unblocked */
	return !signal_is_discarded(p, t, sig, force);
}

static bool thread_wants(const struct task *t, int sig)
{
	return !(t->blocked & SIGMASK(sig)) && !(t->flags & TASK_EXITING) &&
	       (sig == SIGKILL || !(t->jobctl & (JOB_STOPPED | JOB_TRACED)));
}

static struct task *thread_choose(struct process *p, struct task *t, int sig, bool shared)
{
	struct task *busy = NULL;

	if (thread_wants(t, sig) && (!shared || !thread_signal_pending(&t->thread)))
		return t;
	if (!shared)
		return thread_wants(t, sig) ? t : NULL;
	list_for_each(t, &p->threads, group_node) {
		if (!thread_wants(t, sig))
			continue;
		if (!thread_signal_pending(&t->thread))
			return t;
		if (!busy)
			busy = t;
	}
	return busy;
}

void signal_end_group_locked(struct process *p, int status, const struct task *spared)
{
	struct task *t;

	if (p->group_flags & GROUP_EXIT)
		return;
	p->group_flags |= GROUP_EXIT;
	p->group_flags &= ~(GROUP_STOPPED | GROUP_STOPPING);
	p->group_exit_status = status;
	p->stop_count = 0;
	list_for_each(t, &p->threads, group_node) {
		if (t == spared)
			continue;
		t->pending.set |= SIGMASK(SIGKILL);
		signal_wake_locked(t, true);
	}
}

void signal_kill_group_locked(struct process *p, int status) { signal_end_group_locked(p, status, NULL); }

static void signal_complete_locked(struct process *p, struct task *t, int sig, bool shared)
{
	t = thread_choose(p, t, sig, shared);
	if (!t)
		return;                         /* all block it: who unblocks it first, sees it */
	if (signal_ends_process(p, sig) && !(t->real_blocked & SIGMASK(sig)) && !(SIGMASK(sig) & SIGSET_CORE) &&
	    (likely(!t->ptrace) || sig == SIGKILL)) {
		signal_kill_group_locked(p, sig);
		return;
	}
	signal_wake_locked(t, sig == SIGKILL);
}

/* Is a failure to queue info to be told to the sender? Only where it would lose a real-time payload. */
static bool info_matters(const siginfo_t *info)
{
	return info->si_signo >= SIGRTMIN && info->si_code != SI_USER;
}

static int signal_send_locked(struct process *p, struct task *t, const siginfo_t *info, bool shared, bool force)
{
	struct sigqueue *q = shared ? &p->shared_pending : &t->pending;
	int sig = info->si_signo;
	bool override;

	if (!signal_prepare_locked(p, t, sig, force))
		return 0;
	if (unlikely(!shared && (t->flags & TASK_GONE)))
		return 0;                       /* its queue has been flushed for the last time */
	if (sig < SIGRTMIN && (q->set & SIGMASK(sig)))
		return 0;                       /* coalesced with the one that waits */
	override = sig < SIGRTMIN && info->si_code >= 0;
	if (sig != SIGKILL && sigqueue_add(q, t, info, override) && info_matters(info))
		return -EAGAIN;
	q->set |= SIGMASK(sig);
	signal_watchers_wake_locked(p);
	signal_complete_locked(p, t, sig, shared);
	return 0;
}

bool signal_send_timer_locked(struct process *p, struct task *target, struct queued_signal *qs, int seq)
{
	struct task *t = target ? target : p->leader;
	struct sigqueue *q = target ? &t->pending : &p->shared_pending;
	int sig = qs->info.si_signo;

	if ((target && (target->flags & TASK_GONE)) || (p->group_flags & GROUP_EXIT))
		return true;                    /* nobody to tell, for ever */
	if (!signal_prepare_locked(p, t, sig, false))
		return false;
	qs->info.si_sys_private = seq;
	if (!list_empty(&qs->node)) {
		qs->info.si_overrun++;
		return true;
	}
	qs->info.si_overrun = 0;
	posix_timer_signal_get(qs);
	list_append(&q->queued, &qs->node);
	q->set |= SIGMASK(sig);
	signal_watchers_wake_locked(p);
	signal_complete_locked(p, t, sig, !target);
	return true;
}

static bool info_from_kernel(const siginfo_t *info)
{
	return info->si_code > 0;               /* SI_KERNEL, CLD_*, faults; kill() and friends are <= 0 */
}

/* One process's signal to another, seen from the receiver's namespaces: copy. True when its init cannot help it. */
static bool info_cross(const struct process *p, siginfo_t *copy)
{
	const struct user_ns *theirs, *mine = user_ns_current();

	if (!thread_current()->is_task || (copy->si_code != SI_USER && copy->si_code != SI_TKILL && copy->si_code != SI_QUEUE))
		return false;
	rcu_read_lock();
	theirs = rcu_load(p->leader->cred)->user_ns;
	if (theirs != mine)
		copy->si_uid = uid_shown_in(theirs, uid_taken(copy->si_uid));
	rcu_read_unlock();
	if (pid_nr_in(process_current()->pid, pid_ns_of(p->pid)))
		return false;
	copy->si_pid = 0;                       /* from above */
	return true;
}

static __noinline int send_cross(struct process *p, struct task *t, const siginfo_t *info, bool shared)
{
	siginfo_t copy = *info;
	bool force = info_cross(p, &copy) || info_from_kernel(info);
	int err;

	spin_lock(&p->sig_lock);
	err = signal_send_locked(p, t, &copy, shared, force);
	spin_unlock(&p->sig_lock);
	return err;
}

static int send(struct process *p, struct task *t, const siginfo_t *info, bool shared)
{
	int err;

	if (unlikely(pid_ns_in_use) || unlikely(user_ns_in_use))
		return send_cross(p, t, info, shared);
	spin_lock(&p->sig_lock);
	err = signal_send_locked(p, t, info, shared, info_from_kernel(info));
	spin_unlock(&p->sig_lock);
	return err;
}

int signal_send_task(struct task *t, const siginfo_t *info) { return send(t->process, t, info, false); }
int signal_send_process(struct process *p, const siginfo_t *info) { return send(p, p->leader, info, true); }

int signal_send_process_kernel(struct process *p, int sig)
{
	siginfo_t info;

	siginfo_init_kernel(&info, sig);
	return signal_send_process(p, &info);
}

int signal_send_group_locked(struct pid *pgrp, const siginfo_t *info)
{
	struct process *p;
	int err = -ESRCH;

	list_for_each(p, &pgrp->pgrp_members, pgrp_node) {
		int one = signal_send_process(p, info);

		if (err)
			err = one;
	}
	return err;
}

int signal_send_group(struct pid *pgrp, const siginfo_t *info)
{
	int err;

	spin_lock(&tasklist_lock);
	err = signal_send_group_locked(pgrp, info);
	spin_unlock(&tasklist_lock);
	return err;
}

int signal_send_group_kernel(struct pid *pgrp, int sig)
{
	siginfo_t info;

	siginfo_init_kernel(&info, sig);
	return signal_send_group(pgrp, &info);
}

bool signal_may_send(const struct cred *by, struct process *p, int sig)
{
	const struct cred *to;
	bool may;

	rcu_read_lock();
	to = rcu_load(p->leader->cred);
	may = by->euid == to->suid || by->euid == to->uid || by->uid == to->suid || by->uid == to->uid ||
	      cred_capable_in(by, to->user_ns, CAP_KILL) ||
	      (sig == SIGCONT && load_relaxed(&p->session) == load_relaxed(&process_current()->session));
	rcu_read_unlock();
	return may;
}

/* ---- masks ---- */

static bool task_has_signal(const struct task *t)
{
	const struct process *p = t->process;

	return ((t->pending.set | p->shared_pending.set) & ~t->blocked) || (t->jobctl & (JOB_STOP_PENDING | JOB_TRAP_STOP)) ||
	       (p->group_flags & GROUP_EXIT) || p->notify_parent || (p->group_exec && p->group_exec != t);
}

void signal_recalc(struct task *t)
{
	if (task_has_signal(t))
		thread_set_work(&t->thread, WORK_SIGNAL);
	else if (&t->thread == thread_current())
		thread_clear_work(&t->thread, WORK_SIGNAL);
}

void signal_retarget_locked(struct task *t, sigset64_t which)
{
	struct process *p = t->process;
	struct task *other;

	which &= p->shared_pending.set;
	if (!which)
		return;
	list_for_each(other, &p->threads, group_node) {
		if (other == t || (other->flags & TASK_EXITING) || !(which & ~other->blocked))
			continue;
		which &= other->blocked;
		if (!thread_signal_pending(&other->thread))
			signal_wake_locked(other, false);
		if (!which)
			return;
	}
}

void signal_set_blocked_locked(struct task *t, sigset64_t mask)
{
	sigset64_t newly = mask & ~t->blocked;

	if (newly & t->process->shared_pending.set)
		signal_retarget_locked(t, newly);
	t->blocked = mask;
	signal_recalc(t);
}

void signal_set_blocked(sigset64_t mask)
{
	struct task *t = task_current();

	mask &= ~SIGSET_UNBLOCKABLE;
	if (mask == t->blocked)
		return;                         /* own to write */
	spin_lock(&t->process->sig_lock);
	signal_set_blocked_locked(t, mask);
	spin_unlock(&t->process->sig_lock);
}

int signal_set_temporary_mask(uaddr_t set, size_t size)
{
	struct task *t = task_current();
	sigset64_t mask;

	if (uaddr_is_null(set))
		return 0;
	if (size != sizeof mask)
		return -EINVAL;
	if (user_read(&mask, set))
		return -EFAULT;
	t->saved_blocked = t->blocked;
	t->flags |= TASK_RESTORE_SIGMASK;
	signal_set_blocked(mask);
	return 0;
}

void signal_restore_temporary_mask(bool interrupted)
{
	struct task *t = task_current();

	if (!(t->flags & TASK_RESTORE_SIGMASK))
		return;
	if (interrupted) {
		/* The handler runs under the temporary mask; its return brings the old one back. */
		thread_set_work(&t->thread, WORK_SIGNAL);
		return;
	}
	t->flags &= ~TASK_RESTORE_SIGMASK;
	signal_set_blocked(t->saved_blocked);
}

bool signal_is_fatal_pending(void)
{
	/* relaxed: a stale answer is corrected by the next wake-up */
	return load_relaxed(&thread_current()->work) & WORK_KILL;
}

bool signal_is_ignored_or_blocked(int sig)
{
	const struct task *t = task_current();

	return (t->blocked & SIGMASK(sig)) || action_handler(t->process, sig) == HANDLER_IGNORE;
}

void signal_exec_reset(struct process *p)
{
	struct sighand *h = process_sighand(p);
	sigset64_t left;

	spin_lock(&p->sig_lock);
	for (left = h->touched; left; left &= left - 1) {
		struct sigaction_k *a = &h->action[__builtin_ctzll(left)];

		if (a->handler == HANDLER_IGNORE) {
			a->flags = a->restorer = a->mask = 0;
			continue;
		}
		*a = (struct sigaction_k){ 0 };
		h->touched &= ~(left & -left);
	}
	spin_unlock(&p->sig_lock);
}

/* ---- faults ---- */

#define TRAP_NR_PAGE_FAULT 14            /* as sigcontext numbers them */

static const char *trap_name(unsigned trap_nr)
{
	switch (trap_nr) {
	case 0: return "divide error";
	case 3: return "int3";
	case 4: return "overflow";
	case 5: return "bounds";
	case 6: return "invalid opcode";
	case 10: return "invalid TSS";
	case 11: return "segment not present";
	case 12: return "stack segment";
	case 13: return "general protection fault";
	case 16: return "fpu exception";
	case 17: return "alignment check";
	case 19: return "simd exception";
	default: return "trap";
	}
}

static void fault_log(const struct task *t, uint64_t addr, unsigned trap_nr, unsigned error)
{
	const struct user_frame *f = task_user_frame(t);

	if (trap_nr == TRAP_NR_PAGE_FAULT)
		klog_ratelimited(KLOG_INFO, "%s[%d]: segfault at %lx ip %016lx sp %016lx error %x\n", t->comm, t->tid,
				 (unsigned long)addr, (unsigned long)f->rip, (unsigned long)f->rsp, error);
	else
		klog_ratelimited(KLOG_INFO, "traps: %s[%d] %s ip:%lx sp:%lx error:%x\n", t->comm, t->tid, trap_name(trap_nr),
				 (unsigned long)f->rip, (unsigned long)f->rsp, error);
}

/* Send a synchronous signal that cannot be put off. sig_lock held. */
static void force_locked(struct process *p, struct task *t, const siginfo_t *info)
{
	struct sigaction_k action;
	int sig = info->si_signo;

	signal_action_read(p, sig, &action);
	if (action.handler == HANDLER_IGNORE || (t->blocked & SIGMASK(sig))) {
		/* It cannot go on past the instruction: blocked or ignored means death. */
		action.handler = HANDLER_DEFAULT;
		signal_action_write(p, sig, &action);
		t->blocked &= ~SIGMASK(sig);
	}
	if (action.handler == HANDLER_DEFAULT)
		p->is_unkillable = false;
	(void)signal_send_locked(p, t, info, false, true);
	thread_set_work(&t->thread, WORK_SIGNAL);
}

void signal_force_info(const siginfo_t *info)
{
	struct task *t = task_current();

	spin_lock(&t->process->sig_lock);
	force_locked(t->process, t, info);
	spin_unlock(&t->process->sig_lock);
}

void signal_force_segv(void)
{
	siginfo_t info;

	memset(&info, 0, sizeof info);
	info.si_signo = SIGSEGV;
	info.si_code = SI_KERNEL;
	signal_force_info(&info);
}

void signal_force(int sig, int code, uint64_t addr, unsigned trap_nr, unsigned error_code)
{
	struct task *t = task_current();
	struct process *p = t->process;
	siginfo_t info;

	memset(&info, 0, sizeof info);
	info.si_signo = sig;
	info.si_code = code;
	info.si_addr = (void *)addr;
	if (unlikely(sig == SIGBUS && code == BUS_MCEERR_AR))
		info.si_addr_lsb = PAGE_SHIFT;
	t->trap_nr = trap_nr;
	t->trap_error = error_code;
	if (trap_nr == TRAP_NR_PAGE_FAULT)      /* others leave the last one's address, as cr2 does */
		t->trap_addr = addr;
	spin_lock(&p->sig_lock);
	if (sig != SIGTRAP && action_handler(p, sig) <= HANDLER_IGNORE && !(p->group_flags & GROUP_EXIT))
		fault_log(t, addr, trap_nr, error_code);
	force_locked(p, t, &info);
	spin_unlock(&p->sig_lock);
}

/*
 * exit.c - death: a thread gives up its parts, its process becomes a zombie, the parent hears of it.
 *
 * What a zombie keeps is small: struct task, struct process, its number, its times. Memory,
 * files and handlers go while the task still runs; the stack when it has left it.
 *   I1  a process is a zombie exactly from the exit of its last thread until it is released;
 *       parent->nr_zombie_children counts them
 *   I2  the leader stays in process->threads until the process is released; others leave at exit
 * tasklist_lock is taken once per exit. Lock order: tasklist_lock, sig_lock, task->lock.
 */
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <task/posix_timer.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <mm/space.h>
#include <fs/file.h>
#include <fs/owner.h>
#include <ipc/sysv.h>
#include <task/ns.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <ipc/futex.h>
#include <drivers/tty.h>
#include <trace/klog.h>
#include <lib/string.h>
#include <linux/ptrace.h>
#include <proc/ptrace.h>
#include <task/seccomp.h>
#include "proc_priv.h"

int process_exit_status(const struct process *p)
{
	return p->group_flags & GROUP_EXIT ? p->group_exit_status : p->leader->exit_status;
}

/* ---- giving up the parts ---- */

/* A core dump may want the thread first. No signal reaches it any more; those it would have taken go to others. */
static void exit_signals(struct task *t, struct process *p)
{
	bool stopped;

	spin_lock(&p->sig_lock);
	if (unlikely(p->dump))
		core_dump_join_locked(t);
	t->flags |= TASK_LEAVING | TASK_EXITING;
	signal_retarget_locked(t, ~t->blocked);
	stopped = stop_leave_locked(p, t);
	spin_unlock(&p->sig_lock);
	if (unlikely(stopped))
		parent_notify_jobctl(p, CLD_STOPPED);
}

void task_tid_word_done(struct task *t)
{
	const int zero = 0;

	if (uaddr_is_null(t->clear_child_tid))
		return;
	/* Only others in this memory can care. */
	if (load_relaxed(&t->space->users) > 1 && !user_write(t->clear_child_tid, &zero))
		futex_wake_user(t->clear_child_tid, false, 1);
	t->clear_child_tid = UADDR(0);
}

/* User memory has one last use: telling those who wait for words in it. */
static void exit_user_words(struct task *t)
{
	futex_exit_robust(t);
	futex_pi_exit(t);
	task_tid_word_done(t);
}

void task_vfork_done(struct task *t)
{
	struct completion *c;

	if (likely(!load_relaxed(&t->vfork_done)))      /* relaxed: only goes away meanwhile, see below */
		return;
	spin_lock(&t->lock);                    /* the parent takes it before its stack frame goes */
	c = t->vfork_done;
	t->vfork_done = NULL;
	if (c)
		completion_signal(c);
	spin_unlock(&t->lock);
}

static void exit_memory(struct task *t, struct process *p)
{
	struct space *s = t->space;
	uint64_t hiwater;

	exit_user_words(t);
	task_vfork_done(t);
	spin_lock(&t->lock);
	t->space = NULL;
	spin_unlock(&t->lock);
	store_relaxed(&t->thread.space, (struct space *)NULL);  /* this CPU may stay on it until it is retired */
	hiwater = space_put_user_hiwater(s);    /* not 0 for one thread only */
	if (hiwater > p->maxrss_pages)
		p->maxrss_pages = hiwater;
}

static void exit_files(struct task *t)
{
	struct fdtable *files = t->files;
	struct fs_context *fs = t->fs;

	spin_lock(&t->lock);
	t->files = NULL;
	t->fs = NULL;
	spin_unlock(&t->lock);
	fdtable_put(files);
	fs_context_put(fs);
	if (unlikely(t->owners_to_tell))
		file_owners_deliver_slow();
}

/* ---- the tree ---- */

/* Who looks after the children of the dying p: the next subreaper up, else init. tasklist_lock held. */
static struct process *reaper_find_locked(struct process *p)
{
	struct process *r;
	const struct pid_ns *ns = pid_ns_of(p->pid);

	for (r = p->parent; r && r != init_process && pid_ns_of(r->pid) == ns; r = r->parent) {
		if (r->is_subreaper && load_relaxed(&r->nr_threads))
			return r;
	}
	return likely(!ns->level) || !ns->init || ns->init == p ? init_process : ns->init;
}

/* PR_SET_PDEATHSIG of p's threads: the thread that made them died. */
static void pdeath_send_locked(struct process *p)
{
	struct task *t;
	int sig = 0;

	spin_lock(&p->sig_lock);
	list_for_each(t, &p->threads, group_node) {
		if (t->pdeath_signal)
			sig = t->pdeath_signal;
	}
	spin_unlock(&p->sig_lock);
	if (unlikely(sig)) {
		siginfo_t info;

		siginfo_init_user(&info, sig, SI_USER);
		(void)signal_send_process(p, &info);
	}
}

/* SIGCHLD or what clone() asked for. True when p is to be reaped at once. tasklist_lock held. */
static bool parent_notify_exit_locked(struct process *p)
{
	struct process *parent = p->parent;
	int sig = p->exit_signal, status = process_exit_status(p);
	bool autoreap = false;
	siginfo_t info;

	if (unlikely(sig != SIGCHLD) && p->parent_exec_id != load_relaxed(&parent->exec_id))
		sig = SIGCHLD;                  /* another program than the one that asked for it */
	if (sig == SIGCHLD) {
		const struct sigaction_k *a = &parent->actions[SIGCHLD - 1];
		uint64_t handler = load_relaxed(&a->handler);   /* single words: either value was in force */

		autoreap = handler == HANDLER_IGNORE || (load_relaxed(&a->flags) & SA_NOCLDWAIT);
		if (process_is_ns_init(parent) && pid_ns_of(parent->pid)->is_ending)
			autoreap = true;        /* an init that dies waits for nobody (pid_ns_end.c) */
		if (likely(!load_relaxed(&parent->leader->ptrace)) && (handler == HANDLER_IGNORE ||
		    (handler == HANDLER_DEFAULT &&
		     !((parent->leader->blocked | parent->leader->real_blocked) & SIGMASK(SIGCHLD)) &&
		     load_relaxed(&parent->nr_threads) == 1)))
			sig = 0;                /* would be dropped on arrival */
	}
	if (sig > 0 && sig <= NR_SIGNALS) {
		memset(&info, 0, sizeof info);
		info.si_signo = sig;
		info.si_pid = pid_nr_in(p->pid, pid_ns_of(parent->pid));
		info.si_uid = uid_shown_in(parent->leader->cred->user_ns, p->leader->cred->uid);
		info.si_utime = (long)(p->utime_ns / (NSEC_PER_SEC / USER_HZ));
		info.si_stime = (long)(p->stime_ns / (NSEC_PER_SEC / USER_HZ));
		if (status & 0x7f) {
			info.si_code = status & 0x80 ? CLD_DUMPED : CLD_KILLED;
			info.si_status = status & 0x7f;
		} else {
			info.si_code = CLD_EXITED;
			info.si_status = status >> 8;
		}
		(void)signal_send_process(parent, &info);
	}
	return autoreap;
}

struct tty *process_release_locked(struct process *p)
{
	struct pid *pid = p->pid, *pgrp = p->pgrp, *session = p->session;
	struct tty *tty = p->ctty;

	if (unlikely(p->leader->ptrace))
		(void)ptrace_zombie_taken_locked(p);
	p->state = PROC_DEAD;
	p->parent->nr_zombie_children--;
	list_del(&p->sibling);
	list_del(&p->pgrp_node);
	list_del(&p->session_node);
	spin_lock(&p->sig_lock);
	list_del_init(&p->leader->group_node);
	spin_unlock(&p->sig_lock);
	p->pgrp = p->session = NULL;
	p->parent = NULL;
	p->ctty = NULL;
	if (unlikely(p->hung_pgrp != NULL)) {   /* the terminal went after the leader had let go */
		pid_put(p->hung_pgrp);
		p->hung_pgrp = NULL;
	}
	store_relaxed(&pid->task, (struct task *)NULL);         /* readers hold RCU; the memory outlives them */
	store_relaxed(&pid->process, (struct process *)NULL);
	tasklist.nr_threads--;
	tasklist.nr_processes--;
	pid_detach_locked(pid);
	if (pgrp != pid)
		pid_detach_locked(pgrp);
	if (session != pid && session != pgrp)
		pid_detach_locked(session);
	return tty;
}

void process_release_finish(struct process *p, struct tty *tty)
{
	account_add_tasks(p->leader->cred->account, -1);
	if (tty)
		tty_put(tty);
	process_put(p);
}

/* One child of the dying p moves to its new parent. Released ones are collected on `dead`. */
static void reparent_child_locked(struct process *child, struct process *p, struct process *reaper, struct list *dead)
{
	bool is_zombie = child->state == PROC_ZOMBIE;

	pdeath_send_locked(child);
	child->parent_tid = reaper->tgid;
	child->exit_signal = SIGCHLD;           /* clone(): only the maker knows another */
	p->nr_zombie_children -= is_zombie;
	rcu_store(child->parent, reaper);       /* pairs with getppid() */
	list_del(&child->sibling);
	list_append(&reaper->children, &child->sibling);
	reaper->nr_zombie_children += is_zombie;
	pgrp_check_orphaned_locked(child, p);
	if (is_zombie) {
		if (parent_notify_exit_locked(child)) {
			struct tty *tty = process_release_locked(child);

			child->ctty = tty;      /* parked for process_dead_finish() */
			list_append(dead, &child->sibling);
		} else {
			waitq_wake_all(&reaper->child_wait);
		}
	}
}

static void reparent_children_locked(struct process *p, struct list *dead)
{
	struct process *child, *next, *reaper = reaper_find_locked(p);

	list_for_each_safe(child, next, &p->children, sibling)
		reparent_child_locked(child, p, reaper, dead);
}

/* A thread that is not the last dies: its children stay with the process, but hear of it. */
static void thread_children_locked(struct task *t, struct process *p)
{
	struct process *child;

	list_for_each(child, &p->children, sibling) {
		if (child->parent_tid != t->tid)
			continue;
		pdeath_send_locked(child);
		child->parent_tid = p->tgid;
	}
}

void process_zombie_revealed_locked(struct process *p, struct list *dead)
{
	struct process *parent = p->parent;

	if (parent_notify_exit_locked(p)) {
		struct tty *tty = process_release_locked(p);

		p->ctty = tty;                  /* parked for process_dead_finish() */
		list_append(dead, &p->sibling);
	}
	waitq_wake_all(&parent->child_wait);
}

void process_dead_finish(struct list *dead)
{
	struct process *p, *next;

	list_for_each_safe(p, next, dead, sibling) {
		struct tty *tty = p->ctty;

		p->ctty = NULL;
		process_release_finish(p, tty);
	}
}

/* What it read and wrote, to its process. sig_lock held. */
static __noinline void process_fold_io(struct process *p, struct task *t)
{
	p->rchar += t->rchar;
	p->wchar += t->wchar;
	p->syscr += t->syscr;
	p->syscw += t->syscw;
	t->rchar = t->wchar = t->syscr = t->syscw = 0;
}

/* Add the dying thread's times to its process, and zero them: sums over threads stay right. */
static void fold_usage_locked(struct process *p, struct task *t)
{
	struct thread *th = &t->thread;

	p->utime_ns += th->utime_ns;
	p->stime_ns += th->stime_ns;
	p->min_flt += th->min_flt;
	p->maj_flt += th->maj_flt;
	p->nvcsw += th->nvcsw;
	p->nivcsw += th->nivcsw;
	if (unlikely(t != p->leader))           /* the leader's stay with it until it is waited for */
		process_fold_io(p, t);
	th->utime_ns = th->stime_ns = th->nvcsw = th->nivcsw = th->min_flt = th->maj_flt = 0;
}

/* t, the last thread, is gone: no handlers, no pending signals, and its status is the process's. Returns the table to put. */
static struct sighand *process_silence_locked(struct process *p, const struct task *t)
{
	struct sighand *h = process_sighand(p);

	p->actions = sighand_none.action;
	if (!(p->group_flags & GROUP_EXIT)) {
		p->group_exit_status = t->exit_status;
		p->group_flags |= GROUP_EXIT;   /* senders drop what comes from here on */
	}
	p->group_flags &= ~(GROUP_STOPPED | GROUP_STOPPING);
	sigqueue_flush(&p->shared_pending);
	return h;
}

/* A thread that is not the leader leaves the tree at once. tasklist_lock held. */
static void thread_release_locked(struct task *t)
{
	store_relaxed(&t->pid->task, (struct task *)NULL);
	tasklist.nr_threads--;
	pid_detach_locked(t->pid);
}

/* p's last thread died. Returns true when p was released (nobody will wait for it). */
static bool process_zombie_locked(struct process *p, struct list *dead, struct tty **tty)
{
	if (!list_empty(&p->children))
		reparent_children_locked(p, dead);
	pgrp_check_orphaned_locked(p, NULL);
	p->state = PROC_ZOMBIE;
	p->parent->nr_zombie_children++;
	pidfd_notify(p->pid);
	if (unlikely(p->leader->ptrace) && ptrace_tracee_dead_locked(p->leader, process_exit_status(p)))
		return false;                   /* the parent hears of it from the tracer */
	if (!parent_notify_exit_locked(p))
		return false;
	*tty = process_release_locked(p);
	return true;
}

/* The stack is free: nothing of the thread runs any more. */
static void exit_after_switch(struct thread *th)
{
	thread_fini(th);
	task_put(thread_to_task(th));
}

/* From here the parent may reap us at any moment; only our own reference keeps t. */
static void exit_notify(struct task *t, struct process *p)
{
	bool is_leader = t == p->leader, released = false;
	struct list dead = LIST_INIT(dead);
	struct process *parent = NULL;
	struct sighand *h = NULL;
	struct tty *tty = NULL;

	sched_account_self();
	rcu_read_lock();                        /* parent stays readable after the lock */
	spin_lock(&tasklist_lock);
	spin_lock(&p->sig_lock);
	fold_usage_locked(p, t);
	sigqueue_flush(&t->pending);
	t->flags |= TASK_GONE;
	if (!is_leader)
		list_del_init(&t->group_node);
	/* Was it the last to come here? Then the leader is alone in the list (I2), and gone. */
	if ((p->leader->flags & TASK_GONE) && p->threads.next == p->threads.prev) {
		parent = p->parent;
		h = process_silence_locked(p, t);
	}
	if (unlikely(p->group_exec != NULL))
		unpark(&p->group_exec->thread);
	spin_unlock(&p->sig_lock);
	if (unlikely(!list_empty(&p->tracees)))
		ptrace_tracer_gone_locked(t, &dead);
	if (!is_leader) {
		if (unlikely(t->ptrace))
			(void)ptrace_tracee_dead_locked(t, t->exit_status);
		thread_release_locked(t);
	}
	if (!parent && !list_empty(&p->children))
		thread_children_locked(t, p);
	if (parent)
		released = process_zombie_locked(p, &dead, &tty);
	else
		pidfd_notify(t->pid);
	spin_unlock(&tasklist_lock);
	if (parent)
		waitq_wake_all(&parent->child_wait);
	rcu_read_unlock();

	if (h)
		sighand_put(h);
	process_dead_finish(&dead);
	if (!is_leader) {
		account_add_tasks(t->cred->account, -1);
		task_put(t);                    /* the group's; our stack's is left */
	}
	if (released)
		process_release_finish(p, tty);
}

void __noreturn task_exit(int status)
{
	struct task *t = task_current();
	struct process *p = t->process;
	bool is_last;

	if (unlikely(t->ptrace)) {
		core_dump_join(t);              /* before the tracer hears of the exit */
		ptrace_event(PTRACE_EVENT_EXIT, (uint64_t)status);
	}
	exit_signals(t, p);
	t->exit_status = status;
	is_last = fetch_sub_acq_rel(&p->nr_threads, 1) == 1;    /* pairs among exiting threads: one is last */
	if (is_last) {
		if (unlikely(p == init_process))
			panic("Attempted to kill init! exitcode=0x%08x\n", (unsigned)process_exit_status(p));
		posix_timers_delete_all(p);
		if (p->real_timer.fn)
			(void)timer_cancel(&p->real_timer);     /* no thread is left to take its signal, and arm it again */
	}
	exit_memory(t, p);
	if (unlikely(t->seccomp != NULL))
		seccomp_leave();
	if (unlikely(t->sem_undo != NULL))
		sem_undo_exit(t);
	exit_files(t);
	ns_exit(t);
	if (unlikely(p->pid->levels) && is_last && process_is_ns_init(p))
		pid_ns_end(p);
	if (is_last && p->session == p->pid)
		session_disassociate_tty(p);
	sched_hint_handover();
	exit_notify(t, p);
	store_relaxed(&t->thread.state, (unsigned)THREAD_ZOMBIE);       /* relaxed: for ps; the switch orders the rest */
	thread_exit(exit_after_switch);
}

void __noreturn process_exit(int status)
{
	struct task *t = task_current();
	struct process *p = t->process;

	spin_lock(&p->sig_lock);
	if (p->group_flags & GROUP_EXIT) {
		status = p->group_exit_status;
	} else if (p->group_exec && p->group_exec != t) {
		status = 0;                     /* exec takes over, whatever we wanted */
	} else if (load_relaxed(&p->nr_threads) == 1) {
		p->group_flags |= GROUP_EXIT;
		p->group_exit_status = status;
	} else {
		signal_kill_group_locked(p, status);
	}
	spin_unlock(&p->sig_lock);
	task_exit(status);
}

/*
 * ptrace.c - tracing: who traces whom, and how a tracee stops and goes on.
 *
 * A tracee stops by itself, on its way to user mode or at an event: it writes what the stop is
 * into its link, tells the tracer, and parks until JOB_TRACED is cleared - by its tracer
 * (ptrace_resume), by the tracer's death, or by SIGKILL.
 *   I1  a tracee in TRACEE_STOPPED has JOB_TRACED set, and its frame is complete
 *   I2  link->info and ->resume point into the stack of a parked tracee, and are NULL otherwise
 *   I3  whoever frees a link has taken it out of task->ptrace and of the list under both locks
 *   I4  while JOB_HELD is set a tracee sleeps in its stop, whoever kills it: frame, registers and stack stay
 *   I5  a link's tracer is no TASK_GONE thread: it lets go in the section of tasklist_lock that sets the flag
 * Lock order: tasklist_lock, sig_lock. The tracer is told with neither held.
 */
#include <arch/trace.h>
#include <mm/slab.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <lib/string.h>
#include <asm/processor-flags.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <proc/ptrace.h>
#include <task/user_ns.h>
#include <task/pid_ns.h>
#include "proc_priv.h"

bool ptrace_may_access(struct task *t, bool by_fs_ids)
{
	const struct cred *own = cred_current(), *c;
	uint32_t uid = by_fs_ids ? own->fsuid : own->uid, gid = by_fs_ids ? own->fsgid : own->gid;
	bool same;

	if (t->process == process_current())
		return true;
	c = task_cred_get(t);
	if (!c)
		return false;
	same = uid == c->uid && uid == c->euid && uid == c->suid && gid == c->gid && gid == c->egid && gid == c->sgid &&
	       t->process->dumpable == DUMPABLE_USER && c->user_ns == own->user_ns && !(c->cap_permitted & ~own->cap_effective);
	same = same || cred_capable_in(own, c->user_ns, CAP_SYS_PTRACE);
	cred_put(c);
	return same;
}

/* ---- links ---- */

static struct ptrace_link *link_alloc(struct task *tracee)
{
	struct ptrace_link *l = kmalloc(sizeof *l, ALLOC_ZERO);

	if (l) {
		l->tracee = tracee;
		l->tid = pid_seen(tracee->pid);
		l->cred = cred_current();
		cred_get(l->cred);
	}
	return l;
}

void ptrace_link_free(struct ptrace_link *l)
{
	if (l && l->cred)
		cred_put(l->cred);
	kfree(l);
}

bool ptrace_tracer_is_capable(const struct user_ns *u)
{
	struct process *p = process_current();
	const struct ptrace_link *l;
	bool is_capable;

	if (likely(!task_current()->ptrace))    /* nobody attaches now: the caller holds exec_lock */
		return true;
	spin_lock(&p->sig_lock);
	l = task_current()->ptrace;
	is_capable = !l || cred_capable_in(l->cred, u, CAP_SYS_PTRACE);
	spin_unlock(&p->sig_lock);
	return is_capable;
}

static void link_enter_locked(struct ptrace_link *l, struct task *tracer)
{
	l->tracer = tracer;
	list_append(&tracer->process->tracees, &l->node);
	if (l->seized)
		l->tracee->jobctl |= JOB_SEIZED;
	store_relaxed(&l->tracee->tracer_tid, tracer->pid->nr);
	store_relaxed(&l->tracee->ptrace, l);   /* readers hold a lock, or are the tracee */
}

/* Both locks held; the caller frees. */
static void link_leave_locked(struct ptrace_link *l)
{
	list_del(&l->node);
	if (l->tracee) {
		l->tracee->jobctl &= ~(JOB_SEIZED | JOB_LISTENING | JOB_TRAP_STOP);
		store_relaxed(&l->tracee->tracer_tid, 0);
		store_relaxed(&l->tracee->ptrace, (struct ptrace_link *)NULL);
	}
}

/* ---- stopping ---- */

static void siginfo_init_trap(siginfo_t *info, int code)
{
	memset(info, 0, sizeof *info);
	info->si_signo = SIGTRAP;
	info->si_code = code;
	info->si_pid = task_current()->tid;
	info->si_uid = cred_current()->uid;
}

/* SIGCHLD to the tracer's process, and its waiters woken. */
static void tracer_tell(struct task *t, int code)
{
	struct process *tracer;
	const struct sigaction_k *a;
	siginfo_t info;

	memset(&info, 0, sizeof info);
	info.si_signo = SIGCHLD;
	info.si_code = CLD_TRAPPED;
	info.si_uid = cred_current()->uid;
	info.si_status = code & 0x7f;
	info.si_utime = (long)(t->thread.utime_ns / (NSEC_PER_SEC / USER_HZ));
	info.si_stime = (long)(t->thread.stime_ns / (NSEC_PER_SEC / USER_HZ));
	spin_lock(&tasklist_lock);
	if (t->ptrace) {
		info.si_pid = t->ptrace->tid;
		tracer = t->ptrace->tracer->process;
		a = &tracer->actions[SIGCHLD - 1];
		if (load_relaxed(&a->handler) != HANDLER_IGNORE && !(load_relaxed(&a->flags) & SA_NOCLDSTOP))
			(void)signal_send_process(tracer, &info);
		waitq_wake_all(&tracer->child_wait);
	}
	spin_unlock(&tasklist_lock);
}

/*
 * Stop the current task for its tracer. sig_lock held, and again on return; link may be gone by then.
 * Returns the signal that the tracer sends along.
 */
static int stop_locked(struct task *t, int code, enum ptrace_stop_kind kind, siginfo_t *info)
{
	struct ptrace_resume resume = { 0 };
	struct process *p = t->process;
	struct ptrace_link *l = t->ptrace;
	struct user_frame *f = task_user_frame(t);

	if (!l || signal_is_fatal_pending())
		return 0;
	if (l->stepping) {
		f->rflags &= ~(uint64_t)X86_EFLAGS_TF;
		l->stepping = false;
	}
	l->code = code;
	l->kind = kind;
	l->info = info;
	l->resume = &resume;
	l->told = false;
	l->state = TRACEE_STOPPED;
	t->jobctl = (t->jobctl & ~JOB_TRAP_STOP) | JOB_TRACED;
	spin_unlock(&p->sig_lock);
	tracer_tell(t, code);
	for (;;) {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (!(load_acquire(&t->jobctl) & (JOB_TRACED | JOB_HELD)))      /* pairs with the lock of who clears them, by unpark() */
			break;
		store_relaxed(&t->thread.state, (unsigned)THREAD_TRACED);
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
	}
	park_end();
	spin_lock(&p->sig_lock);
	l = t->ptrace;
	if (l) {                                /* killed: nobody resumed it */
		l->state = TRACEE_RUNS;
		l->info = NULL;
		l->resume = NULL;
	}
	signal_recalc(t);                       /* what came meanwhile found nobody to take it (thread_wants()) */
	return resume.sig;
}

int ptrace_signal_locked(struct task *t, int sig, siginfo_t *info)
{
	uint32_t uid = cred_current()->uid;
	int tracer_pid = pid_nr_in(t->ptrace->tracer->process->pid, pid_ns_of(t->pid));
	int chosen = stop_locked(t, sig, STOP_OTHER, info);

	if (signal_is_fatal_pending() || !chosen)
		return 0;
	if (chosen != info->si_signo) {
		memset(info, 0, sizeof *info);
		info->si_signo = chosen;
		info->si_code = SI_USER;
		info->si_pid = tracer_pid;
		info->si_uid = uid;
	}
	if (t->blocked & SIGMASK(chosen)) {
		spin_unlock(&t->process->sig_lock);
		(void)signal_send_task(t, info);
		spin_lock(&t->process->sig_lock);
		return 0;
	}
	return chosen;
}

void ptrace_trap_locked(struct task *t)
{
	struct process *p = t->process;
	bool group = p->group_flags & (GROUP_STOPPED | GROUP_STOPPING);
	int sig = group ? p->stop_signal & 0x7f : SIGTRAP;
	siginfo_t info;

	t->jobctl &= ~JOB_TRAP_STOP;
	if (!t->ptrace)
		return;
	if (!t->ptrace->seized) {
		(void)stop_locked(t, sig, STOP_GROUP, NULL);
		return;
	}
	siginfo_init_trap(&info, sig | PTRACE_EVENT_STOP << 8);
	info.si_signo = sig;
	t->ptrace->message = 0;
	(void)stop_locked(t, sig | PTRACE_EVENT_STOP << 8, group ? STOP_GROUP : STOP_OTHER, &info);
}

/* ---- events ---- */

bool ptrace_wants_event(struct task *t, unsigned event)
{
	bool wants;

	spin_lock(&t->process->sig_lock);
	wants = t->ptrace && (t->ptrace->options & 1u << event);
	spin_unlock(&t->process->sig_lock);
	return wants;
}

/* A stop with SIGTRAP as its signal; sends what the tracer wants sent. */
static void trap_stop(int code, enum ptrace_stop_kind kind, uint64_t message)
{
	struct task *t = task_current();
	siginfo_t info;
	int sig;

	siginfo_init_trap(&info, code);
	spin_lock(&t->process->sig_lock);
	if (t->ptrace)
		t->ptrace->message = message;
	sig = stop_locked(t, code, kind, &info);
	spin_unlock(&t->process->sig_lock);
	if (sig) {
		siginfo_init_kernel(&info, sig);
		(void)signal_send_task(t, &info);
	}
}

bool ptrace_suspends_seccomp(struct task *t)
{
	bool suspends;

	spin_lock(&t->process->sig_lock);
	suspends = t->ptrace && (t->ptrace->options & PTRACE_O_SUSPEND_SECCOMP);
	spin_unlock(&t->process->sig_lock);
	return suspends;
}

void ptrace_event(unsigned event, uint64_t message)
{
	if (ptrace_wants_event(task_current(), event))
		trap_stop(SIGTRAP | (int)event << 8, STOP_OTHER, message);
}

void ptrace_syscall_stop(bool is_entry)
{
	struct task *t = task_current();
	bool good;

	spin_lock(&t->process->sig_lock);
	good = t->ptrace && (t->ptrace->options & PTRACE_O_TRACESYSGOOD);
	spin_unlock(&t->process->sig_lock);
	trap_stop(SIGTRAP | (good ? 0x80 : 0), is_entry ? STOP_SYSCALL_ENTRY : STOP_SYSCALL_EXIT,
		  is_entry ? PTRACE_EVENTMSG_SYSCALL_ENTRY : PTRACE_EVENTMSG_SYSCALL_EXIT);
}

bool ptrace_seccomp_stop(unsigned data)
{
	if (!ptrace_wants_event(task_current(), PTRACE_EVENT_SECCOMP))
		return false;
	trap_stop(SIGTRAP | PTRACE_EVENT_SECCOMP << 8, STOP_SECCOMP, data);
	return true;
}

void ptrace_exec_done(int old_tid)
{
	struct task *t = task_current();
	bool seized;
	siginfo_t info;

	context_watch_drop_debug(&t->thread.ctx);
	if (ptrace_wants_event(t, PTRACE_EVENT_EXEC)) {
		ptrace_event(PTRACE_EVENT_EXEC, (uint64_t)old_tid);
		return;
	}
	spin_lock(&t->process->sig_lock);
	seized = !t->ptrace || t->ptrace->seized;
	spin_unlock(&t->process->sig_lock);
	if (seized)
		return;
	siginfo_init_user(&info, SIGTRAP, SI_USER);
	(void)signal_send_task(t, &info);
}

/* ---- fork ---- */

/* Which event a clone() with these flags is, and whether its tracer wants the child. */
static unsigned fork_event(uint64_t flags)
{
	if (flags & CLONE_VFORK)
		return PTRACE_EVENT_VFORK;
	return (flags & CSIGNAL) != SIGCHLD ? PTRACE_EVENT_CLONE : PTRACE_EVENT_FORK;
}

int ptrace_fork_prepare(uint64_t flags, struct ptrace_link **link, unsigned *event)
{
	struct task *t = task_current();

	*link = NULL;
	*event = 0;
	if (flags & CLONE_UNTRACED)
		return 0;
	if (ptrace_wants_event(t, fork_event(flags)))
		*event = fork_event(flags);
	else if (!(flags & CLONE_PTRACE))
		return 0;
	*link = kmalloc(sizeof **link, ALLOC_ZERO);
	return *link ? 0 : -ENOMEM;
}

void ptrace_fork_publish_locked(struct task *child, struct ptrace_link *link)
{
	struct ptrace_link *mine;

	spin_lock(&child->process->sig_lock);
	mine = task_current()->ptrace;
	if (mine) {
		link->tracee = child;
		link->tid = pid_nr_in(child->pid, pid_ns_of(mine->tracer->pid));
		link->seized = mine->seized;
		link->options = mine->options;
		link->cred = mine->cred;
		cred_get(link->cred);
		link_enter_locked(link, mine->tracer);
		if (link->seized)
			child->jobctl |= JOB_TRAP_STOP;
		else
			child->pending.set |= SIGMASK(SIGSTOP);
		thread_set_work(&child->thread, WORK_SIGNAL);
	} else {
		ptrace_link_free(link);                    /* the tracer went meanwhile */
	}
	spin_unlock(&child->process->sig_lock);
}

/* ---- attaching ---- */

/* Who traces a child of p by its own wish: the thread that made it, else any that lives. NULL: all are dying. tasklist_lock held. */
static struct task *tracer_of_children_locked(struct process *p, int maker_tid)
{
	struct task *t, *alive = NULL;

	list_for_each(t, &p->threads, group_node) {
		if (t->flags & TASK_GONE)               /* set under this lock: what it traced is free (I5) */
			continue;
		if (t->tid == maker_tid)
			return t;
		if (!alive)
			alive = t;
	}
	return alive;
}

int ptrace_traceme(void)
{
	struct task *t = task_current(), *tracer;
	struct process *p = t->process;
	struct ptrace_link *l = link_alloc(t);
	int err = -EPERM;

	if (!l)
		return -ENOMEM;
	spin_lock(&tasklist_lock);
	spin_lock(&p->sig_lock);
	tracer = p->parent ? tracer_of_children_locked(p->parent, p->parent_tid) : NULL;
	if (!t->ptrace && tracer) {
		link_enter_locked(l, tracer);
		err = 0;
	}
	spin_unlock(&p->sig_lock);
	spin_unlock(&tasklist_lock);
	if (err)
		ptrace_link_free(l);
	return err;
}

/* The tracee comes into a stop: at once when its group is stopped, else by SIGSTOP. sig_lock held. */
static void attach_stop_locked(struct task *t, bool seize)
{
	siginfo_t info;

	if (t->jobctl & JOB_STOPPED) {
		t->jobctl = (t->jobctl & ~JOB_STOPPED) | JOB_TRAP_STOP;
		thread_set_work(&t->thread, WORK_SIGNAL);
		unpark(&t->thread);
		return;
	}
	if (seize)
		return;
	siginfo_init_kernel(&info, SIGSTOP);
	t->pending.set |= SIGMASK(SIGSTOP);
	signal_wake_locked(t, false);
}

int ptrace_attach(struct task *t, bool seize, uint32_t options)
{
	struct process *p = t->process;
	struct ptrace_link *l;
	int err = -EPERM;

	if (p == process_current())
		return -EPERM;
	if (mutex_lock_interruptible(&p->exec_lock))    /* an exec under way gains rights: who may attach is known after it */
		return -ERESTARTNOINTR;
	if (!ptrace_may_access(t, false))
		goto unlock;
	l = link_alloc(t);
	if (!l) {
		err = -ENOMEM;
		goto unlock;
	}
	l->seized = seize;
	l->options = options;
	spin_lock(&tasklist_lock);
	spin_lock(&p->sig_lock);
	if (!t->ptrace && !(t->flags & (TASK_EXITING | TASK_GONE)) && p->state == PROC_ALIVE) {
		link_enter_locked(l, task_current());
		attach_stop_locked(t, seize);
		err = 0;
	}
	spin_unlock(&p->sig_lock);
	spin_unlock(&tasklist_lock);
	if (err)
		ptrace_link_free(l);
unlock:
	mutex_unlock(&p->exec_lock);
	return err;
}

/* ---- steering ---- */

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
	while (!thread_is_parked(&t->thread)) {
		if (!(load_acquire(&t->jobctl) & JOB_TRACED)) { /* pairs with the lock of who kills it */
			ptrace_let_go(t);
			return -ESRCH;
		}
		sched_yield_now();
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
static void detach_locked(struct task *t, struct ptrace_link *l, int sig)
{
	struct process *p = t->process;

	link_leave_locked(l);
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
			detach_locked(t, l, (int)sig);
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

/* ---- death ---- */

/* One link of a dying tracer. tasklist_lock held. */
static void tracer_lets_go_locked(struct ptrace_link *l, struct list *dead)
{
	struct task *t = l->tracee;
	struct process *p;

	if (!t) {
		list_del(&l->node);
		ptrace_link_free(l);
		return;
	}
	p = t->process;
	if (l->options & PTRACE_O_EXITKILL)
		(void)signal_send_process_kernel(p, SIGKILL);
	spin_lock(&p->sig_lock);
	detach_locked(t, l, 0);
	spin_unlock(&p->sig_lock);
	ptrace_link_free(l);
	if (p->state == PROC_ZOMBIE && t == p->leader)
		process_zombie_revealed_locked(p, dead);
}

void ptrace_tracer_gone_locked(struct task *t, struct list *dead)
{
	struct ptrace_link *l, *next;

	list_for_each_safe(l, next, &t->process->tracees, node) {
		if (l->tracer == t)
			tracer_lets_go_locked(l, dead);
	}
}

struct ptrace_link *ptrace_leader_replaced_locked(struct task *old, struct task *fresh)
{
	struct ptrace_link *l = old->ptrace;

	if (l) {
		link_leave_locked(l);
		waitq_wake_all(&l->tracer->process->child_wait);        /* who waits for it alone has nobody now */
	}
	if (fresh->ptrace)
		fresh->ptrace->tid = fresh->tid;
	return l;
}

/* SIGCHLD of a death, as to a parent. */
static void tracer_tell_death_locked(struct ptrace_link *l, const struct task *t, int status)
{
	siginfo_t info;

	memset(&info, 0, sizeof info);
	info.si_signo = SIGCHLD;
	info.si_pid = l->tid;
	info.si_uid = t->cred->uid;
	info.si_code = !(status & 0x7f) ? CLD_EXITED : status & 0x80 ? CLD_DUMPED : CLD_KILLED;
	info.si_status = status & 0x7f ? status & 0x7f : status >> 8;
	(void)signal_send_process(l->tracer->process, &info);
	waitq_wake_all(&l->tracer->process->child_wait);
}

bool ptrace_tracee_dead_locked(struct task *t, int status)
{
	struct process *p = t->process;
	struct ptrace_link *l = t->ptrace;

	if (t == p->leader) {
		if (l->tracer->process == p->parent)
			return false;           /* its parent anyway */
		l->code = status;
		tracer_tell_death_locked(l, t, status);
		return true;
	}
	tracer_tell_death_locked(l, t, status);
	spin_lock(&p->sig_lock);
	l->state = TRACEE_DEAD;
	l->code = status;
	l->tracee = NULL;
	t->ptrace = NULL;
	spin_unlock(&p->sig_lock);
	return false;
}

bool ptrace_hides_zombie_locked(const struct process *c)
{
	const struct ptrace_link *l = c->leader->ptrace;

	return l && l->tracer->process != c->parent && l->tracer->process != process_current();
}

bool ptrace_zombie_taken_locked(struct process *c)
{
	struct ptrace_link *l = c->leader->ptrace;
	bool is_parent = l->tracer->process == c->parent;

	spin_lock(&c->sig_lock);
	link_leave_locked(l);
	spin_unlock(&c->sig_lock);
	ptrace_link_free(l);
	return !is_parent;
}

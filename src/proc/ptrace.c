/*
 * ptrace.c - tracing: who traces whom.
 *
 * A link is born with PTRACE_TRACEME, with an attach, or with a child whose maker is traced; it goes with
 * a detach (ptrace_steer.c), with the tracer, or when wait(2) took the news of the tracee's death.
 *   I1  whoever frees a link has taken it out of task->ptrace and of the list under both locks
 *   I2  a link's tracer is no TASK_GONE thread: it lets go in the section of tasklist_lock that sets the flag
 * Lock order: exec_lock, tasklist_lock, sig_lock.
 */
#include <mm/slab.h>
#include <mm/space.h>
#include <lib/string.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <task/inspect.h>
#include <task/user_ns.h>
#include <task/pid_ns.h>
#include "proc_priv.h"
#include "ptrace_priv.h"

/* ---- links ---- */

static struct ptrace_link *link_alloc(struct task *tracee)
{
	struct ptrace_link *l = kmalloc(sizeof *l, ALLOC_ZERO);

	if (l) {
		l->tracee = tracee;
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
	l->tid = pid_nr_in(l->tracee->pid, pid_ns_of(tracer->pid));
	list_append(&tracer->process->tracees, &l->node);
	if (l->seized)
		l->tracee->jobctl |= JOB_SEIZED;
	store_relaxed(&l->tracee->tracer_tid, tracer->pid->nr);
	store_relaxed(&l->tracee->ptrace, l);   /* readers hold a lock, or are the tracee */
}

void ptrace_link_leave_locked(struct ptrace_link *l)
{
	list_del(&l->node);
	if (l->tracee) {
		l->tracee->jobctl &= ~(JOB_SEIZED | JOB_LISTENING | JOB_TRAP_STOP);
		store_relaxed(&l->tracee->tracer_tid, 0);
		store_relaxed(&l->tracee->ptrace, (struct ptrace_link *)NULL);
	}
}

/* ---- attaching ---- */

bool ptrace_may_touch_memory(struct task *t)
{
	const struct cred *c = NULL;
	bool may;

	spin_lock(&t->process->sig_lock);
	if (t->ptrace) {
		c = t->ptrace->cred;
		cred_get(c);
	}
	spin_unlock(&t->process->sig_lock);
	may = c && process_secrets_are_open_to(t->process, c);
	if (c)
		cred_put(c);
	return may;
}

/* Who traces a child of p by its own wish: the thread that made it, else any that lives. NULL: all are dying. tasklist_lock held. */
static struct task *tracer_of_children_locked(struct process *p, int maker_tid)
{
	struct task *t, *alive = NULL;

	list_for_each(t, &p->threads, group_node) {
		if (t->flags & TASK_GONE)               /* set under this lock: what it traced is free (I2) */
			continue;
		if (t->tid == maker_tid)
			return t;
		if (!alive)
			alive = t;
	}
	return alive;
}

/* May tracer have the current task, though that wants it so? A program with more rights would give them away. */
static bool may_be_given(const struct task *tracer)
{
	const struct cred *own = cred_current(), *c;
	bool may;

	rcu_read_lock();
	c = rcu_load(tracer->cred);
	may = (c->user_ns == own->user_ns && !(own->cap_permitted & ~c->cap_permitted)) || cred_capable_in(c, own->user_ns, CAP_SYS_PTRACE);
	rcu_read_unlock();
	return may;
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
	if (!t->ptrace && tracer && may_be_given(tracer)) {
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
	if (!task_may_inspect(t, false))
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
	ptrace_detach_locked(t, l, 0);
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
		ptrace_link_leave_locked(l);
		waitq_wake_all(&l->tracer->process->child_wait);        /* who waits for it alone has nobody now */
	}
	if (fresh->ptrace)
		fresh->ptrace->tid = pid_nr_in(fresh->pid, pid_ns_of(fresh->ptrace->tracer->pid));
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
	ptrace_link_leave_locked(l);
	spin_unlock(&c->sig_lock);
	ptrace_link_free(l);
	return !is_parent;
}

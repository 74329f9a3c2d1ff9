/*
 * wait.c - wait4, waitid: finding a child that changed, taking its news, releasing the dead.
 *
 * Children stand in order of birth, and are looked through in that order, as programs expect.
 * While no child is a zombie and only exits are wanted, the look ends at the first child
 * that would do. The first look takes no wait queue: a child that is dead already costs one
 * pass of tasklist_lock.
 *   I1  a zombie is claimed and released in the same section of tasklist_lock
 * Lock order: tasklist_lock, sig_lock. Context: task, sleeps.
 */
#include <arch/usercopy.h>
#include <time/clock.h>
#include <drivers/tty.h>
#include <lib/string.h>
#include <linux/wait.h>
#include <mm/slab.h>
#include <proc/ptrace.h>
#include <task/user_ns.h>
#include "proc_priv.h"

/* ---- times ---- */

static void usage_add_thread(struct process_usage *u, const struct task *t)
{
	/* relaxed: counters of a running thread; a sum somewhere in between is right */
	u->utime_ns += load_relaxed(&t->thread.utime_ns);
	u->stime_ns += load_relaxed(&t->thread.stime_ns);
	u->min_flt += load_relaxed(&t->thread.min_flt);
	u->maj_flt += load_relaxed(&t->thread.maj_flt);
	u->nvcsw += load_relaxed(&t->thread.nvcsw);
	u->nivcsw += load_relaxed(&t->thread.nivcsw);
}

static void usage_self_locked(struct process *p, struct process_usage *u)
{
	const struct task *t;

	*u = (struct process_usage){
		.utime_ns = p->utime_ns, .stime_ns = p->stime_ns, .min_flt = p->min_flt, .maj_flt = p->maj_flt,
		.nvcsw = p->nvcsw, .nivcsw = p->nivcsw, .maxrss_pages = p->maxrss_pages,
	};
	list_for_each(t, &p->threads, group_node)
		usage_add_thread(u, t);
}

static void usage_children_locked(struct process *p, struct process_usage *u)
{
	*u = (struct process_usage){
		.utime_ns = p->cutime_ns, .stime_ns = p->cstime_ns, .min_flt = p->cmin_flt, .maj_flt = p->cmaj_flt,
		.nvcsw = p->cnvcsw, .nivcsw = p->cnivcsw, .maxrss_pages = p->cmaxrss_pages,
	};
}

void process_usage_read(struct process *p, struct process_usage *self, struct process_usage *children)
{
	spin_lock(&p->sig_lock);
	if (self)
		usage_self_locked(p, self);
	if (children)
		usage_children_locked(p, children);
	spin_unlock(&p->sig_lock);
}

static void usage_add(struct process_usage *to, const struct process_usage *from)
{
	to->utime_ns += from->utime_ns;
	to->stime_ns += from->stime_ns;
	to->min_flt += from->min_flt;
	to->maj_flt += from->maj_flt;
	to->nvcsw += from->nvcsw;
	to->nivcsw += from->nivcsw;
	to->maxrss_pages = MAX(to->maxrss_pages, from->maxrss_pages);
}

void usage_to_rusage(const struct process_usage *u, struct rusage *out)
{
	memset(out, 0, sizeof *out);
	out->ru_utime.tv_sec = (long)(u->utime_ns / NSEC_PER_SEC);
	out->ru_utime.tv_usec = (long)(u->utime_ns % NSEC_PER_SEC / 1000);
	out->ru_stime.tv_sec = (long)(u->stime_ns / NSEC_PER_SEC);
	out->ru_stime.tv_usec = (long)(u->stime_ns % NSEC_PER_SEC / 1000);
	out->ru_maxrss = (long)(u->maxrss_pages * (PAGE_SIZE / 1024));
	out->ru_minflt = (long)u->min_flt;
	out->ru_majflt = (long)u->maj_flt;
	out->ru_nvcsw = (long)u->nvcsw;
	out->ru_nivcsw = (long)u->nivcsw;
}

/* The dead child's total becomes part of its parent's children's. */
static void usage_inherit(struct process *parent, const struct process_usage *u, const struct process *c)
{
	const struct task *t = c->leader;

	spin_lock(&parent->sig_lock);
	parent->rchar += c->rchar + t->rchar;
	parent->wchar += c->wchar + t->wchar;
	parent->syscr += c->syscr + t->syscr;
	parent->syscw += c->syscw + t->syscw;
	parent->cutime_ns += u->utime_ns;
	parent->cstime_ns += u->stime_ns;
	parent->cmin_flt += u->min_flt;
	parent->cmaj_flt += u->maj_flt;
	parent->cnvcsw += u->nvcsw;
	parent->cnivcsw += u->nivcsw;
	parent->cmaxrss_pages = MAX(parent->cmaxrss_pages, u->maxrss_pages);
	spin_unlock(&parent->sig_lock);
}

/* ---- one child ---- */

struct wait_state {
	struct wait_request *w;
	struct process *released;               /* finish outside the lock */
	struct tty *tty;
	struct list dead;                       /* released on the side */
	bool eligible;                          /* some child may yet do */
};

static bool child_matches(const struct wait_request *w, const struct process *c)
{
	if (w->kind == WAIT_GROUP && c->pgrp != w->pgrp)
		return false;
	if ((w->options & __WNOTHREAD) && c->parent_tid != task_current()->tid)
		return false;
	return (w->options & __WALL) || (c->exit_signal != SIGCHLD) == !!(w->options & __WCLONE);
}

static void result_common(struct wait_request *w, const struct process *c)
{
	w->pid = pid_seen(c->pid);
	w->uid = uid_shown(c->leader->cred->uid);
}

static bool take_zombie_locked(struct wait_state *s, struct process *c)
{
	struct wait_request *w = s->w;
	struct process_usage u, of_children;

	if (!(w->options & WEXITED))
		return false;
	if (w->usage || !(w->options & WNOWAIT)) {
		process_usage_read(c, &u, &of_children);
		usage_add(&u, &of_children);
		if (w->usage)
			*w->usage = u;
	}
	result_common(w, c);
	w->status = process_exit_status(c);
	w->code = !(w->status & 0x7f) ? CLD_EXITED : w->status & 0x80 ? CLD_DUMPED : CLD_KILLED;
	if (w->options & WNOWAIT)
		return true;
	if (unlikely(c->leader->ptrace) && ptrace_zombie_taken_locked(c)) {
		process_zombie_revealed_locked(c, &s->dead);
		return true;
	}
	usage_inherit(c->parent, &u, c);
	s->tty = process_release_locked(c);
	s->released = c;
	return true;
}

/* A stop or continuation not yet told. tasklist_lock held. */
static bool take_jobctl_locked(struct wait_state *s, struct process *c)
{
	struct wait_request *w = s->w;
	bool found = false;

	spin_lock(&c->sig_lock);
	if ((w->options & WSTOPPED) && (c->group_flags & GROUP_STOPPED) && !c->stop_reported) {
		w->status = c->stop_signal << 8 | 0x7f;
		w->code = CLD_STOPPED;
		if (!(w->options & WNOWAIT))
			c->stop_reported = true;
		found = true;
	} else if ((w->options & WCONTINUED) && c->continued) {
		w->status = 0xffff;
		w->code = CLD_CONTINUED;
		if (!(w->options & WNOWAIT))
			c->continued = false;
		found = true;
	}
	spin_unlock(&c->sig_lock);
	if (!found)
		return false;
	if (w->usage)
		process_usage_read(c, w->usage, NULL);
	result_common(w, c);
	return true;
}

static bool child_consider(struct wait_state *s, struct process *c)
{
	if (!child_matches(s->w, c))
		return false;
	if (c->state == PROC_ZOMBIE && unlikely(ptrace_hides_zombie_locked(c))) {
		s->eligible = true;
		return false;
	}
	if (c->state == PROC_ZOMBIE) {
		if (take_zombie_locked(s, c))
			return true;
		/* Dead, but nobody asks for that: it will never stop or continue. */
		return false;
	}
	s->eligible = true;
	return (s->w->options & (WSTOPPED | WCONTINUED)) && take_jobctl_locked(s, c);
}

/* ---- tracees ---- */

static bool tracee_matches(const struct wait_request *w, const struct ptrace_link *l)
{
	if ((w->options & __WNOTHREAD) && l->tracer != task_current())
		return false;
	if (w->kind == WAIT_PID)
		return l->tid == w->nr;
	return w->kind == WAIT_ANY || (l->tracee && l->tracee->process->pgrp == w->pgrp);
}

/* A thread that died traced leaves its link alone. */
static bool take_dead_tracee_locked(struct wait_state *s, struct ptrace_link *l)
{
	struct wait_request *w = s->w;

	if (!(w->options & WEXITED))
		return false;
	w->pid = l->tid;
	w->uid = 0;
	w->status = l->code;
	w->code = !(w->status & 0x7f) ? CLD_EXITED : w->status & 0x80 ? CLD_DUMPED : CLD_KILLED;
	if (w->usage)
		*w->usage = (struct process_usage){ 0 };
	if (!(w->options & WNOWAIT)) {
		list_del(&l->node);
		ptrace_link_free(l);
	}
	return true;
}

static bool take_stopped_tracee_locked(struct wait_state *s, struct ptrace_link *l)
{
	struct wait_request *w = s->w;
	struct process *p = l->tracee->process;
	bool found;

	spin_lock(&p->sig_lock);
	found = l->state == TRACEE_STOPPED && !l->told;
	if (found) {
		w->status = l->code << 8 | 0x7f;
		w->code = CLD_TRAPPED;
		if (!(w->options & WNOWAIT))
			l->told = true;
	}
	spin_unlock(&p->sig_lock);
	if (!found)
		return false;
	if (w->usage)
		process_usage_read(p, w->usage, NULL);
	result_common(w, p);
	w->pid = l->tid;
	return true;
}

static bool tracees_scan_locked(struct wait_state *s, struct process *self)
{
	struct ptrace_link *l, *next;

	list_for_each_safe(l, next, &self->tracees, node) {
		struct process *p = l->tracee ? l->tracee->process : NULL;

		if (!tracee_matches(s->w, l))
			continue;
		if (!p) {
			if (take_dead_tracee_locked(s, l))
				return true;
			continue;
		}
		if (p->state == PROC_ZOMBIE) {
			if (p->parent != self && take_zombie_locked(s, p))
				return true;
			continue;
		}
		s->eligible = true;
		if (take_stopped_tracee_locked(s, l))
			return true;
	}
	return false;
}

/* ---- all children ---- */

static bool children_scan_locked(struct wait_state *s, struct process *self)
{
	bool only_exits = !(s->w->options & (WSTOPPED | WCONTINUED));
	struct process *c;

	if (s->w->kind == WAIT_PID) {
		struct pid *pid = pid_find(s->w->nr);

		c = pid ? pid->process : NULL;
		return c && c->parent == self && child_consider(s, c);
	}
	list_for_each(c, &self->children, sibling) {
		if (child_consider(s, c))
			return true;
		if (s->eligible && only_exits && !self->nr_zombie_children)
			return false;
	}
	return false;
}

/* Pid found, 0 none yet, -ECHILD. */
static long wait_look(struct wait_request *w)
{
	struct process *self = process_current();
	struct wait_state s = { .w = w, .dead = LIST_INIT(s.dead) };
	bool found;

	spin_lock(&tasklist_lock);
	found = (unlikely(!list_empty(&self->tracees)) && tracees_scan_locked(&s, self)) || children_scan_locked(&s, self);
	spin_unlock(&tasklist_lock);
	process_dead_finish(&s.dead);
	if (s.released)
		process_release_finish(s.released, s.tty);
	if (found)
		return w->pid;
	return s.eligible ? 0 : -ECHILD;
}

long process_wait(struct wait_request *w)
{
	struct waiter waiter = { .thread = park_self() };
	struct process *self = process_current();
	long found = wait_look(w);
	int err = 0;

	if (found || (w->options & WNOHANG))
		return found;
	waitq_add(&self->child_wait, &waiter);
	for (;;) {
		park_begin(PARK_INTERRUPTIBLE);
		found = wait_look(w);
		if (found || err)
			break;
		err = park(PARK_INTERRUPTIBLE, ~0ull);
	}
	park_end();
	waitq_remove(&waiter);
	return found ? found : err;
}

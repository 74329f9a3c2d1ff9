/*
 * session.c - process groups, sessions, and when a group is orphaned.
 *
 * Membership changes under tasklist_lock; own group and session are read under RCU.
 * A process leads its session when session == its own pid.
 */
#include <fs/file.h>
#include <drivers/tty.h>
#include <task/pid_ns.h>
#include "proc_priv.h"

static struct pid *pid_get_live(struct pid *p)
{
	return p && refcount_try_get(&p->refs) ? p : NULL;
}

struct pid *process_pgrp_get(struct process *p)
{
	struct pid *g;

	rcu_read_lock();
	g = pid_get_live(rcu_load(p->pgrp));
	rcu_read_unlock();
	return g;
}

/* ---- orphaned groups ---- */

/*
 * A group is orphaned when no member has its parent in another group of the same session:
 * nobody could continue it. `but` counts as gone already.
 */
static bool group_is_orphaned_locked(struct pid *pgrp, struct process *but)
{
	struct process *p;

	list_for_each(p, &pgrp->pgrp_members, pgrp_node) {
		if (p == but || p->state != PROC_ALIVE || p->parent == init_process || !p->parent)
			continue;
		if (p->parent->pgrp != pgrp && p->parent->session == p->session)
			return false;
	}
	return true;
}

static bool group_has_stopped_locked(struct pid *pgrp)
{
	struct process *p;

	list_for_each(p, &pgrp->pgrp_members, pgrp_node) {
		if (load_relaxed(&p->group_flags) & GROUP_STOPPED)
			return true;
	}
	return false;
}

bool pgrp_is_orphaned_locked(struct pid *pgrp)
{
	return group_is_orphaned_locked(pgrp, NULL);
}

/*
 * p dies (dying_parent NULL), or its parent dying_parent does and p has its new one already.
 * Was that the last tie of p's group to its session, and are there stopped jobs in it?
 */
void pgrp_check_orphaned_locked(struct process *p, struct process *dying_parent)
{
	struct process *tie = dying_parent ? dying_parent : p->parent;
	struct pid *pgrp = p->pgrp;
	siginfo_t info;

	if (tie->pgrp == pgrp || tie->session != p->session)
		return;                         /* it was no tie */
	if (!group_has_stopped_locked(pgrp) || !group_is_orphaned_locked(pgrp, dying_parent ? NULL : p))
		return;
	siginfo_init_kernel(&info, SIGHUP);
	(void)signal_send_group_locked(pgrp, &info);
	siginfo_init_kernel(&info, SIGCONT);
	(void)signal_send_group_locked(pgrp, &info);
}

/* ---- setpgid, setsid ---- */

/* The group nr in the caller's session. tasklist_lock held. */
static struct pid *group_find_locked(int nr, struct pid *session)
{
	struct pid *g = pid_find(nr);

	if (!g || list_empty(&g->pgrp_members))
		return NULL;
	return list_first(&g->pgrp_members, struct process, pgrp_node)->session == session ? g : NULL;
}

static void group_move_locked(struct process *p, struct pid *to)
{
	struct pid *from = p->pgrp;

	if (from == to)
		return;
	list_del(&p->pgrp_node);
	list_append(&to->pgrp_members, &p->pgrp_node);
	rcu_store(p->pgrp, to);
	pid_detach_locked(from);
}

void process_leave_inner_group_locked(struct process *p)
{
	if (p->pgrp != p->pid && pid_nr_in(p->pgrp, pid_ns_of(p->pid)))
		group_move_locked(p, p->pid);
}

/* Is p the init of a namespace that ends? Its group is settled then. */
static bool is_ending_init(const struct process *p)
{
	const struct pid_ns *ns = pid_ns_of(p->pid);

	return unlikely(ns->is_ending) && ns->init == p;
}

static int setpgid_locked(int pid, int pgid)
{
	struct process *self = process_current(), *p;
	struct pid *number = pid_find(pid), *to;

	if (!number || !number->task)
		return -ESRCH;
	p = number->process;
	if (!p)
		return -EINVAL;                 /* a thread */
	if (p->parent == self) {
		if (p->session != self->session)
			return -EPERM;
		if (load_relaxed(&p->did_exec))
			return -EACCES;
	} else if (p != self) {
		return -ESRCH;
	}
	if (is_ending_init(p))
		return -ESRCH;
	if (p->session == p->pid)
		return -EPERM;
	to = number;
	if (pgid != pid) {
		to = group_find_locked(pgid, self->session);
		if (!to)
			return -EPERM;
	}
	group_move_locked(p, to);
	return 0;
}

int process_setpgid(int pid, int pgid)
{
	int err;

	if (!pid)
		pid = process_current()->tgid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	spin_lock(&tasklist_lock);
	err = setpgid_locked(pid, pgid);
	spin_unlock(&tasklist_lock);
	return err;
}

long process_setsid(void)
{
	struct process *p = process_current();
	struct pid *old;
	struct tty *tty;

	spin_lock(&tasklist_lock);
	if (p->session == p->pid || !list_empty(&p->pid->pgrp_members)) {
		spin_unlock(&tasklist_lock);
		return -EPERM;
	}
	old = p->session;
	group_move_locked(p, p->pid);
	list_del(&p->session_node);
	list_append(&p->pid->session_members, &p->session_node);
	rcu_store(p->session, p->pid);
	pid_detach_locked(old);
	tty = p->ctty;
	p->ctty = NULL;
	spin_unlock(&tasklist_lock);
	if (tty)
		tty_put(tty);
	return p->tgid;
}

void session_disassociate_tty(struct process *leader)
{
	tty_disassociate(leader, true);
}

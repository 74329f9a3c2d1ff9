/*
 * tty_job.c - who may use a terminal: sessions, foreground groups, hang-up.
 *
 * A session's leader acquires a controlling terminal; its members inherit it (process->ctty, counted).
 * One group of the session is in the foreground; the others are stopped when they read, or write with
 * TOSTOP.
 *   I1  t->session is set exactly while a session has t as controlling terminal; then so is t->pgrp
 *   I2  process->ctty == t implies process->session == t->session
 * Both are guarded by tasklist_lock. Comparing pgrp pointers needs no lock, only RCU.
 * Lock order: t->mutex, tasklist_lock.   Context: task, may sleep.
 */
#include "tty_priv.h"
#include <task/cred.h>
#include <task/pid.h>
#include <task/signal.h>
#include <linux/capability.h>

static bool is_session_leader(const struct process *p) { return p->session == p->pid; }

static void pid_put_maybe(struct pid *p)
{
	if (p)
		pid_put(p);
}

/* The foreground group, counted, or NULL. */
static struct pid *foreground_get(struct tty *t)
{
	struct pid *p;

	spin_lock(&tasklist_lock);
	p = t->pgrp;
	if (p)
		pid_get(p);
	spin_unlock(&tasklist_lock);
	return p;
}

void tty_signal_foreground(struct tty *t, int sig)
{
	struct pid *p = foreground_get(t);

	if (!p)
		return;
	signal_send_group_kernel(p, sig);
	pid_put(p);
}

int tty_pgrp_nr(struct tty *t)
{
	struct pid *p;
	int nr;

	rcu_read_lock();
	p = rcu_load(t->pgrp);
	nr = p ? pid_seen(p) : -1;
	rcu_read_unlock();
	return nr;
}

struct tty *tty_of_current(void)
{
	struct tty *t;

	spin_lock(&tasklist_lock);
	t = process_current()->ctty;
	if (t)
		tty_get(t);
	spin_unlock(&tasklist_lock);
	return t;
}

/* ---- background access ---- */

/* No member of the group has a parent in another group of the session to look after it. */
static bool is_orphaned_locked(struct pid *pgrp)
{
	struct process *p;

	list_for_each(p, &pgrp->pgrp_members, pgrp_node) {
		struct process *parent = p->parent;

		if (parent && p->state == PROC_ALIVE && parent->pgrp != pgrp && parent->session == p->session)
			return false;
	}
	return true;
}

/* The current process is in the background: -EIO, or its group gets sig and the call starts over. */
static int background_access(int sig)
{
	struct pid *mine;
	bool orphaned;

	if (signal_is_ignored_or_blocked(sig))
		return sig == SIGTTIN ? -EIO : 0;
	spin_lock(&tasklist_lock);
	mine = process_current()->pgrp;
	orphaned = is_orphaned_locked(mine);
	pid_get(mine);
	spin_unlock(&tasklist_lock);
	if (!orphaned)
		signal_send_group_kernel(mine, sig);
	pid_put(mine);
	return orphaned ? -EIO : -ERESTARTSYS;
}

int tty_check_background(struct tty *t, int sig)
{
	struct process *p = process_current();
	struct pid *foreground;
	bool is_background;

	if (load_relaxed(&p->ctty) != t)               /* relaxed: our own; a hang-up may come at any time */
		return 0;
	rcu_read_lock();
	foreground = rcu_load(t->pgrp);
	is_background = foreground && foreground != rcu_load(p->pgrp);
	rcu_read_unlock();
	return likely(!is_background) ? 0 : background_access(sig);
}

/* ---- acquiring ---- */

/* t becomes the controlling terminal of the current session leader, its group the foreground. */
static void acquire_locked(struct tty *t)
{
	struct process *p = process_current();

	pid_get(p->session);
	pid_get(p->pgrp);
	rcu_store(t->session, p->session);
	rcu_store(t->pgrp, p->pgrp);
	tty_get(t);
	p->ctty = t;
	pid_put_maybe(p->hung_pgrp);            /* of a terminal before */
	p->hung_pgrp = NULL;
}

/*
 * Nobody of t's session has it any more. Returns how many references on t the processes held; the
 * old session and group, to be put by the caller, in *session and *pgrp.
 */
static unsigned detach_all_locked(struct tty *t, struct pid **session, struct pid **pgrp)
{
	struct process *p;
	unsigned n = 0;

	*session = t->session;
	*pgrp = t->pgrp;
	rcu_store(t->session, NULL);
	rcu_store(t->pgrp, NULL);
	if (!*session)
		return 0;
	list_for_each(p, &(*session)->session_members, session_node) {
		if (p->ctty == t) {
			p->ctty = NULL;
			n++;
		}
	}
	return n;
}

static void tty_put_many(struct tty *t, unsigned n)
{
	while (n--)
		tty_put(t);
}

void tty_acquire_on_open(struct tty *t, const struct file *f)
{
	struct process *p = process_current();

	if (!is_session_leader(p) || p->ctty || !(f->mode & FILE_READ))
		return;
	spin_lock(&tasklist_lock);
	if (is_session_leader(p) && !p->ctty && !t->session)
		acquire_locked(t);
	spin_unlock(&tasklist_lock);
}

static long set_controlling(struct tty *t, struct file *f, bool steal)
{
	struct process *p = process_current();
	struct pid *session = NULL, *pgrp = NULL;
	unsigned dropped = 0;
	long err = -EPERM;
	bool admin = capable(CAP_SYS_ADMIN);

	spin_lock(&tasklist_lock);
	if (is_session_leader(p) && p->session == t->session) {
		err = 0;
		goto unlock;
	}
	if (!is_session_leader(p) || p->ctty || (!(f->mode & FILE_READ) && !admin))
		goto unlock;
	if (t->session && !(steal && admin))
		goto unlock;
	dropped = detach_all_locked(t, &session, &pgrp);
	acquire_locked(t);
	err = 0;
unlock:
	spin_unlock(&tasklist_lock);
	tty_put_many(t, dropped);
	pid_put_maybe(session);
	pid_put_maybe(pgrp);
	return err;
}

/* ---- giving up ---- */

static void send_hangup(struct pid *pgrp, bool and_continue)
{
	if (!pgrp)
		return;
	signal_send_group_kernel(pgrp, SIGHUP);
	if (and_continue)
		signal_send_group_kernel(pgrp, SIGCONT);
}

/* The exiting leader of a session that lost its terminal before: its foreground group learns it now. */
static void hung_session_finish(struct process *leader)
{
	struct pid *pgrp;

	spin_lock(&tasklist_lock);
	pgrp = leader->hung_pgrp;
	leader->hung_pgrp = NULL;
	spin_unlock(&tasklist_lock);
	send_hangup(pgrp, true);
	pid_put_maybe(pgrp);
}

/* The leader lets go of its terminal, and with it the session. */
static void session_let_go(struct tty *t, struct process *leader)
{
	struct pid *session = NULL, *pgrp = NULL;
	unsigned dropped = 0;

	spin_lock(&tasklist_lock);
	if (t->session == leader->session)
		dropped = detach_all_locked(t, &session, &pgrp);
	spin_unlock(&tasklist_lock);
	tty_put_many(t, dropped);
	pid_put_maybe(session);
	pid_put_maybe(pgrp);
}

void tty_disassociate(struct process *leader, bool on_exit)
{
	struct tty *t;
	struct pid *pgrp;

	if (!is_session_leader(leader))
		return;
	spin_lock(&tasklist_lock);
	t = leader->ctty;
	if (t)
		tty_get(t);
	spin_unlock(&tasklist_lock);
	if (!t) {
		if (on_exit)
			hung_session_finish(leader);
		return;
	}
	if (on_exit && !t->driver->is_pty) {
		tty_hangup(t, true);
	} else {
		pgrp = foreground_get(t);
		send_hangup(pgrp, !on_exit);
		pid_put_maybe(pgrp);
	}
	session_let_go(t, leader);
	tty_put(t);
}

static long give_up(struct tty *t)
{
	struct process *p = process_current();
	bool mine;

	if (p->ctty != t)
		return -ENOTTY;
	tty_disassociate(p, false);
	spin_lock(&tasklist_lock);
	mine = p->ctty == t;
	if (mine)
		p->ctty = NULL;
	spin_unlock(&tasklist_lock);
	if (mine)
		tty_put(t);
	return 0;
}

/* ---- hang-up ---- */

/*
 * Let everybody's ctty go. Returns the session's leader, counted, for the caller to tell; leader_exits: it is about to
 * end, else its foreground group is kept for its end.
 */
static struct process *hangup_session(struct tty *t, bool leader_exits, struct pid **pgrp)
{
	struct process *leader;
	struct pid *session;
	unsigned dropped;

	spin_lock(&tasklist_lock);
	dropped = detach_all_locked(t, &session, pgrp);
	leader = session ? session->process : NULL;
	if (leader && leader->state == PROC_ALIVE)
		process_get(leader);
	else
		leader = NULL;
	if (leader && !leader_exits) {
		pid_put_maybe(leader->hung_pgrp);
		leader->hung_pgrp = *pgrp;
		pid_get(*pgrp);
	}
	spin_unlock(&tasklist_lock);
	tty_put_many(t, dropped);
	pid_put_maybe(session);
	return leader;
}

/*
 * End all use of t through files opened so far. leader_exits: its session's leader does (the leader is
 * not told, the foreground group is told at once, not when the leader ends).
 */
void tty_hangup(struct tty *t, bool leader_exits)
{
	struct process *leader;
	struct pid *pgrp = NULL;

	mutex_lock(&t->mutex);
	store_release(&t->hangups, t->hangups + 1);    /* pairs with tty_file_is_dead() */
	if (t->driver->hangup)
		t->driver->hangup(t);
	mutex_unlock(&t->mutex);
	tty_flush_input(t);
	waitq_wake_all(&t->read_wait);
	waitq_wake_all(&t->write_wait);
	pollable_notify(&t->pollable, ~0u);
	leader = hangup_session(t, leader_exits, &pgrp);
	if (leader) {
		signal_send_process_kernel(leader, SIGHUP);
		signal_send_process_kernel(leader, SIGCONT);
		process_put(leader);
	}
	if (leader_exits && pgrp)
		signal_send_group_kernel(pgrp, SIGHUP);
	pid_put_maybe(pgrp);
}

void tty_hangup_current(void)
{
	struct tty *t = tty_of_current();

	if (!t)
		return;
	tty_hangup(t, false);
	tty_put(t);
}

/* ---- ioctls ---- */

static long foreground_set(struct tty *t, uaddr_t arg)
{
	struct process *p = process_current(), *member;
	struct pid *pgrp, *old = NULL;
	int nr;
	long err = tty_check_background(t, SIGTTOU);

	if (err == -EIO)
		return -ENOTTY;
	if (err)
		return err;
	if (user_read(&nr, arg))
		return -EFAULT;
	if (nr < 0)
		return -EINVAL;
	pgrp = pid_lookup(nr);
	spin_lock(&tasklist_lock);
	err = -ENOTTY;
	if (p->ctty != t || t->session != p->session)
		goto unlock;
	err = -ESRCH;
	if (!pgrp)
		goto unlock;
	err = -EPERM;
	if (list_empty(&pgrp->pgrp_members))           /* no group: the process tells which session it would be of */
		member = pgrp->process;
	else
		member = list_first(&pgrp->pgrp_members, struct process, pgrp_node);
	if (!member || member->session != p->session)
		goto unlock;
	old = t->pgrp;
	rcu_store(t->pgrp, pgrp);
	pgrp = NULL;                                   /* the tty has our reference */
	err = 0;
unlock:
	spin_unlock(&tasklist_lock);
	pid_put_maybe(old);
	pid_put_maybe(pgrp);
	return err;
}

static long foreground_tell(struct tty *t, uaddr_t arg, bool is_master)
{
	int nr;

	if (!is_master && load_relaxed(&process_current()->ctty) != t)
		return -ENOTTY;
	nr = tty_pgrp_nr(t);
	nr = nr < 0 ? 0 : nr;
	return user_write(arg, &nr);
}

static long session_tell(struct tty *t, uaddr_t arg, bool is_master)
{
	int nr = -1;

	if (!is_master && load_relaxed(&process_current()->ctty) != t)
		return -ENOTTY;
	spin_lock(&tasklist_lock);
	if (t->session)
		nr = pid_seen(t->session);
	spin_unlock(&tasklist_lock);
	return nr < 0 ? -ENOTTY : user_write(arg, &nr);
}

long tty_ioctl_job(struct tty *t, struct file *f, unsigned cmd, uaddr_t arg, bool is_master)
{
	switch (cmd) {
	case TIOCSCTTY:
		return set_controlling(t, f, arg.v == 1);
	case TIOCNOTTY:
		return is_master ? -ENOTTY : give_up(t);
	case TIOCGPGRP:
		return foreground_tell(t, arg, is_master);
	case TIOCSPGRP:
		return foreground_set(t, arg);
	case TIOCGSID:
		return session_tell(t, arg, is_master);
	case TIOCVHANGUP:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		tty_hangup(t, false);
		return 0;
	default:
		return -ENOIOCTLCMD;
	}
}

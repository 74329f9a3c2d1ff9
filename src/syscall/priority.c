/*
 * priority.c - nice values and I/O priorities, of one thread, of a group's threads or of a user's: getpriority,
 * setpriority, ioprio_get, ioprio_set.
 *
 * A group is walked from the youngest member to the oldest, a user's processes from the oldest on, each with all of its
 * threads, the dead ones too that nobody has waited for: where several may fail, it is this order that says which error
 * is told. I/O priorities are kept, and acted on by nobody.
 * Locks: tasklist_lock for the walks; a single thread is held by reference.
 */
#include <base/err.h>
#include <sched/sched.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/process.h>
#include <task/user_ns.h>
#include <linux/ioprio.h>
#include <linux/resource.h>

/* Whom a call names, and whether it goes on after this thread. */
enum whom { WHOM_THREAD, WHOM_GROUP, WHOM_USER };
typedef bool (*task_fn)(struct task *t, void *arg);

static bool for_threads_locked(struct process *p, task_fn fn, void *arg)
{
	struct task *t;

	list_for_each(t, &p->threads, group_node)
		if (!fn(t, arg))
			return false;
	return true;
}

static void for_thread(int tid, task_fn fn, void *arg)
{
	struct task *t = tid ? task_lookup(tid) : task_current();

	if (!t)
		return;
	(void)fn(t, arg);
	if (tid)
		task_put(t);
}

static void for_group(int nr, task_fn fn, void *arg)
{
	struct process *p;
	struct pid *pgrp;

	spin_lock(&tasklist_lock);
	pgrp = nr ? pid_find(nr) : process_current()->pgrp;
	if (pgrp)
		list_for_each_reverse(p, &pgrp->pgrp_members, pgrp_node)
			if (!for_threads_locked(p, fn, arg))
				break;
	spin_unlock(&tasklist_lock);
}

struct user_call { uint32_t uid; task_fn fn; void *arg; };

static bool if_users(struct task *t, void *arg)
{
	const struct user_call *c = arg;

	return rcu_load(t->cred)->uid != c->uid || c->fn(t, c->arg);
}

static void for_user(uint32_t uid, task_fn fn, void *arg)
{
	struct user_call c = { uid, fn, arg };
	struct process *p;
	bool goes_on = true;

	for (int nr = 1; goes_on && (p = process_next(pid_ns_current(), &nr)); nr++) {
		spin_lock(&tasklist_lock);
		rcu_read_lock();
		goes_on = for_threads_locked(p, if_users, &c);
		rcu_read_unlock();
		spin_unlock(&tasklist_lock);
		process_put(p);
	}
}

static void for_named(enum whom whom, int who, uint32_t own_uid, task_fn fn, void *arg)
{
	if (whom == WHOM_THREAD)
		for_thread(who, fn, arg);
	else if (whom == WHOM_GROUP)
		for_group(who, fn, arg);
	else
		for_user(who ? uid_taken((uint32_t)who) : own_uid, fn, arg);
}

/* ---- nice values ---- */

static bool priority_max(struct task *t, void *arg)
{
	long *best = arg;

	*best = MAX(*best, 20l - t->thread.se.nice);
	return true;
}

SYSCALL(getpriority, int which, int who)
{
	long best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for_named((enum whom)(which - PRIO_PROCESS), who, cred_current()->uid, priority_max, &best);
	return best;
}

struct renice { int nice, err; };

static bool may_renice(struct task *t)
{
	const struct cred *mine = cred_current(), *theirs = task_cred_get(t);
	bool may = mine->euid == theirs->uid || mine->euid == theirs->euid || capable_in(theirs->user_ns, CAP_SYS_NICE);

	cred_put(theirs);
	return may;
}

static bool may_nice(const struct task *t, int nice)
{
	return nice >= t->thread.se.nice || (uint64_t)(20 - nice) <= t->process->rlim[RLIMIT_NICE].rlim_cur || capable(CAP_SYS_NICE);
}

static bool priority_set(struct task *t, void *arg)
{
	struct renice *r = arg;

	if (!may_renice(t)) {
		r->err = -EPERM;
	} else if (!may_nice(t, r->nice)) {
		r->err = -EACCES;
	} else {
		if (r->err == -ESRCH)
			r->err = 0;
		sched_set_nice(&t->thread, r->nice);
	}
	return true;
}

SYSCALL(setpriority, int which, int who, int nice)
{
	struct renice r = { .nice = nice < -20 ? -20 : nice > 19 ? 19 : nice, .err = -ESRCH };

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for_named((enum whom)(which - PRIO_PROCESS), who, cred_current()->uid, priority_set, &r);
	return r.err;
}

/* ---- I/O priorities ---- */

static int ioprio_check(int value)
{
	int class = value >> IOPRIO_CLASS_SHIFT & IOPRIO_CLASS_MASK, level = value & 7;

	switch (class) {
	case IOPRIO_CLASS_RT:
		if (!capable(CAP_SYS_ADMIN) && !capable(CAP_SYS_NICE))
			return -EPERM;
		/* fall through */
	case IOPRIO_CLASS_BE:
	case IOPRIO_CLASS_IDLE:
		return 0;
	case IOPRIO_CLASS_NONE:
		return level ? -EINVAL : 0;
	default:
		return -EINVAL;
	}
}

static bool ioprio_may(struct task *t)
{
	const struct cred *mine = cred_current(), *theirs = task_cred_get(t);
	bool may = mine->euid == theirs->uid || mine->uid == theirs->uid || capable(CAP_SYS_NICE);

	cred_put(theirs);
	return may;
}

struct ioprio_call { int value, err; };         /* set: value; get: err is the best so far */

/* The first that fails ends the walk. */
static bool ioprio_put(struct task *t, void *arg)
{
	struct ioprio_call *c = arg;

	c->err = ioprio_may(t) ? 0 : -EPERM;
	if (!c->err && !(t->flags & TASK_EXITING))
		store_relaxed(&t->ioprio, c->value);
	return !c->err;
}

/* As it was set; the dead have none. */
static int ioprio_own(const struct task *t) { return t->flags & TASK_EXITING ? 0 : load_relaxed(&t->ioprio); }

/* What counts when none was set: by the policy and the nice value. */
static int ioprio_in_force(const struct task *t)
{
	unsigned policy = t->thread.se.own_policy;
	int own = ioprio_own(t), class = IOPRIO_CLASS_BE;

	if (own >> IOPRIO_CLASS_SHIFT & IOPRIO_CLASS_MASK)
		return own;
	if (sched_policy_is_rt(policy))
		class = IOPRIO_CLASS_RT;
	else if (policy == SCHED_CLASS_IDLE)
		class = IOPRIO_CLASS_IDLE;
	return (int)IOPRIO_PRIO_VALUE(class, (t->thread.se.nice + 20) / 5);
}

static bool ioprio_take_own(struct task *t, void *arg)
{
	*(int *)arg = ioprio_own(t);
	return true;
}

static bool ioprio_take_best(struct task *t, void *arg)
{
	int *best = arg, value = ioprio_in_force(t);

	*best = *best < 0 ? value : MIN(*best, value);
	return true;
}

SYSCALL(ioprio_set, int which, int who, int value)
{
	struct ioprio_call c = { .value = value, .err = -ESRCH };
	int err = ioprio_check(value);

	if (err)
		return err;
	if (which < IOPRIO_WHO_PROCESS || which > IOPRIO_WHO_USER)
		return -EINVAL;
	for_named((enum whom)(which - IOPRIO_WHO_PROCESS), who, uid_taken(0), ioprio_put, &c);  /* user 0 is root here, not oneself */
	return c.err;
}

SYSCALL(ioprio_get, int which, int who)
{
	int value = -ESRCH;

	if (which < IOPRIO_WHO_PROCESS || which > IOPRIO_WHO_USER)
		return -EINVAL;
	for_named((enum whom)(which - IOPRIO_WHO_PROCESS), who, cred_current()->uid,
		  which == IOPRIO_WHO_PROCESS ? ioprio_take_own : ioprio_take_best, &value);
	return value;
}

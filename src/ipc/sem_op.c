/*
 * sem_op.c - operations on semaphores: semop(2), and what exit undoes.
 *
 * The operations of one call happen all at once or not at all: they are tried in order under the set's lock, and taken
 * back when one cannot go on. A call that must wait stands in set->waiters; whoever changes values serves the waiters
 * in order of arrival, from the first again after each that changed something.
 *   I1  w->status changes once, under the set's lock, when w has left the list
 *   I2  undo->adjust holds the negated sum of its list's operations with SEM_UNDO since the value was last set
 * A waker unparks under the set's lock, and the waiter takes that lock before it leaves: its stack stays.
 * Lock order: object->lock, undo list's lock.   Context: task, may sleep.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/process.h>
#include <task/signal.h>
#include "sem_priv.h"

#define SEM_VALUE_MAX 32767
#define OPS_ON_STACK 8

/* Keys: l lock. */
struct sem_undo_list {
	refcount_t refs;
	struct spinlock lock;
	struct list undos;                      /* l */
};

/* ---- trying ---- */

/* Operation i of w on its semaphore. 0 done, -ERANGE, SEM_WAITING: not now. */
static int apply_one(struct sem_set *s, const struct sem_waiter *w, unsigned i)
{
	const struct sembuf *op = &w->ops[i];
	int v = s->sems[op->sem_num].value + op->sem_op;

	if ((!op->sem_op && v) || v < 0)
		return SEM_WAITING;
	if (v > SEM_VALUE_MAX)
		return -ERANGE;
	if (op->sem_flg & SEM_UNDO) {
		int owed = w->undo->adjust[op->sem_num] - op->sem_op;

		if (owed < -SEM_VALUE_MAX - 1 || owed > SEM_VALUE_MAX)
			return -ERANGE;
		w->undo->adjust[op->sem_num] = (short)owed;
	}
	s->sems[op->sem_num].value = v;
	return 0;
}

static void revert(struct sem_set *s, const struct sem_waiter *w, unsigned n)
{
	while (n--) {
		const struct sembuf *op = &w->ops[n];

		s->sems[op->sem_num].value -= op->sem_op;
		if (op->sem_flg & SEM_UNDO)
			w->undo->adjust[op->sem_num] = (short)(w->undo->adjust[op->sem_num] + op->sem_op);
	}
}

/* All of w. 0, -ERANGE, -EAGAIN (IPC_NOWAIT), SEM_WAITING. */
static int try_locked(struct sem_set *s, struct sem_waiter *w)
{
	int r = 0;

	for (unsigned i = 0; i < w->n; i++) {
		r = apply_one(s, w, i);
		if (!r)
			continue;
		w->blocking = i;
		revert(s, w, i);
		return r == SEM_WAITING && (w->ops[i].sem_flg & IPC_NOWAIT) ? -EAGAIN : r;
	}
	for (unsigned i = 0; i < w->n; i++)
		s->sems[w->ops[i].sem_num].pid = w->pid;
	s->otime = sysv_now();
	return 0;
}

static bool alters(const struct sem_waiter *w)
{
	for (unsigned i = 0; i < w->n; i++)
		if (w->ops[i].sem_op)
			return true;
	return false;
}

static void serve_locked(struct sem_waiter *w, int status)
{
	list_del_init(&w->node);
	store_release(&w->status, status);      /* pairs with the load in wait_for() */
	unpark(w->thread);
}

void sem_wake_locked(struct sem_set *s)
{
	struct sem_waiter *w, *next;
	bool changed;

	do {
		changed = false;
		list_for_each_safe(w, next, &s->waiters, node) {
			int r = try_locked(s, w);

			if (r == SEM_WAITING)
				continue;
			changed = !r && alters(w);
			serve_locked(w, r);
			if (changed)
				break;
		}
	} while (changed);
}

void sem_wake_removed_locked(struct sem_set *s)
{
	struct sem_waiter *w, *next;
	struct sem_undo *u, *next_undo;

	list_for_each_safe(w, next, &s->waiters, node)
		serve_locked(w, -EIDRM);
	list_for_each_safe(u, next_undo, &s->undos, set_node)
		list_del_init(&u->set_node);
}

/* ---- undo lists ---- */

static struct sem_undo_list *list_make(void)
{
	struct sem_undo_list *l = kmalloc(sizeof *l, 0);

	if (!l)
		return NULL;
	refcount_set(&l->refs, 1);
	spin_init(&l->lock, RANK_LEAF);
	list_init(&l->undos);
	return l;
}

int sem_undo_share(struct task *child, struct task *parent)
{
	if (!parent->sem_undo)
		parent->sem_undo = list_make();
	if (!parent->sem_undo)
		return -ENOMEM;
	refcount_get(&parent->sem_undo->refs);
	child->sem_undo = parent->sem_undo;
	return 0;
}

/* Take every record whose set is gone out of the list, and free it. */
static void forget_removed(struct sem_undo_list *l)
{
	struct sem_undo *u, *next;
	struct list gone;

	list_init(&gone);
	spin_lock(&l->lock);
	list_for_each_safe(u, next, &l->undos, list_node)
		if (load_relaxed(&u->set->o.removed)) { /* relaxed: it never comes back */
			list_del(&u->list_node);
			list_append(&gone, &u->list_node);
		}
	spin_unlock(&l->lock);
	list_for_each_safe(u, next, &gone, list_node) {
		mutex_lock(&u->set->o.lock);
		list_del_init(&u->set_node);
		mutex_unlock(&u->set->o.lock);
		sysv_put(&u->set->o);
		kfree(u);
	}
}

static struct sem_undo *find_undo(struct sem_undo_list *l, const struct sem_set *s)
{
	struct sem_undo *u, *found = NULL;

	spin_lock(&l->lock);
	list_for_each(u, &l->undos, list_node)
		if (u->set == s)
			found = u;
	spin_unlock(&l->lock);
	return found;
}

/* The current task's record for s, made if need be; o.lock held. 0 or -ENOMEM. */
static int undo_get_locked(struct sem_set *s, struct sem_undo **out)
{
	struct sem_undo_list *l = task_current()->sem_undo;
	struct sem_undo *u;

	if (!l) {
		l = task_current()->sem_undo = list_make();
		if (!l)
			return -ENOMEM;
	}
	u = find_undo(l, s);                    /* o.lock excludes another thread's making one */
	if (!u) {
		u = kzalloc(sizeof *u + (size_t)s->n * sizeof u->adjust[0]);
		if (!u)
			return -ENOMEM;
		u->set = s;
		refcount_get(&s->o.refs);
		list_append(&s->undos, &u->set_node);
		spin_lock(&l->lock);
		list_append(&l->undos, &u->list_node);
		spin_unlock(&l->lock);
	}
	*out = u;
	return 0;
}

static void undo_apply(struct sem_undo *u)
{
	struct sem_set *s = u->set;

	mutex_lock(&s->o.lock);
	list_del_init(&u->set_node);
	if (!s->o.removed) {
		for (int i = 0; i < s->n; i++) {
			if (!u->adjust[i])
				continue;
			s->sems[i].value = MIN(MAX(s->sems[i].value + u->adjust[i], 0), SEM_VALUE_MAX);
			s->sems[i].pid = process_current()->tgid;
		}
		s->otime = sysv_now();
		sem_wake_locked(s);
	}
	mutex_unlock(&s->o.lock);
}

void sem_undo_exit(struct task *t)
{
	struct sem_undo_list *l = t->sem_undo;
	struct sem_undo *u, *next;

	t->sem_undo = NULL;
	if (!l || !refcount_put(&l->refs))
		return;
	list_for_each_safe(u, next, &l->undos, list_node) {
		undo_apply(u);
		sysv_put(&u->set->o);
		kfree(u);
	}
	kfree(l);
}

void sem_undo_drop(struct task *unborn)
{
	/* Its parent still shares it: never the last. */
	if (unborn->sem_undo && refcount_put(&unborn->sem_undo->refs))
		kfree(unborn->sem_undo);
}

/* ---- semop ---- */

/* Sleep until served; o.lock is not held before nor after. */
static int wait_for(struct sem_set *s, struct sem_waiter *w, uint64_t deadline)
{
	int err = 0;

	for (;;) {
		park_begin(PARK_INTERRUPTIBLE);
		if (load_acquire(&w->status) != SEM_WAITING || err)     /* pairs with serve_locked() */
			break;
		err = park(PARK_INTERRUPTIBLE, deadline);
	}
	park_end();
	mutex_lock(&s->o.lock);
	if (w->status == SEM_WAITING) {
		list_del(&w->node);
		w->status = err == -ETIMEDOUT ? -EAGAIN : -EINTR;
	}
	mutex_unlock(&s->o.lock);
	return w->status;
}

static long operate(struct sem_set *s, struct sem_waiter *w, uint64_t deadline)
{
	bool change = alters(w), undo = false;
	unsigned max = 0;
	int err = 0;

	for (unsigned i = 0; i < w->n; i++) {
		max = MAX(max, (unsigned)w->ops[i].sem_num);
		undo |= w->ops[i].sem_flg & SEM_UNDO;
	}
	if (max >= (unsigned)s->n)
		err = -EFBIG;
	if (!err)
		err = sysv_permission(&s->o, change ? S_IWUGO_BITS : S_IRUGO_BITS);
	if (!err && undo)
		err = undo_get_locked(s, &w->undo);
	if (!err)
		err = try_locked(s, w);
	if (!err && change)
		sem_wake_locked(s);
	if (err == SEM_WAITING)
		list_append(&s->waiters, &w->node);
	mutex_unlock(&s->o.lock);
	return err == SEM_WAITING ? wait_for(s, w, deadline) : err;
}

long sem_operate(int id, uaddr_t user_ops, unsigned n, uint64_t deadline_ns)
{
	struct sembuf few[OPS_ON_STACK], *ops = few;
	struct sem_waiter w = { .n = n, .status = SEM_WAITING, .pid = process_current()->tgid, .thread = park_self() };
	struct ipc_ns *ns = ipc_ns_current();
	struct sysv_object *o;
	long err = 0;

	if (n > (unsigned)load_relaxed(&ns->sem_opm))
		return -E2BIG;
	if (n < 1)
		return -EINVAL;
	if (n > OPS_ON_STACK) {
		ops = kmalloc(n * sizeof *ops, 0);
		if (!ops)
			return -ENOMEM;
	}
	if (user_copy_in(ops, user_ops, n * sizeof *ops))
		err = -EFAULT;
	else if (id < 0)
		err = -EINVAL;
	if (!err && task_current()->sem_undo)
		forget_removed(task_current()->sem_undo);
	if (!err)
		err = sysv_get(ns, SYSV_SEM, id, &o);
	if (!err) {
		w.ops = ops;
		err = operate(set_of(o), &w, deadline_ns);
		sysv_put(o);
	}
	if (ops != few)
		kfree(ops);
	return err;
}

/*
 * inflight.c - sockets on their way through sockets, and rings of them that nobody can reach any more.
 *
 * A socket that only messages hold can still be received, unless those messages wait in sockets of the same kind: such a
 * ring would live for ever. Before a reference of a socket's file goes, while messages hold others, its holders are
 * walked upwards: the sockets in which it waits, those in which they wait, and so on. Somebody has one of them, or all
 * of them are garbage, as all that hold any of them were walked: their queues are emptied, and what waits there follows
 * in the same way.
 *
 *   I1  u->inflight references of u's file are in messages between inflight_enter() and inflight_leave(), one entry of
 *       u->holders each: from before a message is queued until its receiver has it, or nobody
 *   I2  a file with refs == inflight is had by nobody. To have it again takes a message to somebody, and inflight_leave()
 *       before: a walk, under inflight_lock, finds that one
 *   I3  garbage is emptied by who found it, once
 *
 * Cost: nothing for messages without sockets; else a global lock, as rings may go through the sockets of anybody.
 * Locks: inflight_lock, under RCU for the sockets that are walked.   Context: task, may sleep.
 */
#include <net/rights.h>
#include "unix_priv.h"

static struct spinlock inflight_lock = SPINLOCK_INIT(RANK_INFLIGHT);

static struct unix_sock *unix_of_file(const struct file *f)
{
	return file_is_socket(f) && sock_of(f)->family == AF_UNIX ? unix_of(sock_of(f)) : NULL;
}

void inflight_enter(struct packet_rights *r, struct sock *to)
{
	if (likely(!r->nr_sockets))
		return;
	spin_lock(&inflight_lock);
	r->to = to;
	for (unsigned n = 0; n < r->count; n++) {
		struct unix_sock *u = unix_of_file(r->passed[n].file);

		if (!u)
			continue;
		r->passed[n].in = r;
		list_append(&u->holders, &r->passed[n].node);
		u->file = r->passed[n].file;
		store_relaxed(&u->inflight, u->inflight + 1);
	}
	spin_unlock(&inflight_lock);
}

void inflight_leave(struct packet_rights *r)
{
	if (likely(!r->to))
		return;
	spin_lock(&inflight_lock);
	r->to = NULL;
	for (unsigned n = 0; n < r->count; n++) {
		struct unix_sock *u = unix_of_file(r->passed[n].file);

		if (!u)
			continue;
		list_del(&r->passed[n].node);
		store_relaxed(&u->inflight, u->inflight - 1);
	}
	spin_unlock(&inflight_lock);
}

/* ---- the walk ---- */

static void walk_to(struct unix_sock *u, struct list *walk)
{
	if (list_empty(&u->walk_node))
		list_append(walk, &u->walk_node);
}

/* Append to `walk` what holds u. false: somebody has u, or may get it, or another caller empties it. */
static bool walk_up_locked(struct unix_sock *u, const struct unix_sock *closing, struct list *walk)
{
	struct unix_sock *listener;
	const struct passed_file *p;

	if (u->is_garbage)
		return false;
	if (!u->inflight) {                             /* it has a file that somebody has, or waits to be accepted */
		listener = load_acquire(&u->listener);  /* pairs with connect_to() */
		if (listener)
			walk_to(listener, walk);
		return listener;
	}
	if (refcount_read(&u->file->refs) != u->inflight + (u == closing))
		return false;
	list_for_each(p, &u->holders, node)
		walk_to(unix_of(p->in->to), walk);
	return true;
}

/* All that holds u, linked and counted, if nobody has any of it when the caller's reference has gone; else NULL. */
static struct unix_sock *garbage_take_locked(struct unix_sock *u)
{
	struct list walk = LIST_INIT(walk);
	struct unix_sock *a, *next, *garbage = NULL;
	bool is_garbage = true;

	walk_to(u, &walk);
	list_for_each(a, &walk, walk_node)              /* it grows meanwhile */
		if (!(is_garbage = walk_up_locked(a, u, &walk)))
			break;
	list_for_each_safe(a, next, &walk, walk_node) {
		list_del_init(&a->walk_node);
		if (!is_garbage)
			continue;
		sock_get(&a->sock);
		a->is_garbage = true;
		a->next_garbage = garbage;
		garbage = a;
	}
	return garbage;
}

void inflight_closing(const struct file *f)
{
	struct unix_sock *u = unix_of_file(f), *next;

	if (likely(!u || !load_relaxed(&u->inflight)))  /* relaxed: our own sends were before; another's: its own close looks */
		return;
	rcu_read_lock();
	spin_lock(&inflight_lock);
	u = garbage_take_locked(u);
	spin_unlock(&inflight_lock);
	rcu_read_unlock();
	for (; u; u = next) {
		next = u->next_garbage;
		unix_refuse_all(u);
		unix_queue_purge(u);
		sock_put(&u->sock);
	}
}

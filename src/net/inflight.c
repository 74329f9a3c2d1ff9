/*
 * inflight.c - sockets on their way through sockets, and rings of them that nobody can reach any more.
 *
 * A socket that only messages hold can still be received, unless those messages wait in sockets of the same kind: such a
 * ring would live for ever. Before a reference of a socket's file goes, while messages hold others, its holders are
 * walked upwards: the sockets in which it waits, those in which they wait, and so on. Somebody has one of them, or all
 * of them are garbage, as all that hold any of them were walked: their queues are emptied, and what waits there follows
 * in the same way. A reference that a system call holds for a moment hides garbage: sockets that somebody still had at
 * such a look are suspects, and the next looks take some of them again.
 *
 *   I1  u->inflight references of u's file are in messages between inflight_enter() and inflight_leave(), one entry of
 *       u->holders each: from before a message is queued until its receiver has it, or nobody
 *   I2  a file with refs == inflight is had by nobody. To have it again takes a message to somebody, and inflight_leave()
 *       before: a walk, under inflight_lock, finds that one
 *   I3  garbage is emptied by who found it, once
 *   I4  a suspect has u->inflight above zero, so that its file is there
 *
 * Cost: nothing for messages without sockets; else a global lock, as rings may go through the sockets of anybody.
 * Locks: inflight_lock, under RCU for the sockets that are walked.   Context: task, may sleep.
 */
#include <net/rights.h>
#include "unix_priv.h"

#define SUSPECTS_A_LOOK 4u

static struct spinlock inflight_lock = SPINLOCK_INIT(RANK_INFLIGHT);
static struct list suspects = LIST_INIT(suspects);      /* unix_sock.suspect_node */
static atomic_uint nr_suspects;                 /* inflight_lock to write */

static struct unix_sock *unix_of_file(const struct file *f)
{
	return file_is_socket(f) && sock_of(f)->family == AF_UNIX ? unix_of(sock_of(f)) : NULL;
}

static void suspect_note_locked(struct unix_sock *u)
{
	if (!list_empty(&u->suspect_node))
		return;
	list_append(&suspects, &u->suspect_node);
	store_relaxed(&nr_suspects, nr_suspects + 1);
}

static void suspect_clear_locked(struct unix_sock *u)
{
	if (list_empty(&u->suspect_node))
		return;
	list_del_init(&u->suspect_node);
	store_relaxed(&nr_suspects, nr_suspects - 1);
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
		if (!u->inflight)
			suspect_clear_locked(u);
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

/*
 * All that holds u, linked before `garbage` and counted, if nobody has any of it when the caller's reference of `closing`
 * (or NULL) has gone; else `garbage` alone.
 */
static struct unix_sock *garbage_take_locked(struct unix_sock *u, const struct unix_sock *closing, struct unix_sock *garbage)
{
	struct list walk = LIST_INIT(walk);
	struct unix_sock *a, *next;
	bool is_garbage = true;

	walk_to(u, &walk);
	list_for_each(a, &walk, walk_node)              /* it grows meanwhile */
		if (!(is_garbage = walk_up_locked(a, closing, &walk)))
			break;
	list_for_each_safe(a, next, &walk, walk_node) {
		list_del_init(&a->walk_node);
		if (!is_garbage)
			continue;
		sock_get(&a->sock);
		suspect_clear_locked(a);
		a->is_garbage = true;
		a->next_garbage = garbage;
		garbage = a;
	}
	return garbage;
}

/* Some of the suspects again; those that somebody still has go to the end. */
static struct unix_sock *suspects_take_locked(struct unix_sock *garbage)
{
	for (unsigned n = MIN(nr_suspects, SUSPECTS_A_LOOK); n && !list_empty(&suspects); n--) {
		struct unix_sock *u = container_of(suspects.next, struct unix_sock, suspect_node);

		suspect_clear_locked(u);
		if (u->is_garbage)
			continue;
		garbage = garbage_take_locked(u, NULL, garbage);
		if (!u->is_garbage)
			suspect_note_locked(u);
	}
	return garbage;
}

void inflight_closing(const struct file *f)
{
	struct unix_sock *u = unix_of_file(f), *next, *garbage;

	if (likely((!u || !load_relaxed(&u->inflight)) && !load_relaxed(&nr_suspects)))        /* relaxed: our own sends were before; another's: its own close looks */
		return;
	rcu_read_lock();
	spin_lock(&inflight_lock);
	garbage = suspects_take_locked(NULL);
	if (u && u->inflight && !u->is_garbage) {
		garbage = garbage_take_locked(u, u, garbage);
		if (!u->is_garbage)
			suspect_note_locked(u);
	}
	spin_unlock(&inflight_lock);
	rcu_read_unlock();
	for (u = garbage; u; u = next) {
		next = u->next_garbage;
		unix_refuse_all(u);
		unix_queue_purge(u);
		sock_put(&u->sock);
	}
}

/*
 * inflight.c - sockets on their way through sockets, and rings of them that nobody can reach any more.
 *
 * A socket that only messages hold can still be received, unless those messages wait in sockets of the same kind: such a
 * ring would live for ever. So each socket on its way is a suspect; one whose descriptor is closed then is looked at at
 * once, the others after pauses (a close may come just before the message that it races with is told of). A thread looks at
 * suspects: it walks their holders upwards, the sockets in which they wait, those in which these wait, and so on. Somebody
 * has one of them, or all of them are garbage, as all that hold any of them were walked: their queues are emptied, and what
 * waits there follows in the same way. A reference that a system call holds for a moment hides garbage: sockets that
 * somebody still had stay suspects, and are looked at again after pauses, ever longer. (No close but that of a suspect makes
 * garbage otherwise: what hung on it alone is let go with it, and cycles below it become suspects by that.)
 *
 * A ring is as long as its user likes. So a walk takes inflight_lock for a few steps at a time. What it has passed must
 * stand still meanwhile: who takes a walked socket out of a message, accepts it, or gets its file in another way spoils
 * the walk. Nobody had those that were passed, so nobody can send one, or have it without spoiling.
 *
 *   I1  u->inflight references of u's file are in messages between inflight_enter() and inflight_leave(), one entry of
 *       u->holders each: from before a message is queued until its receiver has it, or nobody
 *   I2  a file with refs == inflight is had by nobody. To have it again takes a message to somebody, and inflight_leave()
 *       before, inflight_peeked(), or inflight_accepted() of the socket in which it waits
 *   I3  a socket that a walk passed was had by nobody; it is not had as long as the walk is not spoiled
 *   I4  a suspect has u->inflight above zero, so that its file is there; while none is walked, the others are suspects, too
 *   I5  while there are suspects the thread runs, or sleeps with a deadline: looker_is_idle is false
 *
 * Cost: nothing for messages without sockets; else a global lock for a bounded time, as rings may go through the sockets
 * of anybody. Who has more than SANE_FILES on their way waits for the thread before it sends more.
 * Locks: inflight_lock, under RCU for a listener.   Context: task, may sleep.
 * Tests: tests/abi/socket/rings, rings_held, ring_long, ring_race.
 */
#include <net/rights.h>
#include <sched/sched.h>
#include <sync/waitq.h>
#include <time/clock.h>
#include <trace/klog.h>
#include "unix_priv.h"

#define STEPS_LOCKED 32u                        /* of a walk, before others may have the lock */
#define STEPS_AGAIN 16384u                      /* for old suspects, before another pause */
#define PAUSE_MIN_NS (NSEC_PER_SEC / 100)
#define PAUSE_MAX_NS (8 * NSEC_PER_SEC)
#define SANE_FILES (8 * RIGHTS_MAX)

static struct spinlock inflight_lock = SPINLOCK_INIT(RANK_INFLIGHT);
static struct list suspects = LIST_INIT(suspects);      /* unix_sock.suspect_node: the new ones first */
static unsigned nr_suspects;                    /* inflight_lock */
static atomic_uint nr_new;                      /* inflight_lock to write: noted since the last look */
static atomic_bool is_looking;                  /* inflight_lock to write: some are to be looked at */
static atomic_uint nr_looks;                    /* the thread's to write */
static struct waitq look_wait;                  /* for one to end */
static struct thread *looker;                   /* constant after bring-up */
static atomic_bool looker_is_idle = true;       /* inflight_lock to write: it sleeps without a deadline, or is about to */
static struct list walk = LIST_INIT(walk);      /* unix_sock.walk_node, counted: the thread's */
static atomic_bool walk_is_spoiled;

static struct unix_sock *unix_of_file(const struct file *f)
{
	return file_is_socket(f) && sock_of(f)->family == AF_UNIX ? unix_of(sock_of(f)) : NULL;
}

/* relaxed: under inflight_lock; inflight_accepted() has its fence. */
static void walk_spoil(const struct unix_sock *u)
{
	if (unlikely(load_relaxed(&u->is_walked)))
		store_relaxed(&walk_is_spoiled, true);
}

static void suspect_add_locked(struct unix_sock *u)
{
	if (!list_empty(&u->suspect_node))
		return;
	list_append(&suspects, &u->suspect_node);
	nr_suspects++;
}

static void suspect_clear_locked(struct unix_sock *u)
{
	if (list_empty(&u->suspect_node))
		return;
	list_del_init(&u->suspect_node);
	nr_suspects--;
}

/* ---- on the way ---- */

void inflight_enter(struct packet_rights *r, struct sock *to)
{
	bool wake;

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
		suspect_add_locked(u);
	}
	wake = looker_is_idle;
	store_relaxed(&looker_is_idle, false);
	spin_unlock(&inflight_lock);
	if (unlikely(wake))
		unpark(looker);
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
		walk_spoil(u);
		list_del(&r->passed[n].node);
		store_relaxed(&u->inflight, u->inflight - 1);
		if (!u->inflight)
			suspect_clear_locked(u);
	}
	spin_unlock(&inflight_lock);
}

void inflight_peeked(const struct packet_rights *r)
{
	if (likely(!r->nr_sockets))
		return;
	spin_lock(&inflight_lock);
	for (unsigned n = 0; n < r->count; n++) {
		struct unix_sock *u = unix_of_file(r->passed[n].file);

		if (u)
			walk_spoil(u);
	}
	spin_unlock(&inflight_lock);
}

void inflight_accepted(const struct unix_sock *u) { walk_spoil(u); }

void inflight_closing(const struct file *f)
{
	struct unix_sock *u = unix_of_file(f);
	bool wake;

	if (likely(!u || !load_relaxed(&u->inflight)))  /* relaxed: our own sends were before; another's: its own close notes it */
		return;
	spin_lock(&inflight_lock);
	wake = u->inflight && !is_looking;
	if (u->inflight) {
		suspect_clear_locked(u);
		list_push(&suspects, &u->suspect_node);
		nr_suspects++;
		store_relaxed(&nr_new, nr_new + 1);
		store_relaxed(&is_looking, true);
	}
	spin_unlock(&inflight_lock);
	if (wake)
		unpark(looker);
}

void inflight_throttle(const struct packet_rights *r)
{
	unsigned n = load_relaxed(&nr_looks);           /* relaxed: an early end is no harm */

	if (likely(!r->nr_sockets) || load_relaxed(&r->account->inflight_files) <= (long)SANE_FILES)
		return;
	(void)wait_event_killable(&look_wait, !load_relaxed(&is_looking) || load_relaxed(&nr_looks) != n);
}

/* ---- the walk ---- */

static void walk_join_counted(struct unix_sock *u)
{
	store_relaxed(&u->is_walked, true);
	list_append(&walk, &u->walk_node);
}

static void walk_join_locked(struct unix_sock *u)
{
	if (load_relaxed(&u->is_walked))
		return;
	sock_get(&u->sock);
	walk_join_counted(u);
}

/* u, which no message holds, waits to be accepted: its listener joins. false: somebody has u. */
static bool listener_join_locked(struct unix_sock *u)
{
	struct unix_sock *listener;
	bool is_there;

	fence_seq_cst();                                /* u is walked; pairs with take_connection(): it spoils, or there is no listener */
	rcu_read_lock();
	listener = load_acquire(&u->listener);          /* pairs with connect_to() */
	is_there = listener && refcount_try_get(&listener->sock.refs);
	rcu_read_unlock();
	if (!is_there)
		return false;
	if (load_relaxed(&listener->is_walked))
		sock_put(&listener->sock);              /* not the last: the walk has one */
	else
		walk_join_counted(listener);
	return true;
}

static bool is_had_locked(const struct unix_sock *u)
{
	bool is_had = refcount_read(&u->file->refs) != u->inflight;

	fence_acquire();                                /* pairs with file_put(): who had it has spoiled the walk before */
	return is_had;
}

/* What holds the members of the walk joins it, to the end. False: somebody has one of them, or might. */
static bool walk_go(unsigned *steps)
{
	struct unix_sock *u = list_first(&walk, struct unix_sock, walk_node);
	struct list *at = NULL;                         /* the last one seen of u's holders */
	bool is_garbage = true, is_complete = false;

	spin_lock(&inflight_lock);
	for (unsigned n = 1; is_garbage && !is_complete; n++) {
		if (n % STEPS_LOCKED == 0) {
			spin_unlock(&inflight_lock);
			spin_lock(&inflight_lock);
		}
		if (load_relaxed(&walk_is_spoiled)) {           /* else u's holders are those that there were */
			is_garbage = false;
			break;
		}
		if (!at && u->inflight) {
			is_garbage = !is_had_locked(u);
			at = &u->holders;
			continue;
		}
		if (at && at->next != &u->holders) {
			at = at->next;
			walk_join_locked(unix_of(container_of(at, struct passed_file, node)->in->to));
			continue;
		}
		if (!at)
			is_garbage = listener_join_locked(u);
		at = NULL;
		is_complete = u->walk_node.next == &walk;
		u = container_of(u->walk_node.next, struct unix_sock, walk_node);
		++*steps;
	}
	is_garbage = is_garbage && !load_relaxed(&walk_is_spoiled);
	spin_unlock(&inflight_lock);
	return is_garbage;
}

static void walk_empty(void)
{
	struct unix_sock *u;

	list_for_each(u, &walk, walk_node) {
		unix_refuse_all(u);
		unix_queue_purge(u);
	}
}

/* The walk is over. What still is on its way was had, or a message came late: it stays a suspect. */
static void walk_leave(struct unix_sock *suspect, bool was_garbage)
{
	struct unix_sock *u, *next;

	list_for_each_safe(u, next, &walk, walk_node) {
		spin_lock(&inflight_lock);
		list_del_init(&u->walk_node);
		store_relaxed(&u->is_walked, false);
		if ((was_garbage || u == suspect) && u->inflight)
			suspect_add_locked(u);
		spin_unlock(&inflight_lock);
		sock_put(&u->sock);
	}
}

/* Look at the first suspect. False when there is none. */
static bool look_at_one(unsigned *steps)
{
	struct unix_sock *u = NULL;
	bool is_garbage;

	spin_lock(&inflight_lock);
	if (!list_empty(&suspects)) {
		u = list_first(&suspects, struct unix_sock, suspect_node);
		suspect_clear_locked(u);
		store_relaxed(&walk_is_spoiled, false);
		walk_join_locked(u);                    /* I4: its file holds it */
	}
	spin_unlock(&inflight_lock);
	if (!u)
		return false;
	++*steps;
	is_garbage = walk_go(steps);
	if (is_garbage)
		walk_empty();
	walk_leave(u, is_garbage);
	return true;
}

/* ---- the thread ---- */

/* The suspects whose descriptors were closed, or after a pause as many of all as the steps allow. */
static void look(bool was_paused)
{
	unsigned n, steps = 0;

	spin_lock(&inflight_lock);
	n = was_paused ? nr_suspects : nr_new;
	store_relaxed(&nr_new, 0);
	spin_unlock(&inflight_lock);
	while (n-- && (!was_paused || steps < STEPS_AGAIN) && look_at_one(&steps))
		;
	spin_lock(&inflight_lock);
	store_relaxed(&is_looking, nr_new > 0);
	store_relaxed(&looker_is_idle, was_paused && !nr_suspects);     /* I5; after one more pause: sockets may be sent and taken in turn */
	spin_unlock(&inflight_lock);
	store_relaxed(&nr_looks, nr_looks + 1);
	waitq_wake_all(&look_wait);
}

static void looker_run(void *arg)
{
	uint64_t pause_ns = PAUSE_MIN_NS;

	(void)arg;
	for (;;) {
		bool was_paused = false;

		park_begin(PARK_INTERRUPTIBLE);
		if (!load_relaxed(&nr_new))             /* relaxed, both: park_begin() and unpark() order them */
			was_paused = park(PARK_INTERRUPTIBLE, load_relaxed(&looker_is_idle) ? ~0ull : clock_monotonic_ns() + pause_ns) == -ETIMEDOUT;
		park_end();
		pause_ns = was_paused ? MIN(2 * pause_ns, PAUSE_MAX_NS) : PAUSE_MIN_NS;
		look(was_paused);
	}
}

void inflight_init(void)
{
	waitq_init(&look_wait);
	if (kthread_start("socket_rings", looker_run, NULL, -1, &looker))
		panic("net: no memory for the thread that looks for unreachable sockets\n");
}

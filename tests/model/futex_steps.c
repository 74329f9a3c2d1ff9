/* model: src/ipc/futex_bucket.c src/sync/hold.c src/sync/mutex.c src/sync/waitq.c src/arch/model/spinlock.c */
#include <model/model.h>
#include <sync/waitq.h>
#include "../../src/ipc/futex_bucket.h"

/* Two wait already: one stays, the other leaves. A step is one waiter (sync/tuning.h of the model). */
static struct futex_bucket b, to;
static atomic_uint word;                        /* user memory */
static const struct futex_key key = { 1, 1 }, to_key = { 2, 2 };
static struct futex_waiter stays, *leaves;      /* whose memory is gone with it */
static long nr_woken, nr_told;                  /* by wakers, to who left */

static void stand(struct futex_waiter *w)
{
	*w = (struct futex_waiter){ .thread = model_thread_of(0), .bitset = ~0u, .key = key };
	futex_bucket_enter(&b);
	futex_bucket_queue(&b, w);
}
static void setup(void)
{
	futex_bucket_init(&b);
	futex_bucket_init(&to);
	hold_init();
	leaves = model_alloc(sizeof *leaves);
	stand(leaves);
	stand(&stays);
}
static void setup_one(void)
{
	futex_bucket_init(&b);
	futex_bucket_init(&to);
	hold_init();
	stand(&stays);
}

static void leaver(void)
{
	nr_told += futex_waiter_leave(leaves);
	model_free(leaves);
}
/* FUTEX_WAIT while word == 0; a signal ends it at once. */
static void comer(void)
{
	struct futex_waiter w = { .thread = park_self(), .bitset = ~0u, .key = key };

	futex_bucket_enter(&b);
	model_assert(!b.hold.is_held);
	if (load_relaxed(&word) != 0) {
		futex_bucket_abandon(&b);
		return;
	}
	futex_bucket_queue(&b, &w);
	nr_told += futex_waiter_leave(&w);
}
/* FUTEX_WAKE of all. */
static void waker(void)
{
	store_relaxed(&word, 1);
	if (futex_bucket_is_empty(&b))
		return;
	hold_begin(&b.hold, &b.lock);
	nr_woken += futex_bucket_wake_held(&b, &key, ~0u, ~0u);
	hold_end(&b.hold, &b.lock);
}
/* FUTEX_REQUEUE of all. */
static void mover(void)
{
	fetch_add_relaxed(&to.nr_waiters, 1);
	fence_seq_cst();
	hold_begin_pair(&b.hold, &b.lock, &to.hold, &to.lock);
	(void)futex_bucket_move_held(&b, &to, &key, &to_key, ~0u);
	hold_end_pair(&b.hold, &b.lock, &to.hold, &to.lock);
	fetch_sub_relaxed(&to.nr_waiters, 1);
}
/* The same for one waiter, in one step. */
static void mover_of_one(void)
{
	fetch_add_relaxed(&to.nr_waiters, 1);
	fence_seq_cst();
	futex_buckets_lock_unheld(&b, &to);
	model_assert(!b.hold.is_held && !to.hold.is_held);
	(void)futex_bucket_move_locked(&b, &to, &key, &to_key, 1);
	futex_buckets_unlock(&b, &to);
	fetch_sub_relaxed(&to.nr_waiters, 1);
}

/* Looks at where they are moved to, as one who wakes them does. */
static void looker(void)
{
	const struct futex_waiter *w;
	unsigned n = 0;

	spin_lock_unheld(&to.lock, &to.hold);
	list_for_each(w, &to.waiters, node)
		n++;
	model_assert(n == 0 || n == 2);
	spin_unlock(&to.lock);
}

static void all_woken(void)
{
	model_assert(futex_waiter_is_woken(&stays) && nr_woken == 1 + nr_told);
	model_assert(!b.nr_waiters && list_empty(&b.waiters) && !b.hold.is_held);
}
static void moved(void)
{
	model_assert(stays.bucket == &to && list_first(&to.waiters, struct futex_waiter, node) == &stays);
	model_assert(!b.nr_waiters && to.nr_waiters == 1 && list_empty(&b.waiters) && !b.hold.is_held && !to.hold.is_held);
}
static void moved_two(void)
{
	model_assert(stays.bucket == &to && leaves->bucket == &to && !b.nr_waiters && to.nr_waiters == 2);
	model_free(leaves);
}
/* By the one or by the other. */
static void woken_or_moved(void)
{
	long left = futex_waiter_is_woken(&stays) ? 0 : 1;

	model_assert(!left == !stays.bucket && (!left || stays.bucket == &to));
	model_assert(nr_woken + left == 1 && to.nr_waiters == left && !b.nr_waiters);
}

MODEL_TEST(futex_steps_leave, .claim = "who leaves during a walk in steps is met by it, or is gone before", .setup = setup,
	   .threads = { waker, leaver }, .finish = all_woken);
MODEL_TEST(futex_steps_enter, .claim = "who comes during a walk in steps sees the new word, or is woken", .setup = setup_one,
	   .threads = { waker, comer }, .finish = all_woken);
MODEL_TEST(futex_steps_move, .claim = "who leaves while all are moved in steps leaves one of both buckets", .setup = setup,
	   .threads = { mover, leaver }, .finish = moved);
MODEL_TEST(futex_steps_whole, .claim = "to others all are moved in one step", .setup = setup,
	   .threads = { mover, looker }, .finish = moved_two);
MODEL_TEST(futex_steps_both, .claim = "a waiter is woken by one walk or moved by the other", .setup = setup_one,
	   .threads = { waker, mover }, .finish = woken_or_moved);
MODEL_TEST(futex_steps_one, .claim = "who moves at once waits for a walk in steps", .setup = setup_one,
	   .threads = { waker, mover_of_one }, .finish = woken_or_moved);

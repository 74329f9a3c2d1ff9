/* model: src/ipc/futex_bucket.c src/sync/hold.c src/sync/mutex.c src/sync/waitq.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/waitq.h>
#include <sync/rcu.h>
#include "../../src/ipc/futex_bucket.h"

static struct futex_bucket b, to;
static atomic_uint word;                        /* user memory */
static const struct futex_key key = { 1, 1 }, to_key = { 2, 2 };
static atomic_uint nr_woken;

static void setup(void)
{
	futex_bucket_init(&b);
	futex_bucket_init(&to);
	hold_init();
}

/* FUTEX_WAIT while word == 0. */
static void waiter(void)
{
	struct futex_waiter w = { .thread = park_self(), .bitset = ~0u, .key = key };

	futex_bucket_enter(&b);
	if (load_relaxed(&word) != 0) {
		futex_bucket_abandon(&b);
		return;
	}
	futex_bucket_queue(&b, &w);
	for (;;) {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (futex_waiter_is_woken(&w))
			break;
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
	}
	park_end();
}
/* The same, but a signal ends it at once. */
static void impatient(void)
{
	struct futex_waiter w = { .thread = park_self(), .bitset = ~0u, .key = key };

	futex_bucket_enter(&b);
	if (load_relaxed(&word) != 0) {
		futex_bucket_abandon(&b);
		return;
	}
	futex_bucket_queue(&b, &w);
	if (futex_waiter_leave(&w))
		fetch_add_relaxed(&nr_woken, 1);
}
static void wake(struct futex_bucket *at, const struct futex_key *k)
{
	struct list taken = LIST_INIT(taken);

	if (futex_bucket_is_empty(at))
		return;
	rcu_read_lock();
	spin_lock(&at->lock);
	(void)futex_bucket_take_locked(at, k, 1, ~0u, &taken);
	spin_unlock(&at->lock);
	futex_wake_taken(&taken);
	rcu_read_unlock();
}
static void waker(void)
{
	store_relaxed(&word, 1);
	wake(&b, &key);
}
/* FUTEX_CMP_REQUEUE of all, then FUTEX_WAKE of where they went. */
static void mover(void)
{
	store_relaxed(&word, 1);
	fetch_add_relaxed(&to.nr_waiters, 1);
	fence_seq_cst();
	futex_buckets_lock(&b, &to);
	(void)futex_bucket_move_locked(&b, &to, &key, &to_key, ~0u);
	futex_buckets_unlock(&b, &to);
	fetch_sub_relaxed(&to.nr_waiters, 1);
	wake(&to, &to_key);
}
static void empty(void)
{
	model_assert(!b.nr_waiters && !to.nr_waiters && list_empty(&b.waiters) && list_empty(&to.waiters));
}
MODEL_TEST(futex, .claim = "who sees the old word is woken", .setup = setup, .threads = { waiter, waker }, .finish = empty);
MODEL_TEST(futex_leave, .claim = "leaving races with being woken: one of both, and nothing is left behind",
	   .setup = setup, .threads = { impatient, waker }, .finish = empty);
MODEL_TEST(futex_move, .claim = "who was moved to another bucket is woken there", .setup = setup,
	   .threads = { waiter, mover }, .finish = empty);
MODEL_TEST(futex_leave_move, .claim = "leaving races with being moved and woken", .setup = setup,
	   .threads = { impatient, mover }, .finish = empty);

/*
 * futex_bucket.c - queues of waiters on user words; the argument is in futex_bucket.h.
 */
#include "futex_bucket.h"
#include <sync/rcu.h>
#include <sync/waitq.h>

void futex_bucket_init(struct futex_bucket *b)
{
	store_relaxed(&b->nr_waiters, 0);
	spin_init(&b->lock, RANK_FUTEX);
	b->hold.is_held = false;
	b->nr_pi = 0;
	list_init(&b->waiters);
	list_init(&b->pi_states);
}

/* ---- waiting ---- */

/* Real-time threads are woken before others, the most urgent first. */
static void queue_urgent(struct list *waiters, struct futex_waiter *w)
{
	struct futex_waiter *before;

	list_for_each(before, waiters, node)
		if (before->prio < w->prio)
			break;
	list_append(&before->node, &w->node);   /* past the end, this is the list's head */
}

void futex_bucket_queue(struct futex_bucket *b, struct futex_waiter *w) __no_lock_analysis
{
	store_relaxed(&w->bucket, b);           /* relaxed: readers take the lock and look again */
	if (unlikely(w->is_pi))
		b->nr_pi++;
	if (unlikely(w->prio))
		queue_urgent(&b->waiters, w);
	else
		list_append(&b->waiters, &w->node);
	spin_unlock(&b->lock);
}

bool futex_waiter_leave(struct futex_waiter *w)
{
	for (;;) {
		struct futex_bucket *b = load_relaxed(&w->bucket);      /* relaxed: looked at again under its lock; none: woken orders */

		if (!b) {
			spin_until(load_acquire(&w->woken));    /* pairs with futex_wake_taken(): w is ours again */
			return true;
		}
		spin_lock_unheld(&b->lock, &b->hold);
		if (load_relaxed(&w->bucket) == b) {    /* relaxed: under the lock */
			list_del(&w->node);
			spin_unlock(&b->lock);
			fetch_sub_relaxed(&b->nr_waiters, 1);
			return false;
		}
		spin_unlock(&b->lock);          /* requeued meanwhile */
	}
}

/* ---- waking ---- */

/* Take w out for the caller to wake; bucket lock held. */
static void waiter_take_locked(struct futex_bucket *b, struct futex_waiter *w, struct list *taken)
{
	list_del(&w->node);
	list_append(taken, &w->node);
	store_relaxed(&w->bucket, (struct futex_bucket *)NULL);       /* I1; relaxed: w is its own again when `woken` is set */
	fetch_sub_relaxed(&b->nr_waiters, 1);
}

static bool waiter_matches(const struct futex_waiter *w, const struct futex_key *key, uint32_t bitset)
{
	return futex_key_equal(&w->key, key) && (w->bitset & bitset);
}

bool futex_bucket_is_long(const struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset)
{
	unsigned found = 0, looked = 0;
	const struct futex_waiter *w;

	list_for_each(w, &b->waiters, node) {
		if (found >= n)
			break;
		if (++looked > FUTEX_STEP)
			return true;
		found += waiter_matches(w, key, bitset);
	}
	return false;
}

unsigned futex_bucket_take_locked(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset,
				   struct list *taken)
{
	struct futex_waiter *w, *next;
	unsigned done = 0;

	list_for_each_safe(w, next, &b->waiters, node) {
		if (done >= n)
			break;
		if (!waiter_matches(w, key, bitset))
			continue;
		waiter_take_locked(b, w, taken);
		done++;
	}
	return done;
}

/* Inside an RCU section that began before the waiters were taken. */
void futex_wake_taken(struct list *taken)
{
	struct list *n = taken->next;

	while (n != taken) {
		struct futex_waiter *w = list_entry(n, struct futex_waiter, node);
		struct thread *thread = w->thread;

		n = n->next;
		store_release(&w->woken, true); /* w is gone from here on; pairs with futex_waiter_is_woken() */
		unpark(thread);
	}
}

/* One step: from *at on, which moves on; at the end it is the list's head. */
static unsigned take_step_locked(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset, struct list **at,
				 struct list *taken)
{
	unsigned done = 0;

	for (unsigned looked = 0; looked < FUTEX_STEP && done < n && *at != &b->waiters; looked++) {
		struct futex_waiter *w = list_entry(*at, struct futex_waiter, node);

		*at = (*at)->next;
		if (!waiter_matches(w, key, bitset))
			continue;
		waiter_take_locked(b, w, taken);
		done++;
	}
	return done;
}

long futex_bucket_wake_held(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset)
{
	struct list *at = b->waiters.next;      /* without the lock: I3 */
	long done = 0;

	while (at != &b->waiters && (unsigned long)done < n) {
		struct list taken = LIST_INIT(taken);

		rcu_read_lock();
		spin_lock(&b->lock);
		done += take_step_locked(b, key, n - (unsigned)done, bitset, &at, &taken);
		spin_unlock(&b->lock);
		futex_wake_taken(&taken);
		rcu_read_unlock();
	}
	return done;
}

/* ---- two words ---- */

void futex_buckets_lock(struct futex_bucket *x, struct futex_bucket *y)
{
	if (x > y) {
		struct futex_bucket *t = x;

		x = y;
		y = t;
	}
	spin_lock(&x->lock);
	if (x != y)
		spin_lock_nested(&y->lock, RANK_FUTEX_NESTED);
}

void futex_buckets_lock_unheld(struct futex_bucket *x, struct futex_bucket *y) __no_lock_analysis
{
	for (;;) {
		futex_buckets_lock(x, y);
		if (likely(!x->hold.is_held && !y->hold.is_held))
			return;
		futex_buckets_unlock(x, y);
		spin_lock_unheld(&x->lock, &x->hold);
		spin_unlock(&x->lock);
		spin_lock_unheld(&y->lock, &y->hold);
		spin_unlock(&y->lock);
	}
}

void futex_buckets_unlock(struct futex_bucket *x, struct futex_bucket *y)
{
	if (x != y)
		spin_unlock(&y->lock);
	spin_unlock(&x->lock);
}

static void waiter_move_locked(struct futex_bucket *from, struct futex_bucket *to, struct futex_waiter *w, const struct futex_key *to_key)
{
	w->key = *to_key;
	if (from == to)
		return;
	fetch_add_relaxed(&to->nr_waiters, 1);
	list_del(&w->node);
	if (unlikely(w->prio))
		queue_urgent(&to->waiters, w);
	else
		list_append(&to->waiters, &w->node);
	store_relaxed(&w->bucket, to);          /* relaxed: as in futex_bucket_queue() */
	fetch_sub_relaxed(&from->nr_waiters, 1);
}

unsigned futex_bucket_move_locked(struct futex_bucket *from, struct futex_bucket *to, const struct futex_key *key,
				   const struct futex_key *to_key, unsigned n)
{
	struct futex_waiter *w, *next;
	unsigned done = 0;

	list_for_each_safe(w, next, &from->waiters, node) {
		if (done >= n)
			break;
		if (!futex_key_equal(&w->key, key))
			continue;
		waiter_move_locked(from, to, w, to_key);
		done++;
	}
	return done;
}

/* One step; as take_step_locked(). */
static unsigned move_step_locked(struct futex_bucket *from, struct futex_bucket *to, const struct futex_key *key,
				 const struct futex_key *to_key, unsigned n, struct list **at)
{
	unsigned done = 0;

	for (unsigned looked = 0; looked < FUTEX_STEP && done < n && *at != &from->waiters; looked++) {
		struct futex_waiter *w = list_entry(*at, struct futex_waiter, node);

		*at = (*at)->next;
		if (!futex_key_equal(&w->key, key))
			continue;
		waiter_move_locked(from, to, w, to_key);
		done++;
	}
	return done;
}

unsigned futex_bucket_move_held(struct futex_bucket *from, struct futex_bucket *to, const struct futex_key *key,
				const struct futex_key *to_key, unsigned n)
{
	struct list *at = from->waiters.next;   /* without the locks: I3 */
	unsigned done = 0;

	while (at != &from->waiters && done < n) {
		futex_buckets_lock(from, to);
		done += move_step_locked(from, to, key, to_key, n - done, &at);
		futex_buckets_unlock(from, to);
	}
	return done;
}

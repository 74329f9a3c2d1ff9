/*
 * futex_bucket.c - queues of waiters on user words; the argument is in futex_bucket.h.
 */
#include "futex_bucket.h"
#include <sync/waitq.h>

void futex_bucket_init(struct futex_bucket *b)
{
	store_relaxed(&b->nr_waiters, 0);
	spin_init(&b->lock, RANK_FUTEX);
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
		spin_lock(&b->lock);
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

unsigned futex_bucket_take_locked(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset,
				   struct list *taken)
{
	struct futex_waiter *w, *next;
	unsigned done = 0;

	list_for_each_safe(w, next, &b->waiters, node) {
		if (done >= n)
			break;
		if (!futex_key_equal(&w->key, key) || !(w->bitset & bitset))
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

void futex_buckets_unlock(struct futex_bucket *x, struct futex_bucket *y)
{
	if (x != y)
		spin_unlock(&y->lock);
	spin_unlock(&x->lock);
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
		w->key = *to_key;
		if (from != to) {
			fetch_add_relaxed(&to->nr_waiters, 1);
			list_del(&w->node);
			if (unlikely(w->prio))
				queue_urgent(&to->waiters, w);
			else
				list_append(&to->waiters, &w->node);
			store_relaxed(&w->bucket, to);  /* relaxed: as in futex_bucket_queue() */
			fetch_sub_relaxed(&from->nr_waiters, 1);
		}
		done++;
	}
	return done;
}

/*
 * runnable.h - how many wait to run: written under the queue's lock, read by anyone without.
 *
 * The atomic runnable counter: yield looks at it and returns when nobody waits, a
 * thief looks at it before it locks. Whoever looks from elsewhere takes it as a hint.
 * The queue's own CPU may rely on it for what it queued itself and for what it was
 * told of (an interrupt, a lock passed on), which is what yield needs.
 * Cost: a load; a store to the line of the queue's lock.
 */
#pragma once
#include <base/atomic.h>

struct runnable { atomic_uint n; };         /* lock to write, a to peek */

static inline void runnable_change_locked(struct runnable *r, int by)
{
	store_relaxed(&r->n, plain_load(&r->n) + (unsigned)by); /* relaxed: peekers take it as a hint; only lock holders write */
}
static inline unsigned runnable_peek(const struct runnable *r) { return load_relaxed(&r->n); }

/*
 * eventfd_count.h - the counter of an eventfd: one word, changed by single exchanges.
 *
 * A read takes all of it, or 1; a write adds what fits. Neither takes a lock; each that succeeds is the locked
 * instruction that orders the look at the waiters behind it (waitq_wake_*_ordered()), and what its caller did before is
 * seen by whoever reads its result. Tests: tests/model/eventfd.c.
 */
#pragma once
#include <base/atomic.h>

#define EVENTFD_MAX (~0ull - 1)

/* The counter's value, or 1 of it, to *out. False when it is 0. */
static inline bool eventfd_count_take(atomic_ulong *count, bool one, uint64_t *out)
{
	unsigned long v = load_relaxed(count);         /* relaxed: the exchange checks it */

	do {
		if (!v)
			return false;
		*out = one ? 1 : v;
	} while (!cas_acq_rel(count, &v, v - *out));    /* pairs with itself and the other */
	return true;
}

/* False when it would not fit: nothing fits on what eventfd_signal() has counted beyond EVENTFD_MAX. */
static inline bool eventfd_count_add(atomic_ulong *count, uint64_t n)
{
	unsigned long v = load_relaxed(count);         /* relaxed: the exchange checks it */

	do {
		if (n >= ~0ul - v)
			return false;
	} while (!cas_acq_rel(count, &v, v + n));
	return true;
}

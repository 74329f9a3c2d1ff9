/* refcount.h - atomic reference counts that never resurrect from zero and saturate instead of wrapping. */
#pragma once
#include <base/atomic.h>

typedef struct { atomic_uint n; } refcount_t;

void refcount_saturated(const refcount_t *r);   /* logs once; the object leaks */

static inline void refcount_set(refcount_t *r, unsigned n) { store_relaxed(&r->n, n); }
static inline unsigned refcount_read(const refcount_t *r) { return load_relaxed(&r->n); }
/* Caller holds a reference, hence relaxed. */
static inline void refcount_get(refcount_t *r)
{
	if (unlikely((int)fetch_add_relaxed(&r->n, 1) <= 0))
		refcount_saturated(r);
}
/* Returns false when the count was zero: the object is dying. */
static inline bool refcount_try_get(refcount_t *r)
{
	unsigned n = load_relaxed(&r->n);

	do {
		if (!n)
			return false;
	} while (!cas_acquire(&r->n, &n, n + 1)); /* pairs with the release in refcount_put() */
	return true;
}
/* Returns true for the last reference: the caller frees. acq_rel: all users' accesses happen before the free. */
static inline bool __must_check refcount_put(refcount_t *r) { return fetch_sub_acq_rel(&r->n, 1) == 1; }

/*
 * fdtable_priv.h - a table of descriptors, for those who change it: fdtable.c, fd_range.c.
 */
#pragma once
#include <fs/file.h>
#include <sync/sole.h>

/* Returns whether the lock was taken: not for the sole user, see fdtable.c. */
static inline bool table_lock(struct fdtable *t) __no_lock_analysis
{
	if (likely(sole_is(&t->users)))                /* pairs with fdtable_put() */
		return false;
	spin_lock(&t->lock);
	return true;
}

static inline void table_unlock(struct fdtable *t, bool locked) __no_lock_analysis
{
	if (unlikely(locked))
		spin_unlock(&t->lock);
}

/*
 * limit.c - how much an instance holds: pages, and inodes with their attributes.
 *
 * A CPU charges pages from a credit of its own and refills it in batches from the shared count. Near the
 * limit all credits are called in, so that the answer is exact: ENOSPC comes with the first page too many.
 *   pages really in use = used_pages - sum of credits;  credits are never negative
 * Context: any that may take atomics; no locks.
 */
#include <base/err.h>
#include "tmpfs_priv.h"

#define BATCH 32

static long *own_credit(struct tmpfs *t) { return percpu_dyn_this(t->credits); }     /* any CPU's does, it is atomic */

static bool take_credit(struct tmpfs *t, long n)
{
	long *credit = own_credit(t), have = load_relaxed(credit);

	while (have >= n)
		if (cas_relaxed(credit, &have, have - n))       /* relaxed: a count, publishes nothing */
			return true;
	return false;
}

static bool take_shared(struct tmpfs *t, long n)
{
	long used = load_relaxed(&t->used_pages);
	uint64_t max = load_relaxed(&t->max_pages);     /* once: a remount may lift it */

	do {
		if (max && (uint64_t)(used + n) > max)
			return false;
	} while (!cas_relaxed(&t->used_pages, &used, used + n));
	return true;
}

static void call_in_credits(struct tmpfs *t)
{
	for_each_cpu(cpu) {
		long had = exchange_relaxed((long *)percpu_dyn_ptr(t->credits, cpu), 0l);

		fetch_sub_relaxed(&t->used_pages, had);
	}
}

static void give_back(struct tmpfs *t, long n)
{
	long *credit = own_credit(t);

	if (fetch_add_relaxed(credit, n) + n > 2 * BATCH)
		fetch_sub_relaxed(&t->used_pages, exchange_relaxed(credit, 0l));
}

int tmpfs_charge(struct tmpfs *t, int64_t pages)
{
	if (pages <= 0) {
		give_back(t, -pages);
		return 0;
	}
	if (likely(take_credit(t, pages)))
		return 0;
	if (take_shared(t, pages + BATCH)) {
		fetch_add_relaxed(own_credit(t), (long)BATCH);
		return 0;
	}
	call_in_credits(t);
	return take_shared(t, pages) ? 0 : -ENOSPC;
}

int64_t tmpfs_used_pages(struct tmpfs *t)
{
	int64_t used = load_relaxed(&t->used_pages);

	for_each_cpu(cpu)
		used -= load_relaxed((long *)percpu_dyn_ptr(t->credits, cpu));
	return MAX(used, (int64_t)0);
}

/* used_space grows (or shrinks) by bytes. */
static int take_space(struct tmpfs *t, int64_t bytes)
{
	long used = load_relaxed(&t->used_space);
	uint64_t max = load_relaxed(&t->max_inodes);    /* once: a remount may lift it */

	do {
		if (bytes > 0 && max && (uint64_t)(used + bytes) > max * TMPFS_INODE_SPACE)
			return -ENOSPC;
	} while (!cas_relaxed(&t->used_space, &used, used + (long)bytes));
	return 0;
}

int tmpfs_charge_inode(struct tmpfs *t) { return take_space(t, TMPFS_INODE_SPACE); }

void tmpfs_uncharge_inode(struct tmpfs *t) { fetch_sub_relaxed(&t->used_space, TMPFS_INODE_SPACE); }

int tmpfs_charge_xattr(struct super *s, int64_t bytes) { return take_space(s->priv, bytes); }

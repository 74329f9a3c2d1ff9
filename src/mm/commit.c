/*
 * commit.c - promises of memory, and the rules of overcommit.
 *
 *   I1  the sum of `promised` over CPUs is what all VMAs with commit_is_accounted() span, plus all shared
 *       anonymous memory; each space knows its part (commit_pages)
 * Counted per CPU: a mapping touches no shared line. Only mode 2 looks at the sum, so two promises at
 * the same time on two CPUs may together pass the limit by one of them.
 * Pages of tmpfs files count as they are: what the shared anonymous memory does not explain.
 * Context: task.
 */
#include <mm/commit.h>
#include <arch/usercopy.h>
#include <percpu/percpu.h>
#include "space_priv.h"
#include "mm_priv.h"

int commit_mode, commit_ratio = 50;
uint64_t commit_kbytes, commit_user_reserve_kbytes = 128 << 10, commit_admin_reserve_kbytes = 8 << 10;
bool (*commit_is_admin)(void);

DEFINE_PERCPU(int64_t, promised);
DEFINE_PERCPU(int64_t, promised_shared);    /* the part of shared anonymous memory */

void commit_share(int64_t pages)
{
	this_cpu_add(promised, pages);
	this_cpu_add(promised_shared, pages);
}

uint64_t commit_limit_pages(void)
{
	uint64_t kbytes = load_relaxed(&commit_kbytes);  /* relaxed: a setting */

	return kbytes ? kbytes >> (PAGE_SHIFT - 10) : mm_total_pages * (uint64_t)MAX(load_relaxed(&commit_ratio), 0) / 100;
}

uint64_t commit_promised_pages(void)
{
	int64_t sum = 0, shared = 0, shmem;
	struct mm_stats m;

	for_each_cpu(cpu) {
		sum += load_relaxed(cpu_ptr(promised, cpu));             /* remote, relaxed: a statistic */
		shared += load_relaxed(cpu_ptr(promised_shared, cpu));
	}
	mm_stats_read(&m);
	shmem = (int64_t)m.shmem - shared;
	sum += MAX(shmem, (int64_t)0);
	return sum > 0 ? (uint64_t)sum : 0;
}

/* Mode 2: a little is kept for the administrator, and for getting a process out of trouble. */
static bool within_limit(const struct space *s, uint64_t pages)
{
	uint64_t limit = commit_limit_pages(), keep = 0;

	if (!commit_is_admin || !commit_is_admin())
		keep += commit_admin_reserve_kbytes >> (PAGE_SHIFT - 10);
	if (s)
		keep += MIN(s->total_pages / 32, commit_user_reserve_kbytes >> (PAGE_SHIFT - 10));
	limit -= MIN(limit, keep);
	return pages < limit && commit_promised_pages() + pages < limit;
}

bool commit_may_slow(const struct space *s, uint64_t pages)
{
	return load_relaxed(&commit_mode) == COMMIT_ALWAYS || within_limit(s, pages);   /* relaxed: a setting */
}

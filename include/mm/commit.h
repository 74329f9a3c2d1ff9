/*
 * commit.h - how much memory is promised: what private writable and shared anonymous mappings could need.
 *
 * Modes as in proc(5), /proc/sys/vm/overcommit_memory: 0 refuses a single promise beyond all of RAM, 1 nothing,
 * 2 what exceeds the limit together with all promises made before.
 */
#pragma once
#include <mm/space.h>
#include <percpu/percpu.h>

#define COMMIT_HEURISTIC 0
#define COMMIT_ALWAYS    1
#define COMMIT_NEVER     2

/* Set through /proc/sys/vm; any time. ratio in percent of RAM; kbytes, if not 0, stands instead of it. */
extern int commit_mode, commit_ratio;
extern uint64_t commit_kbytes, commit_user_reserve_kbytes, commit_admin_reserve_kbytes;

uint64_t commit_limit_pages(void);
uint64_t commit_promised_pages(void);       /* sum over CPUs: between before and after of what happens meanwhile */
/* May the current process promise so many pages more? s: its space, NULL for the kernel's own. */
bool commit_may_slow(const struct space *s, uint64_t pages);
extern uint64_t mm_total_pages;             /* given to the buddy, ever */
static inline bool commit_may(const struct space *s, uint64_t pages)
{
	return likely(load_relaxed(&commit_mode) == COMMIT_HEURISTIC) ? pages <= mm_total_pages : commit_may_slow(s, pages);   /* relaxed: a setting */
}
/* Shared anonymous memory is made or gone. */
void commit_share(int64_t pages);
/* Does the current process have CAP_SYS_ADMIN? Set at bring-up by the task floor. */
extern bool (*commit_is_admin)(void);

DECLARE_PERCPU(int64_t, promised);          /* own CPU adds; sums read it */
static inline void commit_add(struct space *s, int64_t pages)
{
	s->commit_pages += (uint64_t)pages;
	this_cpu_add(promised, pages);
}

static inline bool commit_is_accounted(uint32_t vma_flags)
{
	return (vma_flags & (VMA_WRITE | VMA_SHARED | VMA_NORESERVE)) == VMA_WRITE;
}

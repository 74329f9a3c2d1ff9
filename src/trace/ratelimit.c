/* ratelimit.c - windows of time in which so many events pass. See trace/ratelimit.h. */
#include <trace/ratelimit.h>
#include <arch/timer.h>

bool ratelimit_pass(struct ratelimit *r, unsigned *missed)
{
	uint64_t now = arch_clock_ticks_to_ns(arch_clock_ticks());
	unsigned long start = load_relaxed(&r->window_ns);      /* relaxed, like all here: counts, which guard no data */

	*missed = 0;
	if ((!start || (int64_t)(now - start) >= (int64_t)RATELIMIT_NS) && cas_relaxed(&r->window_ns, &start, now | 1)) {
		*missed = exchange_relaxed(&r->nr_missed, 0);
		store_relaxed(&r->nr_passed, 1);
		return true;
	}
	if (load_relaxed(&r->nr_passed) < RATELIMIT_BURST && fetch_add_relaxed(&r->nr_passed, 1) < RATELIMIT_BURST)
		return true;
	fetch_add_relaxed(&r->nr_missed, 1);
	return false;
}

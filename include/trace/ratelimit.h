/*
 * ratelimit.h - so many in a while: lines of the log that anyone can cause.
 *
 * A limit belongs to a place in the source. Its first RATELIMIT_BURST events of each RATELIMIT_NS pass; how many did
 * not is told when the next window opens, by the first event of that window.
 *   I1  in one window at most RATELIMIT_BURST events pass, and one more for each CPU that saw the window before it end
 *   I2  every event passes or is counted as missed, and each missed one is told at most once
 * Any context, NMI too: no lock, no waiting. Whoever moves window_ns (one compare-and-exchange) opens the window.
 * Tests: tests/unit/trace/ratelimit.c.
 */
#pragma once
#include <base/atomic.h>
#include <trace/klog.h>

#define RATELIMIT_NS    5000000000ul
#define RATELIMIT_BURST 10u

struct ratelimit {                              /* zeroed: no event yet */
	atomic_ulong window_ns;                 /* when the window opened; 0: never */
	atomic_uint nr_passed;                  /* of this window; may count a few that came late in the last one */
	atomic_uint nr_missed;                  /* not told yet */
};

/* May the event pass? *missed: how many did not since somebody was told; 0 for all but the first of a window. */
bool ratelimit_pass(struct ratelimit *r, unsigned *missed);

/* klog() for what a user can cause at will. The line that opens a window is preceded by the number of those left out. */
#define klog_ratelimited(level, ...) do {                                                               \
	static struct ratelimit limit_;                                                                 \
	unsigned missed_;                                                                               \
	if (ratelimit_pass(&limit_, &missed_)) {                                                        \
		if (missed_)                                                                            \
			klog(level, "%s: %u messages suppressed\n", __func__, missed_);                 \
		klog(level, __VA_ARGS__);                                                               \
	}                                                                                               \
} while (0)

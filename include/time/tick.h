/*
 * tick.h - the periodic interrupt of a CPU: fast while threads compete for it, slow while one runs
 * alone, off while it idles. Programming the timer costs, so the tick is left running where it will be
 * wanted again, and is turned down only when it fires in vain.
 */
#pragma once
#include <percpu/percpu.h>
#include <time/clock.h>

#define TICK_NS      (NSEC_PER_SEC / TICK_HZ)
#define TICK_SLOW_NS (10 * TICK_NS)

enum tick_rate { TICK_OFF, TICK_SLOW, TICK_FAST };

/* This CPU's next tick comes within TICK_NS (fast) or TICK_SLOW_NS of now. Interrupts off. */
void tick_start(uint64_t now, bool fast);
DECLARE_PERCPU(atomic_bool, tick_is_fast);  /* own to write; wakers peek: a fast tick finds the inbox by itself */
/* No fast tick any more, unless a look at the inbox that follows finds something (src/sched/inbox.h). */
static inline void tick_turn_down(atomic_bool *is_fast)
{
	store_relaxed(is_fast, false);          /* relaxed: T orders */
	fence_seq_cst();                        /* T, pairs with G in inbox_push(): the waker sees slow, or we see its thread */
}

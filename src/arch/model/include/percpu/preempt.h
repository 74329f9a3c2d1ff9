/* preempt.h (model) - nothing preempts a CPU: a thread of the test is a CPU. Sections cost no event. */
#pragma once
#include <percpu/percpu.h>

#define PREEMPT_MASK        0x0000ffffu
#define PREEMPT_HARDIRQ     0x00010000u
#define PREEMPT_HARDIRQ_MASK 0x00ff0000u
#define PREEMPT_NO_RESCHED  0x80000000u

DECLARE_PERCPU(uint32_t, preempt_count);

static __always_inline void preempt_disable(void) { barrier(); }
static __always_inline void preempt_enable_no_resched(void) { barrier(); }
static __always_inline void preempt_enable(void) { barrier(); }
static inline void preempt_schedule(void) { }
static inline bool preempt_is_off(void) { return false; }
static inline bool preempt_is_wanted(void) { return false; }
static inline bool in_interrupt(void) { return false; }

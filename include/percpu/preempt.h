/*
 * preempt.h - when this CPU may switch to another thread or run handlers.
 *
 * preempt_count of the CPU: bits 0-15 nesting of preempt_disable(), bits 16-23
 * nesting of hard interrupts, bit 31 *clear* when a reschedule is wanted. So
 * the word is 0 exactly when a switch is both wanted and allowed, and
 * preempt_enable() is one decrement and one jump.
 * An RCU read section is preempt_disable/enable (sync/rcu.h).
 */
#pragma once
#include <percpu/percpu.h>

#define PREEMPT_MASK        0x0000ffffu
#define PREEMPT_HARDIRQ     0x00010000u
#define PREEMPT_HARDIRQ_MASK 0x00ff0000u
#define PREEMPT_NO_RESCHED  0x80000000u     /* clear = reschedule wanted */

DECLARE_PERCPU(uint32_t, preempt_count);    /* own CPU only */

void preempt_schedule(void);                /* sched: switch now; task context */

static __always_inline void preempt_disable(void)
{
	this_cpu_inc(preempt_count);
	barrier();
}
static __always_inline void preempt_enable_no_resched(void)
{
	barrier();
	this_cpu_dec(preempt_count);
}
/* May switch to another thread when the count drops to zero and one is wanted (only with IF set). */
static __always_inline void preempt_enable(void)
{
	if (unlikely(this_cpu_dec_and_test(preempt_count)))
		preempt_schedule();
}
static inline bool preempt_is_off(void) { return (this_cpu_read(preempt_count) & ~PREEMPT_NO_RESCHED) != 0; }
static inline bool preempt_is_wanted(void) { return !(this_cpu_read(preempt_count) & PREEMPT_NO_RESCHED); }
static inline bool in_interrupt(void) { return (this_cpu_read(preempt_count) & PREEMPT_HARDIRQ_MASK) != 0; }

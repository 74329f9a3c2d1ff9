/*
 * preempt.h (host) - nothing preempts a CPU here: sections only keep the compiler in order.
 *
 * A host thread leaves read sections behind by saying so (rcu_note_context_switch(),
 * park()), as in a kernel without preemption; so a read section costs nothing. With
 * HOST_CHECKS sections are counted, and host_poll() finds one that was left open.
 */
#pragma once
#include <percpu/percpu.h>

#define PREEMPT_MASK        0x0000ffffu
#define PREEMPT_HARDIRQ     0x00010000u
#define PREEMPT_HARDIRQ_MASK 0x00ff0000u
#define PREEMPT_NO_RESCHED  0x80000000u

DECLARE_PERCPU(uint32_t, preempt_count);

#ifdef HOST_CHECKS
#define host_count_preempt(n) ((void)(preempt_count += (n)))
#else
#define host_count_preempt(n) ((void)0)
#endif

static __always_inline void preempt_disable(void)
{
	host_count_preempt(1);
	barrier();
}
static __always_inline void preempt_enable_no_resched(void)
{
	barrier();
	host_count_preempt(-1u);
}
static __always_inline void preempt_enable(void) { preempt_enable_no_resched(); }
static inline void preempt_schedule(void) { }
static inline bool preempt_is_off(void) { return (preempt_count & ~PREEMPT_NO_RESCHED) != 0; }
static inline bool preempt_is_wanted(void) { return false; }
static inline bool in_interrupt(void) { return false; }

/*
 * idle.c - what a CPU does when it has nothing to run.
 *
 * In order: take work from others, zero free pages, poll for a moment, halt.
 * Polling pays when the next wake-up is near, for neither side then pays for an
 * interrupt; how long to poll is learned from how long the last halts were.
 *
 * No wake-up is lost between the last look and the halt: inbox.h. A wake-up by interrupt on this
 * CPU sets the reschedule bit; interrupts are off from the look to the halt.
 *
 * A halting CPU leaves the user's address space: no flush will have to wake it.
 * Context: idle threads, one per CPU; they never sleep.
 */
#include <sched/sched.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <mm/page.h>
#include <mm/space.h>
#include <sync/rcu.h>
#include <time/clock.h>
#include <trace/klog.h>
#include "sched_priv.h"

#define POLL_MAX_NS  10000u
#define POLL_MIN_NS  1000u
#define SHORT_HALT_NS 25000u                /* polling would have been better */

static inline bool must_leave(const struct runq *rq)
{
	return runq_has_work(rq) || preempt_is_wanted();
}

/* Interrupts on. True when work came. */
static bool poll(struct runq *rq)
{
	uint64_t until;

	if (!rq->poll_ns)
		return false;
	idle_polls(&rq->idle_state);
	until = clock_monotonic_ns() + rq->poll_ns;
	do {
		for (unsigned i = 0; i < 16; i++) {
			if (must_leave(rq))
				return true;
			cpu_relax();
		}
	} while (clock_monotonic_ns() < until);
	return false;
}

static void learn_poll(struct runq *rq, uint64_t halted_ns)
{
	if (halted_ns < SHORT_HALT_NS)
		rq->poll_ns = rq->poll_ns ? MIN(rq->poll_ns * 2, (uint64_t)POLL_MAX_NS) : POLL_MIN_NS;
	else
		rq->poll_ns = rq->poll_ns > POLL_MIN_NS ? rq->poll_ns / 2 : 0;
}

static void halt(struct runq *rq)
{
	uint64_t since;

	irq_disable();
	idle_halts(&rq->idle_state);
	if (must_leave(rq)) {
		irq_enable();
		return;
	}
	space_switch(NULL, &kernel_space);
	since = clock_monotonic_ns();
	rcu_idle_enter();
	cpu_halt_until_interrupt();
	learn_poll(rq, clock_monotonic_ns() - since);
}

static void rest(struct runq *rq)
{
	preempt_disable();                      /* no switch with idle_state set */
	if (!poll(rq))
		halt(rq);
	irq_disable();
	rcu_idle_exit();
	irq_enable();
	idle_is_over(&rq->idle_state);
	preempt_enable_no_resched();
}

void __noreturn sched_idle_loop(void)
{
	struct runq *rq = runq_this();          /* an idle thread stays on its CPU */

	irq_enable();
	for (;;) {
		if (must_leave(rq) || steal_idle(rq))
			schedule();
		else if (!mm_idle_work())
			rest(rq);
	}
}

/*
 * account.c - who used the CPUs, and how much they are wanted.
 *
 * A thread's time is exact: it is charged at every switch and tick. Its split into
 * user and system time goes by where the last tick found the thread, so that the
 * system call path keeps no books. Readers of other CPUs' words see them a little
 * stale, never torn.
 */
#include <sched/sched.h>
#include <arch/irq.h>
#include <time/clock.h>
#include <time/timer.h>
#include "sched_priv.h"

void sched_account_self(void)
{
	irqflags_t f = irq_save();
	struct runq *rq = runq_this();

	runq_lock(rq);
	rq->clock = clock_monotonic_ns();
	if (runq_charge(rq) && rq->nr_queued.n)
		sched_set_need_resched();
	runq_unlock(rq);
	irq_restore(f);
}

uint64_t thread_runtime_ns(const struct thread *t)
{
	if (t == thread_current())
		sched_account_self();
	return load_relaxed(&t->se.sum_exec);   /* relaxed: a reading of a clock */
}

void sched_cpu_stats_read(unsigned cpu, struct sched_cpu_stats *out)
{
	struct runq *rq = runq_of(cpu);
	uint64_t now, since;

	*out = rq->stats;
	if (!cpu_is_online(cpu) || load_relaxed(&rq->curr_rank) != RANK_OF_IDLE)
		return;
	now = clock_monotonic_ns();             /* idle since then, and not yet charged */
	since = load_relaxed(&rq->idle->se.exec_start);
	if (now > since)
		out->idle_ns += now - since;
}

unsigned sched_nr_runnable(void)
{
	unsigned n = 0;

	for_each_cpu(cpu) {
		const struct runq *rq = runq_of(cpu);

		n += runnable_peek(&rq->nr_queued) + (load_relaxed(&rq->curr_rank) != RANK_OF_IDLE);
	}
	return n;
}

/* ---- load average ---- */

#define LOAD_SHIFT 11                       /* fixed point */
#define LOAD_ONE   (1ul << LOAD_SHIFT)
#define LOAD_PERIOD_NS (5 * NSEC_PER_SEC)

/* 2048 * exp(-5 s / 1, 5, 15 min) */
static const uint64_t load_decay[3] = { 1884, 2014, 2037 };
static atomic_ulong load_average[3];
static struct timer load_timer;

static uint64_t load_now(void)
{
	long n = (long)sched_nr_runnable();

	for_each_cpu(cpu)
		n += load_relaxed(&runq_of(cpu)->nr_blocked);
	return n > 0 ? (uint64_t)n << LOAD_SHIFT : 0;
}

static void load_update(struct timer *t)
{
	uint64_t n = load_now();

	for (unsigned i = 0; i < 3; i++) {
		uint64_t old = load_average[i];
		uint64_t sum = old * load_decay[i] + n * (LOAD_ONE - load_decay[i]);

		if (n >= old)
			sum += LOAD_ONE - 1;            /* so that it reaches n */
		store_relaxed(&load_average[i], sum >> LOAD_SHIFT);
	}
	timer_arm(t, t->expires_ns + LOAD_PERIOD_NS);
}

void sched_load_average(uint64_t out[3])
{
	for (unsigned i = 0; i < 3; i++)
		out[i] = load_relaxed(&load_average[i]);
}

void sched_start_threads(void)
{
	kstack_start_reaper();
	timer_init(&load_timer, load_update);
	timer_arm(&load_timer, clock_monotonic_ns() + LOAD_PERIOD_NS);
}

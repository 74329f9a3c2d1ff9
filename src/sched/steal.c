/*
 * steal.c - moving runnable threads between CPUs.
 *
 * An idle CPU takes one thread from the longest queue it sees. A busy CPU whose
 * queue does not drain wakes an idle one to do so (tick), and pulls now and then
 * itself from a CPU with two more.
 *
 * The thief locks the victim's queue, takes a thread that may run here and whose
 * stack is at rest (inbox.h), lets go, and then locks its own:
 * never two queues at once. In between the thread is in no queue, but its `cpu`
 * says already where it goes. The victim's inbox is let in first: a victim whose
 * vCPU is stopped does not hold back what others woke.
 */
#include <sched/sched.h>
#include <arch/cpu.h>
#include <time/clock.h>
#include "sched_priv.h"

#define BALANCE_TICKS 16u

static bool may_take(const struct thread *t, unsigned cpu)
{
	return on_cpu_is_clear(&t->se.on_cpu) && thread_allowed(t, cpu);
}

static struct thread *choose_rt(struct rt_rq *q, unsigned cpu)
{
	for (unsigned word = 2; word-- > 0; ) {
		for (uint64_t bits = q->pending[word]; bits; ) {
			unsigned bit = 63 - (unsigned)__builtin_clzl(bits);
			struct thread *t;

			bits &= ~BIT(bit);
			list_for_each(t, &q->list[word * 64 + bit], se.rt_node)
				if (may_take(t, cpu))
					return t;
		}
	}
	return NULL;
}

static struct thread *choose(struct runq *victim, unsigned cpu)
{
	struct thread *t = victim->rt.nr ? choose_rt(&victim->rt, cpu) : NULL;

	for (struct sched_entity *se = fair_first(&victim->fair); se && !t; se = fair_next(se)) {
		struct thread *c = container_of(se, struct thread, se);

		if (may_take(c, cpu))
			t = c;
	}
	return t;
}

/* Interrupts off. Take a thread out of victim's queue; it belongs to cpu from then on. */
static struct thread *take(struct runq *victim, unsigned cpu)
{
	struct thread *t;

	runq_lock(victim);
	if (!stack_is_empty(&victim->inbox))       /* relaxed: runq_drain() takes with acquire */
		runq_drain(victim, false);
	t = choose(victim, cpu);
	if (t) {
		runq_remove(victim, t);
		store_relaxed(&t->se.cpu, cpu);
	}
	runq_unlock(victim);
	return t;
}

static void put(struct runq *rq, struct thread *t)
{
	runq_lock(rq);
	rq->clock = clock_monotonic_ns();
	(void)runq_charge(rq);
	runq_enter(rq, t, true);
	runq_unlock(rq);
}

/* The CPU with the most waiting threads, at least `least`; nr_cpus when there is none. The sight may be stale. */
static unsigned busiest(struct runq *rq, unsigned self, unsigned least)
{
	unsigned found = nr_cpus, cpu = rq->steal_from;

	for (unsigned i = 0; i < nr_cpus; i++) {
		const struct runq *other;
		unsigned n;

		cpu = cpu + 1 < nr_cpus ? cpu + 1 : 0;
		if (cpu == self)
			continue;
		other = runq_of(cpu);               /* nr_queued, inbox, curr_rank: a */
		n = runnable_peek(&other->nr_queued);
		/* What lies in the inbox of a busy CPU waits as well. */
		if (!stack_is_empty(&other->inbox) && load_relaxed(&other->curr_rank) != RANK_OF_IDLE)
			n++;
		if (n >= least) {
			least = n + 1;
			found = cpu;
		}
	}
	rq->steal_from = found < nr_cpus ? found : cpu;
	return found;
}

bool steal_idle(struct runq *rq)
{
	unsigned self = cpu_id(), from = busiest(rq, self, 1);
	struct thread *t;

	if (from == nr_cpus)
		return false;
	irq_disable();
	t = take(runq_of(from), self);
	if (t)
		put(rq, t);
	irq_enable();
	return t != NULL;
}

/* Somebody waits here: an idle CPU may come and get it. */
static void call_idle(unsigned self)
{
	for (unsigned i = 1, cpu = self; i < nr_cpus; i++) {
		cpu = cpu + 1 < nr_cpus ? cpu + 1 : 0;
		if (load_relaxed(&runq_of(cpu)->idle_state) & IDLE_HALTED) {    /* relaxed: a hint */
			ipi_send_resched(cpu);
			return;
		}
	}
}

void balance_tick(struct runq *rq)
{
	unsigned self, from;
	struct thread *t;

	if (nr_cpus == 1 || rq->curr == rq->idle)
		return;
	self = cpu_id();
	if (runnable_peek(&rq->nr_queued))
		call_idle(self);
	if (rq->ticks % BALANCE_TICKS)
		return;
	from = busiest(rq, self, runnable_peek(&rq->nr_queued) + 2);
	if (from == nr_cpus)
		return;
	t = take(runq_of(from), self);
	if (t)
		put(rq, t);
}

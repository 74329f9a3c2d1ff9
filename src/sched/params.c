/*
 * params.c - policy, priority, nice and affinity of any thread, while it runs, waits or sleeps.
 *
 * A queued or running thread is changed under its queue's lock. One that sleeps or is on
 * its way between queues has no queue to lock: the parameters are plain words, and the
 * queue it enters next takes them as it finds them (queued_class, weight).
 * The affinity bitmap is allocated once per thread and overwritten in place: readers may
 * see it half old for a moment, and whoever picks the thread looks again.
 */
#include <sched/sched.h>
#include <arch/cpu.h>
#include <base/err.h>
#include <mm/slab.h>
#include <lib/string.h>
#include <time/clock.h>
#include "sched_priv.h"

/* Lock the queue that t belongs to. Interrupts off. */
static struct runq *lock_runq_of(struct thread *t)
{
	for (;;) {
		unsigned cpu = load_relaxed(&t->se.cpu);        /* relaxed: checked again under the lock */
		struct runq *rq = runq_of(cpu);

		runq_lock(rq);
		if (load_relaxed(&t->se.cpu) == cpu)
			return rq;
		runq_unlock(rq);
	}
}

/* t runs there: let that CPU look at it again. */
static void ask_resched(struct thread *t, struct runq *rq)
{
	unsigned cpu = load_relaxed(&t->se.cpu);

	if (rq->curr != t)
		return;
	if (cpu == cpu_id()) {
		sched_set_need_resched();
		return;
	}
	store_relaxed(&rq->resched_asked, true);        /* relaxed: the interrupt orders */
	ipi_send_resched(cpu);
}

struct params { enum sched_policy policy; int rt_prio, nice; };

/* Running here or elsewhere: its virtual time starts anew under the new weight. */
static void change_running(struct runq *rq, struct thread *t, const struct params *p)
{
	rq->clock = clock_monotonic_ns();
	(void)runq_charge(rq);
	t->se.policy = (uint8_t)p->policy;
	t->se.rt_prio = (uint8_t)p->rt_prio;
	t->se.nice = (int8_t)p->nice;
	t->se.lag = 0;
	if (sched_policy_is_rt(p->policy)) {
		t->se.weight = 0;
		t->se.rr_left_ns = RR_SLICE_NS;
	} else {
		fair_place(&rq->fair, &t->se, NULL, rq->clock);
	}
	store_relaxed(&rq->curr_rank, thread_rank(t));
}

static void change(struct thread *t, const struct params *p)
{
	irqflags_t f = irq_save();
	struct runq *rq = lock_runq_of(t);

	if (rq->curr == t && t != rq->idle) {
		change_running(rq, t, p);
		ask_resched(t, rq);
	} else {
		bool queued = t->se.queued_class != QUEUED_NONE;

		if (queued)
			runq_remove(rq, t);
		t->se.policy = (uint8_t)p->policy;
		t->se.rt_prio = (uint8_t)p->rt_prio;
		t->se.nice = (int8_t)p->nice;
		if (queued) {
			runq_enter(rq, t, rq == runq_this());
			ask_resched(rq->curr, rq);
		}
	}
	runq_unlock(rq);
	irq_restore(f);
	if ((f & IRQ_FLAG_ON) && unlikely(this_cpu_read(preempt_count) == 0))
		preempt_schedule();
}

int sched_set_policy(struct thread *t, enum sched_policy policy, int rt_prio)
{
	struct params p = { .policy = policy, .rt_prio = rt_prio, .nice = t->se.nice };

	if (sched_policy_is_rt(policy) ? rt_prio < 1 || rt_prio >= RT_PRIOS : rt_prio != 0)
		return -EINVAL;
	change(t, &p);
	return 0;
}

void sched_set_nice(struct thread *t, int nice)
{
	struct params p = { .policy = t->se.policy, .rt_prio = t->se.rt_prio };

	p.nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	change(t, &p);
}

uint64_t sched_slice_ns(const struct thread *t)
{
	switch (t->se.policy) {
	case SCHED_CLASS_FIFO:
		return 0;
	case SCHED_CLASS_RR:
		return RR_SLICE_NS;
	default:
		return FAIR_SLICE_NS;
	}
}

/* ---- affinity ---- */

static bool has_online_cpu(const unsigned long *mask)
{
	for_each_cpu(cpu)
		if (bitmap_test(mask, cpu) && cpu_is_online(cpu))
			return true;
	return false;
}

/* The bitmap of t, made on the first change; of two makers one wins. */
static unsigned long *affinity_get(struct thread *t)
{
	size_t size = BITMAP_LONGS(nr_cpus) * sizeof(long);
	unsigned long *m = load_acquire(&t->affinity), *none = NULL;

	if (m)
		return m;
	m = kmalloc(size, 0);
	if (!m)
		return NULL;
	memset(m, 0xff, size);
	if (cas_acq_rel(&t->affinity, &none, m))        /* pairs with thread_allowed() */
		return m;
	kfree(m);
	return none;
}

/* t stands in a queue, or runs, where it may not any more. */
static void move_away(struct thread *t)
{
	irqflags_t f = irq_save();
	struct runq *rq = lock_runq_of(t);
	bool place = false;

	if (!thread_allowed(t, load_relaxed(&t->se.cpu))) {
		if (rq->curr == t) {
			ask_resched(t, rq);             /* its CPU sends it away when it is off the stack */
		} else if (t->se.queued_class != QUEUED_NONE && !load_acquire(&t->se.on_cpu)) {
			runq_remove(rq, t);
			place = true;
		}
	}
	runq_unlock(rq);
	if (place)
		wake_place(t);
	irq_restore(f);
	if ((f & IRQ_FLAG_ON) && unlikely(this_cpu_read(preempt_count) == 0))
		preempt_schedule();
}

int sched_set_affinity(struct thread *t, const unsigned long *mask)
{
	unsigned long *m;

	if (!has_online_cpu(mask))
		return -EINVAL;
	m = affinity_get(t);
	if (!m)
		return -ENOMEM;
	for (size_t i = 0; i < BITMAP_LONGS(nr_cpus); i++)
		store_relaxed(&m[i], mask[i]);      /* relaxed: whoever places t sees it now or looks again */
	fence_seq_cst();
	move_away(t);
	return 0;
}

void sched_get_affinity(struct thread *t, unsigned long *mask)
{
	const unsigned long *m = load_acquire(&t->affinity);

	memset(mask, 0, BITMAP_LONGS(nr_cpus) * sizeof(long));
	for_each_cpu(cpu)
		if (cpu_is_online(cpu) && (!m || bitmap_test(m, cpu)))
			bitmap_set(mask, cpu);
}

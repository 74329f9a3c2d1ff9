/*
 * params.c - policy, priority, nice and affinity of any thread, while it runs, waits or sleeps.
 *
 * A queued or running thread is changed under its queue's lock. One that sleeps or is on
 * its way between queues has no queue to lock: the parameters are plain words, and the
 * queue it enters next takes them as it finds them (queued_class, weight).
 * A thread has its own policy and, as long as it holds what a more urgent one waits for, a lent priority.
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

/* What is to change: a policy of -1 and a nice value of NICE_SAME leave theirs, and so does a lent priority of -1. */
struct params { int policy, rt_prio, nice, lent; };
#define NICE_SAME 100

/* t's queue locked. What it runs as is its own policy, unless more was lent. */
static void apply(struct sched_entity *se, const struct params *p)
{
	if (p->policy >= 0) {
		se->own_policy = (uint8_t)p->policy;
		se->own_rt_prio = (uint8_t)p->rt_prio;
	}
	if (p->nice != NICE_SAME)
		se->nice = (int8_t)p->nice;
	if (p->lent >= 0)
		se->lent_prio = (uint8_t)p->lent;
	if (likely(se->lent_prio <= se->own_rt_prio)) {
		se->policy = se->own_policy;
		se->rt_prio = se->own_rt_prio;
	} else {
		se->policy = SCHED_CLASS_FIFO;
		se->rt_prio = se->lent_prio;
	}
}

/* Running here or elsewhere: its virtual time starts anew under the new weight. */
static void change_running(struct runq *rq, struct thread *t, const struct params *p)
{
	rq->clock = clock_monotonic_ns();
	(void)runq_charge(rq);
	apply(&t->se, p);
	t->se.lag = 0;
	if (sched_policy_is_rt(t->se.policy)) {
		t->se.weight = 0;
		t->se.rr_left_ns = RR_SLICE_NS;
	} else {
		fair_place(&rq->fair, &t->se, NULL, rq->clock);
	}
	store_relaxed(&rq->curr_rank, thread_rank(t));
}

static void change_locked(struct runq *rq, struct thread *t, const struct params *p)
{
	bool queued = t->se.queued_class != QUEUED_NONE;

	if (rq->curr == t && t != rq->idle) {
		change_running(rq, t, p);
		ask_resched(t, rq);
		return;
	}
	if (queued)
		runq_remove(rq, t);
	apply(&t->se, p);
	if (queued) {
		runq_enter(rq, t, rq == runq_this());
		ask_resched(rq->curr, rq);
	}
}

/*
 * A sleeping thread may be woken meanwhile and enter another queue: either its waker's CPU takes the new parameters as
 * it finds them, or we see that se.cpu changed, and go after it. (Store, fence, load here; store, push, load there.)
 */
static void change(struct thread *t, const struct params *p)
{
	irqflags_t f = irq_save();
	struct runq *rq;

	do {
		rq = lock_runq_of(t);
		change_locked(rq, t, p);
		runq_unlock(rq);
		fence_seq_cst();                /* pairs with the full fence of wake_push() */
	} while (unlikely(runq_of(load_relaxed(&t->se.cpu)) != rq));
	irq_restore(f);
	if ((f & IRQ_FLAG_ON) && unlikely(this_cpu_read(preempt_count) == 0))
		preempt_schedule();
}

int sched_set_policy(struct thread *t, enum sched_policy policy, int rt_prio)
{
	struct params p = { .policy = (int)policy, .rt_prio = rt_prio, .nice = NICE_SAME, .lent = -1 };

	if (sched_policy_is_rt(policy) ? rt_prio < 1 || rt_prio >= RT_PRIOS : rt_prio != 0)
		return -EINVAL;
	change(t, &p);
	return 0;
}

void sched_set_nice(struct thread *t, int nice)
{
	struct params p = { .policy = -1, .nice = nice < -20 ? -20 : nice > 19 ? 19 : nice, .lent = -1 };

	change(t, &p);
}

void sched_lend_prio(struct thread *t, unsigned prio)
{
	struct params p = { .policy = -1, .nice = NICE_SAME, .lent = (int)prio };

	if (t->se.lent_prio != prio)
		change(t, &p);
}

uint64_t sched_slice_ns(const struct thread *t)
{
	switch (t->se.own_policy) {
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
		} else if (t->se.queued_class != QUEUED_NONE && on_cpu_is_clear(&t->se.on_cpu)) {
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

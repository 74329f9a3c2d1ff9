/*
 * sched_priv.h - the run queue, shared by the files of sched.
 *
 * Lock order: one run queue at a time (a thief takes from the victim's, lets go, then puts into its own).
 * A run queue's lock is taken with interrupts off; below it only klog.
 */
#pragma once
#include <sched/sched.h>
#include <sync/runnable.h>
#include <sync/spinlock.h>
#include <sync/waitq.h>
#include <lib/bitmap.h>
#include "fair.h"
#include "inbox.h"

#define RT_PRIOS 100                        /* 1..99 used */
#define RR_SLICE_NS 100000000ull
#define HANDOVER_NS 50000ull                /* a sleep that soon after waking another counts as taking turns */
#define HANDOVER_SURE 160                   /* of 255: the woken thread waits for this CPU */

struct rt_rq {
	uint64_t pending[2];                    /* a bit per non-empty list */
	struct list list[RT_PRIOS];
	unsigned nr;
};

enum { QUEUED_NONE, QUEUED_FAIR, QUEUED_RT };

/* How urgent what a CPU runs, or a thread, is. */
enum { RANK_OF_IDLE, RANK_OF_IDLE_POLICY, RANK_OF_FAIR, RANK_OF_RT /* + priority */ };

struct runq {                               /* keys: c const after bring-up, o own CPU with interrupts off, l lock, a atomic */
	struct irq_spinlock lock;
	struct thread *idle;                    /* c */
	struct thread *curr;                    /* l to write, o */
	struct fair_rq fair;                    /* l */
	struct rt_rq rt;                        /* l */
	uint64_t clock;                         /* o: now, as of the last look */
	void (*after)(struct thread *t);        /* o: what to do once the thread that ends is off its stack */
	struct thread *moving;                  /* o: prev, which may not run here any more */
	uint64_t tick_clock;                    /* o: clock of the last tick */
	unsigned ticks;                         /* o */
	unsigned steal_from;                    /* o: where the last search ended */
	uint64_t poll_ns;                       /* o: how long idle polls before it halts */
	struct sched_cpu_stats stats;           /* o to write, peeked by readers */
	uint64_t idle_since;                    /* o to write, peeked */

	struct runnable nr_queued __cacheline_aligned;  /* l to write, a to peek: threads waiting to run, curr not counted */
	struct stack inbox;                     /* a: anyone pushes, whoever holds the lock takes all */
	atomic_uint curr_rank;                  /* o to write, a to peek */
	atomic_bool resched_asked;              /* a: look at curr's parameters again */
	atomic_int nr_blocked;                  /* a, this_cpu ops: uninterruptible sleepers that went minus that came */

	/* Wakers everywhere look here for an idle CPU: a line that a busy one does not write. */
	atomic_uint idle_state __cacheline_aligned;     /* a: inbox.h; o to set, wakers add CLAIMED */
};
DECLARE_PERCPU(struct runq, runq);

static inline struct runq *runq_of(unsigned cpu) { return cpu_ptr(runq, cpu); }
static inline struct runq *runq_this(void) { return this_cpu_ptr(runq); }

/* Interrupts off. */
static __always_inline void runq_lock(struct runq *rq) __no_lock_analysis
{
	preempt_disable();
	spin_debug_acquire(&rq->lock.inner, spin_debug_rank(&rq->lock.inner), true);
	spin_take_(&rq->lock.inner);
}
static __always_inline void runq_unlock(struct runq *rq) __no_lock_analysis
{
	spin_give_(&rq->lock.inner);
	preempt_enable_no_resched();
}

static inline bool thread_allowed(const struct thread *t, unsigned cpu)
{
	const unsigned long *m = load_acquire(&t->affinity);    /* pairs with sched_set_affinity() */

	return likely(!m) || (load_relaxed(&m[cpu / BITS_PER_LONG]) >> cpu % BITS_PER_LONG & 1);
}

static inline unsigned thread_rank(const struct thread *t)
{
	unsigned p = load_relaxed(&t->se.policy);

	if (likely(p <= SCHED_CLASS_BATCH))
		return RANK_OF_FAIR;
	return p == SCHED_CLASS_IDLE ? RANK_OF_IDLE_POLICY : RANK_OF_RT + load_relaxed(&t->se.rt_prio);
}

/* Something is to be done here besides the running thread (own CPU). */
static inline bool runq_has_work(const struct runq *rq)
{
	return runnable_peek(&rq->nr_queued) || !stack_is_empty(&rq->inbox);
}

/* ---- runq.c: queues; lock held ---- */
/* Threads that come from elsewhere (woken, stolen, new): placed by their lag. own: rq is this CPU's. */
void runq_enter(struct runq *rq, struct thread *t, bool own);
/* A queued thread leaves. */
void runq_remove(struct runq *rq, struct thread *t);
/* The thread that ran stays runnable. at_tail: real-time threads go behind their equals. */
void runq_put_back(struct runq *rq, struct thread *t, bool at_tail);
/* The thread that ran stops being runnable. */
void runq_left(struct runq *rq, struct thread *t);
/* Take the next thread out of the queues; the idle thread when they are empty. */
struct thread *runq_pick(struct runq *rq);
/* Threads in the inbox enter. */
void runq_drain(struct runq *rq, bool own);
/* Charge the running thread up to rq->clock; true when its slice is over. Own CPU. */
bool runq_charge(struct runq *rq);
struct fair_rq;
static inline const struct sched_entity *runq_fair_curr(const struct runq *rq)
{
	return rq->curr != rq->idle && !sched_policy_is_rt(rq->curr->se.policy) ? &rq->curr->se : NULL;
}

/* ---- core.c ---- */
enum switch_reason { SWITCH_PREEMPT, SWITCH_YIELD, SWITCH_SLEEP, SWITCH_EXIT };
void schedule_now(enum switch_reason why);  /* interrupts off, preemption on */

/* ---- park.c ---- */
/* Hand t, runnable but in no queue, to a CPU: chosen by itself, or the given one. Interrupts off. */
void wake_place(struct thread *t);
void wake_push(struct thread *t, unsigned cpu);
/* t may not run here any more: send it where it may. False when there is no such CPU. Own queue locked. */
bool wake_push_elsewhere(struct thread *t);

/* ---- steal.c ---- */
bool steal_idle(struct runq *rq);           /* idle thread, interrupts on: found some work */
void balance_tick(struct runq *rq);         /* tick, interrupts off */

/* ---- stack.c ---- */
void kstack_start_reaper(void);

/*
 * runq.c - the queues of one CPU: real-time by priority, then fair by deadline, then idle.
 *
 *   I1  a thread stands in at most one queue; queued_class says in which, and under
 *       which priority or weight it was put there: parameters may change meanwhile
 *   I2  the running thread stands in no queue; it is counted nowhere but in the fair
 *       averages
 *   I3  nr_queued = fair.nr + rt.nr
 * All functions: the queue's lock held, interrupts off.
 */
#include <sched/sched.h>
#include <time/tick.h>
#include <trace/klog.h>
#include "sched_priv.h"

DEFINE_PERCPU_ALIGNED(struct runq, runq);

/* ---- real-time lists ---- */

static void rt_insert(struct rt_rq *q, struct sched_entity *se, bool at_tail)
{
	unsigned p = se->rt_prio;

	se->queued_prio = (uint8_t)p;
	if (at_tail)
		list_append(&q->list[p], &se->rt_node);
	else
		list_push(&q->list[p], &se->rt_node);
	q->pending[p / 64] |= BIT(p % 64);
	q->nr++;
}

static void rt_remove(struct rt_rq *q, struct sched_entity *se)
{
	unsigned p = se->queued_prio;

	list_del(&se->rt_node);
	if (list_empty(&q->list[p]))
		q->pending[p / 64] &= ~BIT(p % 64);
	q->nr--;
}

static struct sched_entity *rt_first(struct rt_rq *q)
{
	unsigned word = q->pending[1] ? 1 : 0;

	return list_first(&q->list[word * 64 + 63 - (unsigned)__builtin_clzl(q->pending[word])], struct sched_entity, rt_node);
}

/* ---- entering and leaving ---- */

static inline struct thread *thread_of(struct sched_entity *se) { return container_of(se, struct thread, se); }

static void count(struct runq *rq, int n)
{
	runnable_change_locked(&rq->nr_queued, n);
}

static void insert(struct runq *rq, struct thread *t, bool is_rt, bool at_tail)
{
	if (unlikely(is_rt)) {
		t->se.queued_class = QUEUED_RT;
		rt_insert(&rq->rt, &t->se, at_tail);
	} else {
		t->se.queued_class = QUEUED_FAIR;
		fair_insert(&rq->fair, &t->se);
	}
	count(rq, 1);
}

static bool preempts(struct runq *rq, struct thread *t)
{
	struct thread *curr = rq->curr;
	unsigned rank = thread_rank(t), curr_rank = curr == rq->idle ? RANK_OF_IDLE : thread_rank(curr);

	if (rank != curr_rank)
		return rank > curr_rank;
	return rank <= RANK_OF_FAIR && t->se.policy != SCHED_CLASS_BATCH && fair_preempts(&rq->fair, &t->se, &curr->se);
}

void runq_enter(struct runq *rq, struct thread *t, bool own)
{
	bool is_rt = sched_policy_is_rt(load_relaxed(&t->se.policy));   /* once: it may change meanwhile */

	assert(t->se.queued_class == QUEUED_NONE && t != rq->curr);
	if (unlikely(is_rt)) {
		t->se.rr_left_ns = RR_SLICE_NS;
		t->se.weight = 0;                   /* its virtual time stands still */
	} else {
		fair_place(&rq->fair, &t->se, runq_fair_curr(rq), rq->clock);
	}
	insert(rq, t, is_rt, true);
	if (!own)
		return;
	if (preempts(rq, t))
		sched_set_need_resched();
	if (rq->curr != rq->idle)
		tick_start(rq->clock, true);        /* from now on somebody waits */
}

void runq_remove(struct runq *rq, struct thread *t)
{
	if (t->se.queued_class == QUEUED_RT) {
		rt_remove(&rq->rt, &t->se);
	} else {
		fair_leave(&rq->fair, &t->se, runq_fair_curr(rq), rq->clock);
		fair_remove(&rq->fair, &t->se);
	}
	t->se.queued_class = QUEUED_NONE;
	count(rq, -1);
}

void runq_put_back(struct runq *rq, struct thread *t, bool at_tail)
{
	bool is_rt = sched_policy_is_rt(t->se.policy);

	/* It was real-time before: then its virtual time is worthless. */
	if (!is_rt && !t->se.weight)
		fair_place(&rq->fair, &t->se, NULL, rq->clock);
	insert(rq, t, is_rt, at_tail);
}

void runq_left(struct runq *rq, struct thread *t)
{
	if (!sched_policy_is_rt(t->se.policy) && t->se.weight)
		fair_leave(&rq->fair, &t->se, &t->se, rq->clock);
}

struct thread *runq_pick(struct runq *rq)
{
	struct sched_entity *se;

	if (unlikely(rq->rt.nr)) {
		se = rt_first(&rq->rt);
		rt_remove(&rq->rt, se);
	} else {
		se = fair_pick(&rq->fair);
		if (!se)
			return rq->idle;
		fair_remove(&rq->fair, se);
	}
	se->queued_class = QUEUED_NONE;
	count(rq, -1);
	return thread_of(se);
}

/* ---- the inbox ---- */

void runq_drain(struct runq *rq, bool own)
{
	struct stack_node *n, *next;

	for (n = stack_take_all_fifo(&rq->inbox); n; n = next) {        /* pairs with wake_push() */
		struct thread *t = container_of(n, struct thread, se.inbox_node);

		next = n->next;
		if (unlikely(t == rq->curr)) {
			/* A thief looks while it is about to sleep: its CPU comes here itself, in schedule_now(). */
			(void)stack_push(&rq->inbox, n);
			continue;
		}
		/* Threads no longer allowed here are moved on by the pick that meets them. */
		runq_enter(rq, t, own);
	}
}

/* ---- running time ---- */

bool runq_charge(struct runq *rq)
{
	struct thread *t = rq->curr;
	uint64_t ns = rq->clock - t->se.exec_start;

	if ((int64_t)ns <= 0)
		return false;
	t->se.exec_start = rq->clock;
	store_relaxed(&t->se.sum_exec, t->se.sum_exec + ns);    /* relaxed: readers want a recent value */
	if (t == rq->idle) {
		rq->stats.idle_ns += ns;
		return false;
	}
	if (t->ticked_in_kernel || !t->is_task) {
		t->stime_ns += ns;
		rq->stats.system_ns += ns;
	} else {
		t->utime_ns += ns;
		rq->stats.user_ns += ns;
	}
	if (likely(!sched_policy_is_rt(t->se.policy)))
		return t->se.weight && fair_charge(&rq->fair, &t->se, ns);
	if (t->se.policy != SCHED_CLASS_RR)
		return false;
	if (t->se.rr_left_ns > ns) {
		t->se.rr_left_ns -= ns;
		return false;
	}
	t->se.rr_left_ns = RR_SLICE_NS;
	return true;
}

/*
 * park.c - going to sleep and being woken, and where the woken runs.
 *
 * One word per thread, unpark_token (park_token.h), decides.
 *
 * No wake-up is lost:
 *
 *   waiter                                   waker
 *   exchange(token, NONE)          (C)       change the condition         (A)
 *   look at the condition          (D)       exchange(token, SET)         (B)
 *   NONE -> PARKED, or do not sleep
 *
 * Both exchanges are full read-modify-writes of one word, hence ordered. If B
 * comes before C, C reads from it (or from a later one) and D sees A. If B comes
 * after C, the token is SET when the waiter wants to park, and it does not; or B
 * finds PARKED, and then this waker, and no other, makes the thread runnable.
 *
 * Signals: the sender sets the work bit (RMW), then reads the token in
 * sched_kick(); the waiter sets PARKED (RMW), then reads the work bit. One of
 * both sees the other: the waiter takes PARKED back, or the sender unparks it.
 *
 * The stack may still be in use then, and the thread's next CPU may be halted: inbox.h.
 * A thread is in at most one inbox: only who turned PARKED into SET pushes it.
 */
#include <sched/sched.h>
#include <arch/cpu.h>
#include <sync/waitq.h>
#include <time/clock.h>
#include <time/timer.h>
#include <base/err.h>
#include <trace/klog.h>
#include "park_token.h"
#include "sched_priv.h"

#define SEARCH_MAX 16                       /* CPUs looked at for an idle one */

/* ---- where to ---- */

/* An idle CPU that no other waker has chosen. */
static bool claim_idle(unsigned cpu)
{
	atomic_uint *state = &runq_of(cpu)->idle_state;
	unsigned s = load_relaxed(state);       /* relaxed: the CAS checks it */

	return s && !(s & IDLE_CLAIMED) && cas_relaxed(state, &s, s | IDLE_CLAIMED);     /* relaxed: only avoids crowding */
}

static bool find_idle(const struct thread *t, unsigned from, unsigned *out)
{
	unsigned n = MIN(nr_cpus, (unsigned)SEARCH_MAX);

	for (unsigned i = 1, cpu = from; i <= n; i++) {
		cpu = cpu + 1 < nr_cpus ? cpu + 1 : 0;
		if (thread_allowed(t, cpu) && claim_idle(cpu)) {
			*out = cpu;
			return true;
		}
	}
	return false;
}

/* Nothing idle: the allowed CPU that runs the least urgent thread (real-time), or the shorter queue of two. */
static unsigned choose_busy(const struct thread *t, unsigned self, unsigned prev)
{
	unsigned best = nr_cpus, rank = thread_rank(t);

	if (rank >= RANK_OF_RT) {
		for_each_cpu(cpu)
			if (cpu_is_online(cpu) && thread_allowed(t, cpu) &&
			    (best == nr_cpus || load_relaxed(&runq_of(cpu)->curr_rank) < load_relaxed(&runq_of(best)->curr_rank)))
				best = cpu;
		return best < nr_cpus ? best : prev;
	}
	if (thread_allowed(t, prev) && cpu_is_online(prev))
		best = prev;
	if (thread_allowed(t, self) &&
	    (best == nr_cpus || runnable_peek(&runq_of(self)->nr_queued) < runnable_peek(&runq_of(best)->nr_queued)))
		best = self;
	for (unsigned cpu = 0; best == nr_cpus && cpu < nr_cpus; cpu++)
		if (cpu_is_online(cpu) && thread_allowed(t, cpu))
			best = cpu;
	return best < nr_cpus ? best : self;    /* an affinity without online CPU is never set */
}

/* Will the running thread make room here at once? It has done so after its last wake-ups. */
static bool will_hand_over(const struct runq *rq)
{
	return !in_interrupt() && rq->curr != rq->idle && rq->curr->se.handover >= HANDOVER_SURE && !runq_has_work(rq);
}

static unsigned choose_cpu(const struct thread *t, const struct runq *rq, unsigned self)
{
	unsigned prev = load_relaxed(&t->se.cpu), cpu;  /* relaxed: ours while it is neither queued nor running */

	if (will_hand_over(rq) && thread_allowed(t, self))
		return self;
	if (prev < nr_cpus && thread_allowed(t, prev) && claim_idle(prev))
		return prev;
	if (rq->curr == rq->idle && thread_allowed(t, self) && !runq_has_work(rq))
		return self;
	if (find_idle(t, prev, &cpu))
		return cpu;
	return choose_busy(t, self, prev);
}

/* ---- handing over ---- */

/* Does the CPU have to be interrupted to notice what inbox_push() gave it? */
static bool needs_ipi(const struct runq *rq, const struct thread *t, unsigned cpu)
{
	unsigned idle = idle_state_of(&rq->idle_state);
	unsigned rank = thread_rank(t);

	if (idle & IDLE_HALTED)
		return true;
	if (idle & IDLE_POLLING)
		return false;
	if (rank > load_relaxed(&rq->curr_rank) || rank >= RANK_OF_RT)
		return true;
	return !load_relaxed(cpu_ptr(tick_is_fast, cpu));       /* pairs with tick_turn_down() */
}

void wake_push(struct thread *t, unsigned cpu)
{
	struct runq *rq = runq_of(cpu);

	store_relaxed(&t->se.cpu, cpu);
	inbox_push(&rq->inbox, &t->se.inbox_node);      /* pairs with runq_drain(): t is whole */
	if (cpu != cpu_id() && needs_ipi(rq, t, cpu))
		ipi_send_resched(cpu);
	else if (cpu == cpu_id())
		sched_set_need_resched();
}

bool wake_push_elsewhere(struct thread *t)
{
	unsigned self = cpu_id(), cpu = nr_cpus;

	if (!find_idle(t, self, &cpu)) {
		for (cpu = 0; cpu < nr_cpus; cpu++)
			if (cpu != self && cpu_is_online(cpu) && thread_allowed(t, cpu))
				break;
	}
	if (cpu == nr_cpus || cpu == self)
		return false;
	wake_push(t, cpu);
	return true;
}

/* The running thread woke another. A second time without a sleep between: they do not take turns. */
static void note_wakeup(struct thread *curr, uint64_t now)
{
	if (curr->se.woke_at)
		curr->se.handover -= curr->se.handover / 4;
	curr->se.woke_at = now;
}

static void enter_here(struct runq *rq, struct thread *t, unsigned self)
{
	runq_lock(rq);
	store_relaxed(&t->se.cpu, self);        /* under the lock: whoever looks for t locks us next */
	rq->clock = clock_monotonic_ns();
	(void)runq_charge(rq);
	runq_enter(rq, t, true);
	runq_unlock(rq);
	if (!in_interrupt() && rq->curr != rq->idle)
		note_wakeup(rq->curr, rq->clock);
}

void wake_place(struct thread *t)
{
	unsigned self = cpu_id(), cpu;
	struct runq *rq = runq_this();

	if (!on_cpu_is_clear(&t->se.on_cpu)) {
		wake_push(t, load_relaxed(&t->se.cpu));
		return;
	}
	cpu = choose_cpu(t, rq, self);
	if (cpu == self) {
		enter_here(rq, t, self);
		return;
	}
	wake_push(t, cpu);
	if (!in_interrupt() && rq->curr != rq->idle)
		note_wakeup(rq->curr, clock_monotonic_ns());
}

void sched_hint_handover(void)
{
	thread_current()->se.handover = 255;
}

/* ---- unpark ---- */

/* Uninterruptible sleep of user threads counts in the load average. */
static bool counts_as_load(const struct thread *t)
{
	return t->is_task && load_relaxed(&t->state) == THREAD_UNINTERRUPTIBLE;
}

static void wake(struct thread *t)
{
	irqflags_t f = irq_save();

	if (counts_as_load(t))
		this_cpu_dec(runq.nr_blocked);
	store_relaxed(&t->state, (unsigned)THREAD_RUNNING);     /* relaxed: for ps */
	wake_place(t);
	irq_restore(f);
	if ((f & IRQ_FLAG_ON) && unlikely(this_cpu_read(preempt_count) == 0))
		preempt_schedule();
}

bool thread_is_parked(const struct thread *t)
{
	/* Acquire pairs with the store that ends the switch away from it. */
	return load_acquire(&t->unpark_token) == TOKEN_PARKED && on_cpu_is_clear(&t->se.on_cpu);
}

void unpark(struct thread *t)
{
	if (token_call(&t->unpark_token))
		wake(t);
}

void sched_kick(struct thread *t)
{
	unsigned cpu, mode;

	fence_seq_cst();                        /* work bits before the token: see the head */
	if (token_is_parked(&t->unpark_token)) {
		mode = load_relaxed(&t->park_mode);     /* relaxed: written before PARKED was set */
		if (mode == PARK_INTERRUPTIBLE || (mode == PARK_KILLABLE && (load_relaxed(&t->work) & WORK_KILL)))
			unpark(t);
		return;
	}
	preempt_disable();
	cpu = load_relaxed(&t->se.cpu);
	/* If it moves meanwhile, it has passed through the kernel, and will look at its work before user mode. */
	if (t != thread_current() && load_relaxed(&t->se.on_cpu) && cpu != cpu_id())
		ipi_send_resched(cpu);
	preempt_enable();
}

/* ---- park ---- */

void park_begin(enum park_mode mode)
{
	struct thread *t = thread_current();

	t->park_mode = (uint8_t)mode;
	store_relaxed(&t->state, mode == PARK_INTERRUPTIBLE ? (unsigned)THREAD_SLEEPING : (unsigned)THREAD_UNINTERRUPTIBLE);
	token_begin(&t->unpark_token);
}

void park_end(void)
{
	store_relaxed(&thread_current()->state, (unsigned)THREAD_RUNNING);      /* relaxed: for ps */
}

static bool must_return(const struct thread *t, enum park_mode mode)
{
	unsigned work;

	fence_after_rmw();                      /* the token before the work bits, pairs with sched_kick(): see the head */
	work = load_relaxed(&t->work);

	return (mode == PARK_INTERRUPTIBLE && (work & WORK_SIGNAL)) || (mode == PARK_KILLABLE && (work & WORK_KILL));
}

static int sleep_now(struct thread *t, enum park_mode mode)
{
	bool blocks = counts_as_load(t);
	int err = 0;

	irq_disable();
	if (blocks)
		this_cpu_inc(runq.nr_blocked);
	if (!token_park(&t->unpark_token)) {
		if (blocks)
			this_cpu_dec(runq.nr_blocked);
	} else if (must_return(t, mode) && token_take_back(&t->unpark_token)) {
		if (blocks)
			this_cpu_dec(runq.nr_blocked);
		err = -ERESTARTSYS;
	} else {
		schedule_now(SWITCH_SLEEP);         /* also when a waker was quicker than taking it back: it queues us */
	}
	irq_enable();
	return err;
}

static void sleep_timer_fired(struct timer *timer)
{
	unpark(container_of(timer, struct thread, sleep_timer));
}

static int sleep_timed(struct thread *t, enum park_mode mode, uint64_t deadline_ns)
{
	int err;

	if (clock_monotonic_ns() >= deadline_ns)
		return -ETIMEDOUT;
	t->sleep_timer.fn = sleep_timer_fired;
	timer_arm(&t->sleep_timer, deadline_ns);
	err = sleep_now(t, mode);
	(void)timer_cancel(&t->sleep_timer);    /* whether it fired, the clock tells */
	if (!err && clock_monotonic_ns() >= deadline_ns)
		err = -ETIMEDOUT;
	return err;
}

int park(enum park_mode mode, uint64_t deadline_ns)
{
	struct thread *t = thread_current();
	int err;

	might_sleep();
	bug_on(this_cpu_read(runq.idle) == t);
	if (must_return(t, mode))
		err = -ERESTARTSYS;
	else if (likely(deadline_ns == ~0ull))
		err = sleep_now(t, mode);
	else
		err = sleep_timed(t, mode, deadline_ns);
	store_relaxed(&t->state, (unsigned)THREAD_RUNNING);
	return err;
}

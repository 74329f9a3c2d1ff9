/*
 * core.c - the switch from one thread to the next.
 *
 * schedule_now() charges and files away the running thread, lets the inbox in,
 * picks the next and switches stacks, all with interrupts off; the queue's lock
 * is let go before the switch. Until its registers are saved the previous thread
 * is marked on_cpu: a waker sends it back to this CPU, a thief leaves it alone.
 * on_cpu is cleared by the next thread, on its own stack (inbox.h).
 *
 * preempt_count is per CPU, not per thread: every switch happens at the same
 * value, zero but for the reschedule bit, so that it need not be saved.
 * Context: threads; the idle thread is one of them and never sleeps.
 */
#include <sched/sched.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/upcall.h>
#include <mm/space.h>
#include <sync/rcu.h>
#include <time/clock.h>
#include <time/tick.h>
#include <trace/klog.h>
#include "sched_priv.h"

/* The boot CPU's first thread; every CPU's word names it until sched_init(). */
static struct thread boot_thread = { .name = "idle/0" };
DEFINE_PERCPU_STATIC(struct thread, idle_thread);
DEFINE_PERCPU(struct thread *, current_thread) = &boot_thread;

/* ---- wanting a switch ---- */

void sched_set_need_resched(void)
{
	this_cpu_and(preempt_count, ~PREEMPT_NO_RESCHED);
	thread_set_work(thread_current(), WORK_RESCHED);
}

static void clear_need_resched(struct thread *t)
{
	this_cpu_or(preempt_count, PREEMPT_NO_RESCHED);
	if (load_relaxed(&t->work) & WORK_RESCHED)      /* relaxed: set by this CPU only */
		thread_clear_work(t, WORK_RESCHED);
}

bool sched_other_runnable(void)
{
	return this_cpu_read(runq.nr_queued.n) || this_cpu_read(runq.inbox.head);
}

/* ---- the switch ---- */

/* On the stack of the thread that runs now: prev's is at rest. Interrupts off. */
static void finish_switch(struct thread *prev)
{
	struct runq *rq = runq_this();
	struct thread *moving = rq->moving;
	void (*after)(struct thread *) = rq->after;

	rq->moving = NULL;
	rq->after = NULL;
	on_cpu_clear(&prev->se.on_cpu);
	if (unlikely(moving))
		wake_place(moving);
	if (unlikely(after))
		after(prev);
}

void sched_finish_switch(void *prev)
{
	finish_switch(prev);
	irq_enable();
}

/* Threads with an rseq area (task/rseq.c) look at it before user mode when they were preempted, or moved. */
static inline void note_rseq(struct thread *prev, struct thread *next, enum switch_reason why)
{
	if (why == SWITCH_PREEMPT && prev->rseq_cpu_plus_1) {
		store_relaxed(&prev->rseq_interrupted, true);   /* relaxed: its own, on this CPU */
		thread_set_work(prev, WORK_NOTIFY);
	}
	if (next->rseq_cpu_plus_1 && unlikely(next->rseq_cpu_plus_1 != cpu_id() + 1)) {
		store_relaxed(&next->rseq_interrupted, true);
		thread_set_work(next, WORK_NOTIFY);
	}
}

static void switch_to(struct runq *rq, struct thread *prev, struct thread *next, enum switch_reason why)
{
	assert((this_cpu_read(preempt_count) & ~PREEMPT_NO_RESCHED) == 0);
	assert(!irq_is_enabled());
	rq->stats.nr_switches++;
	if (why == SWITCH_PREEMPT)
		prev->nivcsw++;
	else
		prev->nvcsw++;
	note_rseq(prev, next, why);
	this_cpu_write(current_thread, next);
	if (next->space)                        /* else it runs on whatever is loaded */
		space_switch(prev->space, next->space);
	if (prev->is_task && why != SWITCH_EXIT)
		context_save_user(&prev->ctx);
	if (next->is_task)
		context_load_user(&next->ctx, thread_stack_top(next));
	finish_switch(context_switch(&prev->ctx, &next->ctx, prev));
}

/* A sleep soon after waking somebody here tells that the two take turns: see wake_place(). */
static void learn_handover(struct thread *t, uint64_t now)
{
	if (!t->se.woke_at)
		return;
	if (now - t->se.woke_at < HANDOVER_NS)
		t->se.handover += (uint8_t)((255 - t->se.handover + 3) / 4);
	else
		t->se.handover -= t->se.handover / 4;
	t->se.woke_at = 0;
}

/* File the running thread away. From here on rq->curr is the idle thread: nobody runs. */
static void file_away(struct runq *rq, struct thread *prev, enum switch_reason why, bool slice_over)
{
	if (prev != rq->idle) {
		switch (why) {
		case SWITCH_SLEEP:
			learn_handover(prev, rq->clock);
			/* fall through */
		case SWITCH_EXIT:
			runq_left(rq, prev);
			break;
		case SWITCH_YIELD:
			if (prev->se.weight)
				fair_yield(&prev->se);
			/* fall through */
		case SWITCH_PREEMPT:
			runq_put_back(rq, prev, slice_over || why == SWITCH_YIELD);
			break;
		}
	}
	rq->curr = rq->idle;
}

/* The next thread that may run here. One that may not any more is sent where it may. */
static struct thread *pick_allowed(struct runq *rq, struct thread *prev)
{
	unsigned cpu = cpu_id();

	for (;;) {
		struct thread *t = runq_pick(rq);

		if (likely(t == rq->idle || thread_allowed(t, cpu)))
			return t;
		if (t == prev)
			rq->moving = t;                 /* still on its stack: finish_switch() sends it */
		else if (!wake_push_elsewhere(t))
			return t;
	}
}

/* A fair thread that yields lets any other fair thread run, whoever has the earlier deadline. */
static struct thread *pick_other(struct runq *rq, struct thread *prev)
{
	struct thread *t = pick_allowed(rq, prev);

	if (t != prev || sched_policy_is_rt(t->se.policy) || !rq->nr_queued.n)
		return t;
	t = pick_allowed(rq, prev);
	if (t == rq->idle)
		return prev;
	runq_put_back(rq, prev, true);
	return t;
}

void schedule_now(enum switch_reason why)
{
	struct runq *rq = runq_this();
	struct thread *prev = rq->curr, *next;
	bool slice_over;

	rcu_note_context_switch();
	runq_lock(rq);
	inbox_locked();
	clear_need_resched(prev);
	rq->clock = clock_monotonic_ns();
	slice_over = runq_charge(rq);
	file_away(rq, prev, why, slice_over);
	if (unlikely(!stack_is_empty(&rq->inbox)))
		runq_drain(rq, false);
	next = why == SWITCH_YIELD ? pick_other(rq, prev) : pick_allowed(rq, prev);
	rq->curr = next;
	next->se.exec_start = rq->clock;
	store_relaxed(&next->se.on_cpu, 1);     /* relaxed: it was in our queue, only we could run it */
	store_relaxed(&rq->curr_rank, next == rq->idle ? RANK_OF_IDLE : thread_rank(next));     /* relaxed: a hint for wakers */
	if (rq->nr_queued.n)
		tick_start(rq->clock, true);
	else if (prev == rq->idle && next != prev)
		tick_start(rq->clock, false);
	runq_unlock(rq);
	if (next != prev)
		switch_to(rq, prev, next, why);
}

/* ---- who asks for it ---- */

void schedule(void)
{
	irq_disable();
	schedule_now(SWITCH_PREEMPT);
	irq_enable();
}

void sched_yield_now(void)
{
	if (!sched_other_runnable())
		return;
	irq_disable();
	schedule_now(SWITCH_YIELD);
	irq_enable();
}

void preempt_schedule(void)
{
	if (!irq_is_enabled())
		return;                             /* whoever turns them on will be interrupted, or asks again */
	do {
		irq_disable();
		schedule_now(SWITCH_PREEMPT);
		irq_enable();
	} while (unlikely(this_cpu_read(preempt_count) == 0));
}

void sched_irq_exit_preempt(void)
{
	schedule_now(SWITCH_PREEMPT);
}

void __noreturn thread_exit(void (*after)(struct thread *t))
{
	irq_disable();
	runq_this()->after = after;
	schedule_now(SWITCH_EXIT);
	panic("sched: a dead thread runs");
}

/* ---- interrupts ---- */

void sched_ipi(void)
{
	struct runq *rq = runq_this();

	rcu_irq_enter();
	if (!stack_is_empty(&rq->inbox)) {         /* relaxed: runq_drain() takes it with acquire */
		runq_lock(rq);
		rq->clock = clock_monotonic_ns();
		(void)runq_charge(rq);
		runq_drain(rq, true);
		runq_unlock(rq);
	}
	if (load_relaxed(&rq->resched_asked)) {
		store_relaxed(&rq->resched_asked, false);       /* before the look at the parameters in schedule_now() */
		sched_set_need_resched();
	}
	rcu_tick();
	if (rcu_wants_switch())
		sched_set_need_resched();       /* the reader's end is a quiescent state: few instructions may lie before the next one */
}

/* Tick: returns how soon the next is wanted. */
enum tick_rate sched_tick(bool from_user)
{
	struct runq *rq = runq_this();
	struct thread *t = rq->curr;
	uint64_t since = rq->tick_clock;
	bool slice_over;

	t->ticked_in_kernel = !from_user;
	runq_lock(rq);
	rq->clock = rq->tick_clock = clock_monotonic_ns();
	slice_over = runq_charge(rq);
	if (!stack_is_empty(&rq->inbox))
		runq_drain(rq, true);
	if (slice_over && rq->nr_queued.n)
		sched_set_need_resched();
	runq_unlock(rq);
	rq->ticks++;
	balance_tick(rq);
	if (t == rq->idle)
		return rq->nr_queued.n ? TICK_FAST : TICK_OFF;
	if (sched_task_tick && t->is_task && sched_task_tick(t, MIN(rq->clock - since, 2 * TICK_NS), from_user))
		return TICK_FAST;
	return rq->nr_queued.n ? TICK_FAST : TICK_SLOW;
}
bool (*sched_task_tick)(struct thread *t, uint64_t ns, bool from_user);

/* ---- bring-up ---- */

static void runq_init(unsigned cpu, struct thread *idle)
{
	struct runq *rq = runq_of(cpu);

	irq_spin_init(&rq->lock, RANK_RUNQ);
	for (unsigned i = 0; i < RT_PRIOS; i++)
		list_init(&rq->rt.list[i]);
	idle->name = "idle";
	idle->se.cpu = cpu;
	idle->se.on_cpu = 1;
	idle->se.policy = SCHED_CLASS_IDLE;
	rq->idle = rq->curr = idle;
	*cpu_ptr(current_thread, cpu) = idle;
}

void sched_init(void)
{
	for_each_cpu(cpu)
		runq_init(cpu, cpu ? cpu_ptr(idle_thread, cpu) : &boot_thread);
	runq_this()->idle->se.exec_start = clock_monotonic_ns();
}

void __noreturn sched_ap_entry(void)
{
	rcu_idle_exit();
	timer_init_cpu();
	runq_this()->idle->se.exec_start = clock_monotonic_ns();
	store_release(this_cpu_ptr(cpu_online), true);  /* pairs with cpu_is_online(): threads and calls may come */
	sched_idle_loop();
}

struct thread *park_self(void) { return thread_current(); }
bool thread_is_on_cpu(const struct thread *t) { return load_relaxed(&t->se.on_cpu); }   /* relaxed: a hint */
#ifdef CONFIG_DEBUG
struct held_locks *park_self_locks(void) { return &thread_current()->held; }
#endif

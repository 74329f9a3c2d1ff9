/*
 * timer.c - per-CPU queues of timers, and the interrupt that empties them.
 *
 * A timer is armed in the queue of the CPU that arms it and runs there. The queue is
 * a tree by expiry with its first node at hand; its lock is this CPU's but for
 * another CPU's cancel or move.
 *   I1  t->queued implies that t stands in the queue of t->cpu; both change under
 *       that queue's lock
 *   I2  q->running is the timer whose fn runs on that CPU now; fn may free or re-arm
 *       its timer, so nothing of the timer is touched after fn began
 *   I3  the hardware will fire no later than the first timer and the tick demand.
 *       It may fire earlier: cancelling never programs it.
 * Equal expiries run in the order of arming.
 * Lock: one queue at a time, RANK_TIMER, interrupts off.  Context: any but NMI.
 */
#include <time/timer.h>
#include <arch/cpu.h>
#include <arch/timer.h>
#include <arch/upcall.h>
#include <sync/rcu.h>
#include <sync/spinlock.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <time/tick.h>

struct timer_queue {                        /* l lock, o own CPU with interrupts off */
	struct irq_spinlock lock;
	struct rbtree tree;                     /* l */
	struct timer *first;                    /* l, peeked by own CPU */
	struct timer *running;                  /* a: l to write */
	uint64_t hardware;                      /* o: when the interrupt is due, ~0 never */
	uint64_t tick_at;                       /* o: when the next tick is due, ~0 off */
};
DEFINE_PERCPU_ALIGNED(struct timer_queue, timer_queue);
DEFINE_PERCPU_ALIGNED(atomic_bool, tick_is_fast) = false;      /* others peek: a line of its own, written only when it changes */

/* ---- the hardware: own CPU, interrupts off ---- */

static void program(struct timer_queue *q, uint64_t at, uint64_t now)
{
	if (at >= q->hardware)
		return;                             /* I3; also: nothing wanted */
	q->hardware = at;
	arch_timer_arm(at > now ? at - now : 0);
}

/* ---- the tree: lock held ---- */

static inline struct timer *timer_of(struct rbnode *n) { return n ? container_of(n, struct timer, node) : NULL; }

static void insert_locked(struct timer_queue *q, struct timer *t)
{
	struct rbnode **link = &q->tree.root, *parent = NULL;
	bool is_first = true;

	while (*link) {
		parent = *link;
		if (t->expires_ns < timer_of(parent)->expires_ns) {
			link = &parent->left;
		} else {
			link = &parent->right;
			is_first = false;
		}
	}
	rbtree_insert(&q->tree, &t->node, parent, link);
	if (is_first)
		q->first = t;
	store_relaxed(&t->queued, true);        /* relaxed: under the lock; peekers take it as a hint */
}

static void remove_locked(struct timer_queue *q, struct timer *t)
{
	if (q->first == t)
		q->first = timer_of(rbtree_next(&t->node));
	rbtree_remove(&q->tree, &t->node);
	store_relaxed(&t->queued, false);
}

/* ---- arming and cancelling ---- */

void timer_init(struct timer *t, void (*fn)(struct timer *))
{
	*t = (struct timer){ .fn = fn };
}

/* Lock the queue where t stands or stood last. */
static struct timer_queue *lock_queue_of(struct timer *t, irqflags_t *f)
{
	for (;;) {
		unsigned cpu = load_relaxed(&t->cpu);   /* relaxed: checked again under the lock */
		struct timer_queue *q = cpu_ptr(timer_queue, cpu);

		*f = irq_spin_lock(&q->lock);
		if (load_relaxed(&t->cpu) == cpu)
			return q;
		irq_spin_unlock(&q->lock, *f);
	}
}

void timer_arm(struct timer *t, uint64_t expires_ns)
{
	irqflags_t f, inner;

	f = irq_save();                         /* stay here: the hardware is this CPU's */
	for (;;) {
		struct timer_queue *q = lock_queue_of(t, &inner);
		struct timer_queue *own = this_cpu_ptr(timer_queue);

		if (load_relaxed(&t->queued))
			remove_locked(q, t);
		if (q == own) {
			t->expires_ns = expires_ns;
			insert_locked(q, t);
			if (q->first == t)
				program(q, expires_ns, clock_monotonic_ns());
			irq_spin_unlock(&q->lock, inner);
			break;
		}
		store_relaxed(&t->cpu, cpu_id());   /* moves to our queue; who looks for it meanwhile finds it idle there */
		irq_spin_unlock(&q->lock, inner);
	}
	irq_restore(f);
}

bool timer_cancel(struct timer *t)
{
	bool was_queued = false, running;

	do {
		irqflags_t f;
		struct timer_queue *q = lock_queue_of(t, &f);

		if (load_relaxed(&t->queued)) {
			remove_locked(q, t);
			was_queued = true;
		}
		running = q->running == t;
		irq_spin_unlock(&q->lock, f);
		if (!running || in_interrupt())
			break;
		/* fn may re-arm: look again when it is over. */
		spin_until(load_acquire(&q->running) != t);     /* pairs with run_expired() */
	} while (load_relaxed(&t->queued));
	return was_queued;
}

bool timer_is_armed(const struct timer *t)
{
	const struct timer_queue *q = cpu_ptr(timer_queue, load_relaxed(&t->cpu));

	/* In this order: out of the queue, maybe in its fn, which may have put it back. */
	return load_acquire(&t->queued) || load_acquire(&q->running) == t || load_acquire(&t->queued);
}

/* ---- the tick ---- */

void tick_start(uint64_t now, bool fast)
{
	struct timer_queue *q = this_cpu_ptr(timer_queue);
	uint64_t at = now + (fast ? TICK_NS : TICK_SLOW_NS);

	if (fast && !this_cpu_read(tick_is_fast))
		store_relaxed(this_cpu_ptr(tick_is_fast), true);        /* relaxed: who reads it late interrupts us in vain */
	if (at >= q->tick_at)
		return;
	q->tick_at = at;
	program(q, at, now);
}

void rcu_want_tick(void)
{
	tick_start(clock_monotonic_ns(), true);
}

static void tick(struct timer_queue *q, uint64_t now, bool from_user)
{
	enum tick_rate rate;

	rcu_tick();
	rate = sched_tick(from_user);
	if (rcu_needs_cpu())
		rate = TICK_FAST;
	if (rate != TICK_FAST) {
		tick_turn_down(this_cpu_ptr(tick_is_fast));
		if (sched_other_runnable())
			rate = TICK_FAST;
	}
	q->tick_at = ~0ull;
	if (rate != TICK_OFF)
		tick_start(now, rate == TICK_FAST);
}

/* ---- the interrupt ---- */

/* Returns the expiry of the first timer that is not due yet. */
static uint64_t run_expired(struct timer_queue *q)
{
	uint64_t next;
	irqflags_t f;

	for (;;) {
		void (*fn)(struct timer *);
		struct timer *t;

		f = irq_spin_lock(&q->lock);
		t = q->first;
		if (!t || t->expires_ns > clock_monotonic_ns())
			break;
		remove_locked(q, t);
		fn = t->fn;
		store_relaxed(&q->running, t);
		irq_spin_unlock(&q->lock, f);
		fn(t);
		store_release(&q->running, (struct timer *)NULL);       /* pairs with timer_cancel(): fn is over */
	}
	next = q->first ? q->first->expires_ns : ~0ull;
	irq_spin_unlock(&q->lock, f);
	return next;
}

void timer_interrupt(bool from_user)
{
	struct timer_queue *q = this_cpu_ptr(timer_queue);
	uint64_t now, next;

	rcu_irq_enter();
	q->hardware = ~0ull;
	next = run_expired(q);
	now = clock_monotonic_ns();
	if (now >= q->tick_at)
		tick(q, now, from_user);
	program(q, MIN(next, q->tick_at), now); /* what was armed meanwhile has been programmed already */
}

/* ---- bring-up ---- */

void timer_init_cpu(void)
{
	struct timer_queue *q = this_cpu_ptr(timer_queue);

	irq_spin_init(&q->lock, RANK_TIMER);
	q->hardware = q->tick_at = ~0ull;
}

/*
 * debug.c - lock ranks and contexts, checked at run time. Debug builds only.
 *
 * A CPU lists the spinlocks it holds; a thread its sleeping locks. Taking a lock
 * while one of the same or a later rank is held panics. Locks of interrupted
 * code do not count against those that the interrupt takes: interrupts take
 * irq_spinlocks only, and whoever holds one has interrupts off; so the lists of
 * both meet only across a plain lock, which no interrupt wants.
 * That an irq_spinlock is really taken with interrupts off its type ensures.
 */
#include <sync/debug.h>
#include <sync/spinlock.h>
#include <trace/klog.h>

#ifdef CONFIG_DEBUG

DEFINE_PERCPU_STATIC(struct held_locks, held_spin);     /* own CPU, preemption off; interrupts restore it */
static atomic_bool sleeping_checked;
static atomic_bool violated;                /* the report itself takes locks */

void sync_debug_start(void) { store_relaxed(&sleeping_checked, true); }

static void held_check(const struct held_locks *h, const void *lock, unsigned rank, bool in_irq, const char *what)
{
	for (unsigned i = h->n; i-- > 0; ) {
		const struct held_lock *o = &h->at[i];

		if (o->lock == lock && !exchange_relaxed(&violated, true))
			panic("%s %p taken twice (rank %u)", what, lock, rank);
		if (o->in_irq == in_irq && o->rank >= rank && !exchange_relaxed(&violated, true))
			panic("%s rank %u taken under rank %u (%p under %p)", what, rank, o->rank, lock, o->lock);
	}
}

static void held_add(struct held_locks *h, const void *lock, unsigned rank, bool in_irq, const char *what)
{
	if (h->n == HELD_MAX) {
		if (!exchange_relaxed(&violated, true))
			panic("more than %u %ss held", HELD_MAX, what);
		return;
	}
	h->at[h->n] = (struct held_lock){ lock, rank, in_irq };
	barrier();                              /* an interrupt sees the entry whole, or not at all and overwrites nothing */
	h->n++;
}

void held_locks_push(struct held_locks *h, const void *lock, unsigned rank, const char *what)
{
	if (load_relaxed(&violated))
		return;
	held_check(h, lock, rank, false, what);
	held_add(h, lock, rank, false, what);
}

void held_locks_note(struct held_locks *h, const void *lock, unsigned rank, const char *what)
{
	if (!load_relaxed(&violated))
		held_add(h, lock, rank, false, what);
}

void held_locks_pop(struct held_locks *h, const void *lock, const char *what)
{
	unsigned i = h->n;

	if (load_relaxed(&violated))
		return;
	while (i-- > 0) {
		if (h->at[i].lock != lock)
			continue;
		for (; i + 1 < h->n; i++)
			h->at[i] = h->at[i + 1];
		h->n--;
		return;
	}
	if (!exchange_relaxed(&violated, true))
		panic("%s %p released but not held", what, lock);
}

static struct held_locks *cpu_held(void) { return this_cpu_ptr(held_spin); }

unsigned held_spinlocks(void) { return this_cpu_read(held_spin.n); }

void spin_debug_acquire(struct spinlock *l, enum lock_rank rank, bool is_irq)
{
	irqflags_t f;

	if (load_relaxed(&violated))
		return;
	if (!is_irq && in_interrupt() && !exchange_relaxed(&violated, true))
		panic("plain spinlock %p (rank %u) taken in an interrupt", (void *)l, rank);
	f = irq_save();
	held_check(cpu_held(), l, rank, in_interrupt(), "spinlock");
	held_add(cpu_held(), l, rank, in_interrupt(), "spinlock");
	irq_restore(f);
}

void spin_debug_try(struct spinlock *l, bool is_irq)
{
	irqflags_t f;

	(void)is_irq;
	if (load_relaxed(&violated))
		return;
	f = irq_save();
	held_add(cpu_held(), l, l->rank, in_interrupt(), "spinlock");
	irq_restore(f);
}

void spin_debug_release(struct spinlock *l)
{
	irqflags_t f = irq_save();

	held_locks_pop(cpu_held(), l, "spinlock");
	irq_restore(f);
}

void might_sleep(void)
{
	if (!load_relaxed(&sleeping_checked) || load_relaxed(&violated))
		return;
	if (!preempt_is_off() && irq_is_enabled())
		return;
	if (!exchange_relaxed(&violated, true))
		panic("sleeping in atomic context: preempt_count %x, interrupts %s, %u spinlocks",
		      this_cpu_read(preempt_count), irq_is_enabled() ? "on" : "off", held_spinlocks());
}

void might_fault(void)
{
	might_sleep();
	if (!load_relaxed(&violated))
		held_check(park_self_locks(), NULL, RANK_SPACE, false, "page fault, a lock");
}
#endif

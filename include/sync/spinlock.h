/*
 * spinlock.h - mutual exclusion for short sections.
 *
 * Two types that do not mix: `struct spinlock` is never taken in interrupt
 * context and leaves interrupts alone; `struct irq_spinlock` may be, and turns
 * them off. Both turn preemption off. Taking one costs one atomic instruction
 * uncontended; under contention waiters queue, with bounded stealing so that a
 * preempted vCPU in the queue does not stop the others.
 */
#pragma once
#include <sync/rank.h>
#include <percpu/preempt.h>
#include <arch/irq.h>

struct __lockable spinlock {
	atomic_uint word;                       /* 0 free; layout in spinlock.c */
#ifdef CONFIG_DEBUG
	uint16_t rank;
	uint16_t owner_cpu;
#endif
};
struct __lockable irq_spinlock { struct spinlock inner; };

#ifdef CONFIG_DEBUG
#define SPINLOCK_INIT(rank_)     { 0, (rank_), 0xffff }
void spin_debug_acquire(struct spinlock *l);      /* panics on a rank violation */
void spin_debug_release(struct spinlock *l);
#else
#define SPINLOCK_INIT(rank_)     { 0 }
static inline void spin_debug_acquire(struct spinlock *l) { (void)l; }
static inline void spin_debug_release(struct spinlock *l) { (void)l; }
#endif
#define IRQ_SPINLOCK_INIT(rank_) { SPINLOCK_INIT(rank_) }

void spin_init(struct spinlock *l, enum lock_rank rank);
static inline void irq_spin_init(struct irq_spinlock *l, enum lock_rank rank) { spin_init(&l->inner, rank); }
void spin_lock_slow(struct spinlock *l, unsigned seen);

static __always_inline void spin_lock(struct spinlock *l) __acquires(*l) __no_lock_analysis
{
	unsigned free = 0;

	preempt_disable();
	spin_debug_acquire(l);
	if (unlikely(!cas_acquire(&l->word, &free, 1u)))   /* pairs with spin_unlock()'s release */
		spin_lock_slow(l, free);
}
bool spin_trylock(struct spinlock *l);
static __always_inline void spin_unlock(struct spinlock *l) __releases(*l) __no_lock_analysis
{
	spin_debug_release(l);
	/* The low byte is the lock bit, the rest the queue: a plain byte store releases. */
	store_release((uint8_t *)&l->word, 0);
	preempt_enable();
}
static __always_inline irqflags_t irq_spin_lock(struct irq_spinlock *l) __acquires(*l) __no_lock_analysis
{
	irqflags_t f = irq_save();
	spin_lock(&l->inner);
	return f;
}
static __always_inline void irq_spin_unlock(struct irq_spinlock *l, irqflags_t f) __releases(*l) __no_lock_analysis
{
	spin_debug_release(&l->inner);
	store_release((uint8_t *)&l->inner.word, 0);
	preempt_enable_no_resched();
	irq_restore(f);
	if (unlikely(this_cpu_read(preempt_count) == 0) && (f & 0x200))
		preempt_schedule();
}
static inline bool spin_is_locked(const struct spinlock *l) { return load_relaxed(&l->word) != 0; }

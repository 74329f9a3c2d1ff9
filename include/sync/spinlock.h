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
/* Both panic on a violation; rank is the lock's own or that of a nested taking. */
void spin_debug_acquire(struct spinlock *l, enum lock_rank rank, bool is_irq);
void spin_debug_try(struct spinlock *l, bool is_irq);     /* taken without waiting: any order is fine */
void spin_debug_release(struct spinlock *l);
#define spin_debug_rank(l) ((enum lock_rank)(l)->rank)
#else
#define SPINLOCK_INIT(rank_)     { 0 }
static inline void spin_debug_acquire(struct spinlock *l, enum lock_rank rank, bool is_irq) { (void)l; (void)rank; (void)is_irq; }
static inline void spin_debug_try(struct spinlock *l, bool is_irq) { (void)l; (void)is_irq; }
static inline void spin_debug_release(struct spinlock *l) { (void)l; }
#define spin_debug_rank(l) RANK_NONE
#endif
#define IRQ_SPINLOCK_INIT(rank_) { SPINLOCK_INIT(rank_) }

void spin_init(struct spinlock *l, enum lock_rank rank);
static inline void irq_spin_init(struct irq_spinlock *l, enum lock_rank rank) { spin_init(&l->inner, rank); }
void spin_lock_slow(struct spinlock *l);

static __always_inline void spin_take_(struct spinlock *l)
{
	unsigned free = 0;

	if (unlikely(!cas_acquire(&l->word, &free, 1u)))   /* pairs with spin_give_() */
		spin_lock_slow(l);
}
/* The low byte is the lock, the rest the queue: a plain byte store releases. */
static __always_inline void spin_give_(struct spinlock *l)
{
	spin_debug_release(l);
	clear_low_byte_release(&l->word);
}

static __always_inline void spin_lock(struct spinlock *l) __acquires(*l) __no_lock_analysis
{
	preempt_disable();
	spin_debug_acquire(l, spin_debug_rank(l), false);
	spin_take_(l);
}
/* A second lock of a class, held for a moment as one of the given rank (a *_NESTED or *_CHILD). */
static __always_inline void spin_lock_nested(struct spinlock *l, enum lock_rank rank) __acquires(*l) __no_lock_analysis
{
	preempt_disable();
	spin_debug_acquire(l, rank, false);
	spin_take_(l);
}
__must_check bool spin_trylock(struct spinlock *l);
static __always_inline void spin_unlock(struct spinlock *l) __releases(*l) __no_lock_analysis
{
	spin_give_(l);
	preempt_enable();
}
static __always_inline irqflags_t irq_spin_lock(struct irq_spinlock *l) __acquires(*l) __no_lock_analysis
{
	irqflags_t f = irq_save();

	preempt_disable();
	spin_debug_acquire(&l->inner, spin_debug_rank(&l->inner), true);
	spin_take_(&l->inner);
	return f;
}
static __always_inline irqflags_t irq_spin_lock_nested(struct irq_spinlock *l, enum lock_rank rank) __acquires(*l) __no_lock_analysis
{
	irqflags_t f = irq_save();

	preempt_disable();
	spin_debug_acquire(&l->inner, rank, true);
	spin_take_(&l->inner);
	return f;
}
static __always_inline void irq_spin_unlock(struct irq_spinlock *l, irqflags_t f) __releases(*l) __no_lock_analysis
{
	bool wanted;

	spin_give_(&l->inner);
	wanted = this_cpu_dec_and_test(preempt_count);
	irq_restore(f);
	if (unlikely(wanted) && (f & IRQ_FLAG_ON))
		preempt_schedule();
}
static inline bool spin_is_locked(const struct spinlock *l) { return load_relaxed(&l->word) != 0; }

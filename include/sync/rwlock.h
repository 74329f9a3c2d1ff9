/*
 * rwlock.h - many readers or one writer, for short sections.
 *
 * Readers do not order themselves behind waiting writers for ever: who cannot enter
 * at once queues at a spinlock, readers and writers alike, so nobody starves. That
 * spinlock survives a stopped vCPU (spinlock.c). Not for interrupt context. A read
 * section may not be nested in itself: a writer could stand between.
 * Where readers are many and writers rare use RCU or a seqcount: a reader here
 * writes the shared line.
 * Cost uncontended: 1 atomic to enter, 1 to leave for a reader; a writer 1, and a store to leave. 1 line.
 */
#pragma once
#include <sync/spinlock.h>

struct __lockable rwlock {
	atomic_uint count;                      /* readers * RW_READER | RW_WAITING | RW_WRITER (low byte) */
	struct spinlock queue;                  /* who waits to enter */
#ifdef CONFIG_DEBUG
	uint16_t rank;
#endif
};
#define RW_WRITER  0x001u                       /* a byte of its own: leaving is one store */
#define RW_WAITING 0x100u                       /* the head of the queue is a writer */
#define RW_READER  0x200u

#ifdef CONFIG_DEBUG
#define RWLOCK_INIT(rank_) { 0, SPINLOCK_INIT(RANK_LEAF), (rank_) }
void rw_debug_acquire(struct rwlock *l);
void rw_debug_release(struct rwlock *l);
#else
#define RWLOCK_INIT(rank_) { 0, SPINLOCK_INIT(RANK_LEAF) }
static inline void rw_debug_acquire(struct rwlock *l) { (void)l; }
static inline void rw_debug_release(struct rwlock *l) { (void)l; }
#endif
void rw_init(struct rwlock *l, enum lock_rank rank);
void rw_read_lock_slow(struct rwlock *l);
void rw_write_lock_slow(struct rwlock *l);

static __always_inline void rw_read_lock(struct rwlock *l) __no_lock_analysis
{
	preempt_disable();
	rw_debug_acquire(l);
	/* acquire: pairs with rw_write_unlock() */
	if (unlikely(fetch_add_acquire(&l->count, RW_READER) & (RW_WRITER | RW_WAITING)))
		rw_read_lock_slow(l);
}
static __always_inline void rw_read_unlock(struct rwlock *l) __no_lock_analysis
{
	rw_debug_release(l);
	fetch_sub_release(&l->count, RW_READER);        /* pairs with the acquires of writers */
	preempt_enable();
}
static __always_inline void rw_write_lock(struct rwlock *l) __no_lock_analysis
{
	unsigned free = 0;

	preempt_disable();
	rw_debug_acquire(l);
	if (unlikely(!cas_acquire(&l->count, &free, RW_WRITER)))        /* pairs with both unlocks */
		rw_write_lock_slow(l);
}
static __always_inline void rw_write_unlock(struct rwlock *l) __no_lock_analysis
{
	rw_debug_release(l);
	clear_low_byte_release(&l->count);              /* pairs with the acquires of all; readers may be counting in beside */
	preempt_enable();
}

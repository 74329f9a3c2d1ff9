/*
 * seqlock.h - optimistic reads beside a rare writer.
 *
 *   do { s = seq_begin(&c); ...load_relaxed() the data...; } while (seq_retry(&c, s));
 *
 * A seqcount's writers exclude each other themselves, with preemption off: readers
 * spin while the count is odd. A seqlock brings the spinlock along. Writers store
 * the data by store_relaxed(). Readers may see any mixture inside the loop.
 * Cost: a reader 2 loads, no store; a writer 2 stores (seqlock: the spinlock's 1 atomic more). 1 line.
 */
#pragma once
#include <sync/spinlock.h>
#include <arch/cpu.h>

struct seqcount { atomic_uint seq; };

static inline void seq_init(struct seqcount *c) { c->seq = 0; }
unsigned seq_begin_slow(const struct seqcount *c);      /* a writer is at it: wait */
static inline unsigned seq_begin(const struct seqcount *c)
{
	unsigned s = load_acquire(&c->seq);     /* pairs with seq_write_end() */

	return likely(!(s & 1)) ? s : seq_begin_slow(c);
}
static inline bool seq_retry(const struct seqcount *c, unsigned s)
{
	fence_acquire();                        /* data loads before the second look; pairs with the fence in seq_write_begin() */
	return load_relaxed(&c->seq) != s;
}
static inline void seq_write_begin(struct seqcount *c)
{
	store_relaxed(&c->seq, c->seq + 1);     /* relaxed: only the one writer stores */
	fence_release();                        /* odd count visible before any data store */
}
static inline void seq_write_end(struct seqcount *c) { store_release(&c->seq, c->seq + 1); }

struct seqlock { struct seqcount count; struct spinlock lock; };

static inline void seqlock_init(struct seqlock *l, enum lock_rank rank)
{
	seq_init(&l->count);
	spin_init(&l->lock, rank);
}
static inline void seqlock_write_lock(struct seqlock *l) __no_lock_analysis
{
	spin_lock(&l->lock);
	seq_write_begin(&l->count);
}
static inline void seqlock_write_unlock(struct seqlock *l) __no_lock_analysis
{
	seq_write_end(&l->count);
	spin_unlock(&l->lock);
}

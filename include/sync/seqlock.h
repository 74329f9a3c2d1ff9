/*
 * seqlock.h - optimistic reads beside a rare writer. Writers exclude each other themselves.
 *
 *   do { s = seq_begin(&c); ...load_relaxed() the data...; } while (seq_retry(&c, s));
 */
#pragma once
#include <base/atomic.h>
#include <arch/cpu.h>

struct seqcount { atomic_uint seq; };

static inline void seq_init(struct seqcount *c) { c->seq = 0; }
static inline unsigned seq_begin(const struct seqcount *c)
{
	unsigned s;

	spin_until(!((s = load_acquire(&c->seq)) & 1));    /* pairs with seq_write_end() */
	return s;
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

/*
 * ring.h - a ring of words between one producer and one consumer.
 *
 * head and tail run freely and wrap; their difference is the number held. Each
 * side keeps a copy of the other's index and looks at the real one only when the
 * copy says full, or empty: in steady flow a line moves once per lap, not per word.
 *
 *   linearization  put: the store of head; get: the store of tail
 *   progress       wait-free
 *   exclusion      one producer, one consumer
 * Cost: 0 atomic instructions; 1 own line, and the slot's.
 */
#pragma once
#include <base/atomic.h>

struct ring {
	unsigned mask;                          /* const: slots - 1, slots a power of two */
	uintptr_t *slot;                        /* const */
	unsigned head __cacheline_aligned;      /* a: producer writes */
	unsigned tail_seen;                     /* producer */
	unsigned tail __cacheline_aligned;      /* a: consumer writes */
	unsigned head_seen;                     /* consumer */
};

/* slots: a power of two; the memory is the caller's. */
static inline void ring_init(struct ring *r, uintptr_t *slot, unsigned slots)
{
	*r = (struct ring){ .mask = slots - 1, .slot = slot };
}

/* False when full. Producer. */
static inline bool ring_put(struct ring *r, uintptr_t v)
{
	unsigned head = plain_load(&r->head);   /* only we write it */

	if (unlikely(head - r->tail_seen > r->mask)) {
		r->tail_seen = load_acquire(&r->tail);  /* A, pairs with D: the slot has been read */
		if (head - r->tail_seen > r->mask)
			return false;
	}
	r->slot[head & r->mask] = v;
	store_release(&r->head, head + 1);      /* B, pairs with C: the slot before its count */
	return true;
}

/* False when empty. Consumer. */
static inline bool ring_get(struct ring *r, uintptr_t *v)
{
	unsigned tail = plain_load(&r->tail);   /* only we write it */

	if (unlikely(tail == r->head_seen)) {
		r->head_seen = load_acquire(&r->head);  /* C, pairs with B */
		if (tail == r->head_seen)
			return false;
	}
	*v = r->slot[tail & r->mask];
	store_release(&r->tail, tail + 1);      /* D, pairs with A */
	return true;
}

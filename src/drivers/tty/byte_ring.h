/*
 * byte_ring.h - a ring of bytes between one producer and one consumer, who share no lock.
 *
 * head and tail run freely and wrap; their difference is what is held. The producer alone stores head,
 * the consumer alone tail. Several producers (or consumers) exclude each other themselves.
 */
#pragma once
#include <base/atomic.h>
#include <lib/string.h>

struct byte_ring {
	uint8_t *buf;
	uint32_t size;                          /* a power of two; 0: none yet */
	atomic_uint head, tail;
};

static inline uint32_t ring_count(const struct byte_ring *r)
{
	/* acquire: bytes before their count (producer's release), room before its count (consumer's) */
	return load_acquire(&r->head) - load_acquire(&r->tail);
}
static inline uint32_t ring_space(const struct byte_ring *r) { return r->size - ring_count(r); }

/* Producer: append up to n bytes; how many fitted. */
static inline uint32_t ring_put(struct byte_ring *r, const uint8_t *s, uint32_t n)
{
	uint32_t head = load_relaxed(&r->head), at = head & (r->size - 1), first;

	n = MIN(n, ring_space(r));
	first = MIN(n, r->size - at);
	memcpy(r->buf + at, s, first);
	memcpy(r->buf, s + first, n - first);
	store_release(&r->head, head + n);      /* pairs with ring_count() */
	return n;
}
/* Producer: one byte; false when full. */
static inline bool ring_put_byte(struct byte_ring *r, uint8_t c)
{
	uint32_t head = load_relaxed(&r->head);

	if (head - load_acquire(&r->tail) == r->size)
		return false;
	r->buf[head & (r->size - 1)] = c;
	store_release(&r->head, head + 1);
	return true;
}
/* Consumer: the bytes at the tail that lie in one piece. */
static inline const uint8_t *ring_peek(const struct byte_ring *r, uint32_t *n)
{
	uint32_t at = load_relaxed(&r->tail) & (r->size - 1);

	*n = MIN(ring_count(r), r->size - at);
	return r->buf + at;
}
static inline void ring_drop(struct byte_ring *r, uint32_t n) { store_release(&r->tail, load_relaxed(&r->tail) + n); }
/* Consumer: take up to n bytes; how many there were. */
static inline uint32_t ring_take(struct byte_ring *r, uint8_t *to, uint32_t n)
{
	uint32_t at = load_relaxed(&r->tail) & (r->size - 1), first;

	n = MIN(n, ring_count(r));
	first = MIN(n, r->size - at);
	memcpy(to, r->buf + at, first);
	memcpy(to + first, r->buf, n - first);
	ring_drop(r, n);
	return n;
}
static inline void ring_clear(struct byte_ring *r) { ring_drop(r, ring_count(r)); }

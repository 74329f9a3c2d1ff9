/*
 * pipe_ring.h - a ring of bytes in pages that come and go with the bytes.
 *
 * head and tail count bytes and run freely; byte n lies in slot (n / PAGE_SIZE) % nr_slots.
 *   I1  head - tail is the number of bytes held, at most nr_slots pages
 *   I2  every held byte's slot has a page; at most one page more is kept, in spare
 *   I3  an empty ring starts at a page's first byte: short messages always use the same page
 * The caller excludes everybody else, but for one reader of bytes between tail and head.
 */
#pragma once
#include <fs/uio.h>

#define RING_FIRST_SLOTS 16u

struct pipe_ring {
	uint64_t head, tail;
	void **slots;                           /* pages, or NULL */
	uint32_t nr_slots;                      /* a power of two */
	void *spare;
	void *first[RING_FIRST_SLOTS];
};

/* Where pages come from: NULL without memory. */
void *ring_page_alloc(void);
void ring_page_free(void *page);

void ring_init(struct pipe_ring *r);
void ring_fini(struct pipe_ring *r);
static inline size_t ring_used(const struct pipe_ring *r) { return r->head - r->tail; }
static inline size_t ring_size(const struct pipe_ring *r) { return (size_t)r->nr_slots * PAGE_SIZE; }
/*
 * Append up to n bytes, which fit. Bytes moved; short on a fault or without memory (then *err = -ENOMEM). What
 * lies in one page with the fault is not moved, here and in ring_read(): as in Linux, a fault spoils its buffer.
 */
size_t ring_write(struct pipe_ring *r, struct uio *u, size_t n, int *err);
/* Take up to n bytes, which are there. Bytes moved; short on a fault. */
size_t ring_read(struct pipe_ring *r, struct uio *u, size_t n);
/* The byte `off` behind the tail, and how many follow in one piece. */
void *ring_span(struct pipe_ring *r, size_t off, size_t *len);
void ring_consume(struct pipe_ring *r, size_t n);
/* Another size, nr_slots a power of two that holds what is used. 0 or -ENOMEM. */
__must_check int ring_resize(struct pipe_ring *r, uint32_t nr_slots);

/* pipe_ring.c - the ring of pages behind a pipe; see pipe_ring.h. Tests: tests/unit/ipc/pipe_ring.c. */
#include "pipe_ring.h"
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>

static void **ring_slot(struct pipe_ring *r, uint64_t at)
{
	return &r->slots[(at >> PAGE_SHIFT) & (r->nr_slots - 1)];
}

void ring_init(struct pipe_ring *r)
{
	memset(r, 0, sizeof *r);
	r->slots = r->first;
	r->nr_slots = RING_FIRST_SLOTS;
}

static void slots_free(struct pipe_ring *r)
{
	for (uint32_t n = 0; n < r->nr_slots; n++)
		if (r->slots[n])
			ring_page_free(r->slots[n]);
	if (r->slots != r->first)
		kfree(r->slots);
}

void ring_fini(struct pipe_ring *r)
{
	slots_free(r);
	if (r->spare)
		ring_page_free(r->spare);
}

static void *ring_take_page(struct pipe_ring *r)
{
	void *p = r->spare;

	if (p)
		r->spare = NULL;
	else
		p = ring_page_alloc();
	return p;
}

size_t ring_write(struct pipe_ring *r, struct uio *u, size_t n, int *err)
{
	size_t done = 0;

	while (done < n) {
		size_t off = r->head & (PAGE_SIZE - 1), want = MIN(n - done, PAGE_SIZE - off);
		void **slot = ring_slot(r, r->head);

		if (unlikely(!*slot)) {
			*slot = ring_take_page(r);
			if (!*slot) {
				*err = -ENOMEM;
				break;
			}
		}
		if (unlikely(uio_copy_from(u, (char *)*slot + off, want) != want))
			break;
		r->head += want;
		done += want;
	}
	return done;
}

/* The page whose last byte was just taken: gone, unless the head has come round into it. */
static void ring_drop_page(struct pipe_ring *r, uint64_t at)
{
	void **slot = ring_slot(r, at);

	if (r->head > ALIGN_DOWN(at, PAGE_SIZE) + ring_size(r))
		return;
	if (r->spare)
		ring_page_free(*slot);
	else
		r->spare = *slot;
	*slot = NULL;
}

/* n bytes, all of one page. */
static inline void ring_advance(struct pipe_ring *r, size_t n)
{
	r->tail += n;
	if (unlikely(!(r->tail & (PAGE_SIZE - 1))))
		ring_drop_page(r, r->tail - 1);
	if (r->tail == r->head)
		r->head = r->tail = ALIGN_DOWN(r->tail, PAGE_SIZE);   /* I3 */
}

void *ring_span(struct pipe_ring *r, size_t off, size_t *len)
{
	uint64_t at = r->tail + off;
	size_t in_page = at & (PAGE_SIZE - 1);

	*len = MIN(r->head - at, PAGE_SIZE - in_page);
	return (char *)*ring_slot(r, at) + in_page;
}

size_t ring_read(struct pipe_ring *r, struct uio *u, size_t n)
{
	size_t done = 0;

	while (done < n) {
		size_t span, want;
		void *from = ring_span(r, 0, &span);

		want = MIN(span, n - done);
		if (unlikely(uio_copy_to(u, from, want) != want))
			break;
		ring_advance(r, want);
		done += want;
	}
	return done;
}

void ring_consume(struct pipe_ring *r, size_t n)
{
	while (n) {
		size_t span = MIN(n, PAGE_SIZE - (r->tail & (PAGE_SIZE - 1)));

		ring_advance(r, span);
		n -= span;
	}
}

int ring_resize(struct pipe_ring *r, uint32_t nr_slots)
{
	struct pipe_ring fresh = { .nr_slots = nr_slots };
	size_t used = ring_used(r), off = 0;

	fresh.slots = kzalloc(nr_slots * sizeof *fresh.slots);
	if (!fresh.slots)
		return -ENOMEM;
	while (off < used) {
		size_t span;
		int err = 0;
		struct uio u;

		uio_init_kernel(&u, ring_span(r, off, &span), 0);
		u.one.len = u.left = span;
		off += ring_write(&fresh, &u, span, &err);
		if (err) {
			slots_free(&fresh);
			return err;
		}
	}
	slots_free(r);
	r->slots = fresh.slots;
	r->nr_slots = nr_slots;
	r->head = fresh.head;
	r->tail = 0;
	return 0;
}

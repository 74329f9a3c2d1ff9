/* pipe_pieces.c - the queue of pieces of a pipe with packets or lent pages. See pipe_pieces.h. */
#include "pipe_pieces.h"
#include <mm/slab.h>

static bool is_plain(const struct pipe_piece *p) { return !p->page && !p->is_packet; }
static unsigned slots_of(const struct pipe_piece *p) { return (unsigned)DIV_ROUND_UP(p->off + (size_t)p->len, PAGE_SIZE); }
/* Bytes of its last page that p uses up, 1 to PAGE_SIZE. */
static size_t fill_of(const struct pipe_piece *p) { return (p->off + (size_t)p->len - 1) % PAGE_SIZE + 1; }

void pieces_free(struct pipe_pieces *q)
{
	for (unsigned n = 0; q && n < q->nr; n++)
		if (pieces_at(q, n)->page)
			pieces_page_put(pieces_at(q, n)->page);
	kfree(q);
}

size_t pieces_room(struct pipe_pieces *q)
{
	const struct pipe_piece *last = q->nr ? pieces_at(q, q->nr - 1) : NULL;
	size_t room = (q->size - q->slots) * PAGE_SIZE;

	return last && is_plain(last) ? room + PAGE_SIZE - fill_of(last) : room;
}

static void append(struct pipe_pieces *q, struct pipe_piece fresh)
{
	q->nr++;
	q->slots += slots_of(&fresh);
	q->bytes += fresh.len;
	*pieces_at(q, q->nr - 1) = fresh;
}

struct pipe_pieces *pieces_alloc(unsigned size, uint32_t off, uint32_t len)
{
	struct pipe_pieces *q = kmalloc(sizeof *q + size * sizeof q->piece[0], 0);
	struct pipe_piece plain = { .len = len, .off = (uint16_t)off };

	if (!q)
		return NULL;
	*q = (struct pipe_pieces){ .size = size };
	if (slots_of(&plain) > size)
		plain.off = 0;                  /* a ring that is full has come round into its first page */
	if (len)
		append(q, plain);
	return q;
}

void pieces_add(struct pipe_pieces *q, uint32_t len, bool packet)
{
	struct pipe_piece *last = q->nr ? pieces_at(q, q->nr - 1) : NULL;

	/* As in Linux, whose packets join plain bytes before them in a page with room. */
	if (last && is_plain(last) && (!packet || fill_of(last) + len <= PAGE_SIZE)) {
		q->slots -= slots_of(last);
		last->len += len;
		q->bytes += len;
		q->slots += slots_of(last);
	} else {
		append(q, (struct pipe_piece){ .len = len, .is_packet = packet });
	}
}

void pieces_lend(struct pipe_pieces *q, struct page *page, uint32_t off, uint32_t len)
{
	append(q, (struct pipe_piece){ .page = page, .len = len, .off = (uint16_t)off });
}

/* The oldest piece loses n bytes, or all. */
static void shorten_oldest(struct pipe_pieces *q, uint32_t n)
{
	struct pipe_piece *p = pieces_at(q, 0);

	q->bytes -= n;
	q->slots -= slots_of(p);
	if (n < p->len) {
		p->len -= n;
		p->off = (uint16_t)((p->off + n) % PAGE_SIZE);
		q->slots += slots_of(p);
		return;
	}
	if (p->page)
		pieces_page_put(p->page);
	q->first = q->first + 1 < q->size ? q->first + 1 : 0;
	q->nr--;
}

size_t pieces_consume(struct pipe_pieces *q, size_t n)
{
	size_t of_ring = 0;

	while (n) {
		const struct pipe_piece *p = pieces_at(q, 0);
		uint32_t part = (uint32_t)MIN((size_t)p->len, n);

		n -= part;
		of_ring += p->page ? 0 : part;
		shorten_oldest(q, part);
	}
	return of_ring;
}

void pieces_move(struct pipe_pieces *to, struct pipe_pieces *from)
{
	for (unsigned n = 0; n < from->nr; n++)
		append(to, *pieces_at(from, n));
	from->nr = from->slots = from->bytes = 0;
}

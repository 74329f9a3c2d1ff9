/* pipe_packet.c - the queue of pieces of a pipe with packets. See pipe_packet.h. */
#include "pipe_packet.h"
#include <mm/slab.h>

static uint32_t *piece_at(struct pipe_packets *q, unsigned n) { return &q->piece[(q->first + n) % q->size]; }

struct pipe_packets *packets_alloc(unsigned size)
{
	struct pipe_packets *q = kmalloc(sizeof *q + size * sizeof q->piece[0], 0);

	if (q)
		*q = (struct pipe_packets){ .size = size };
	return q;
}

void packets_add(struct pipe_packets *q, uint32_t len, bool packet)
{
	uint32_t *last = q->nr ? piece_at(q, q->nr - 1) : NULL;

	/* As in Linux, whose packets join plain bytes before them in a page with room. */
	if (last && !(*last & PACKET) && (!packet || (len % PAGE_SIZE && *last % PAGE_SIZE + len <= PAGE_SIZE)))
		*last += len;
	else
		*piece_at(q, q->nr++) = len | (packet ? PACKET : 0);
}

void packets_consume(struct pipe_packets *q, size_t n)
{
	while (n) {
		uint32_t *p = piece_at(q, 0), len = *p & ~PACKET, part = (uint32_t)MIN((size_t)len, n);

		*p -= part;
		n -= part;
		if (part == len) {
			q->first = (q->first + 1) % q->size;
			q->nr--;
		}
	}
}

void packets_move(struct pipe_packets *to, struct pipe_packets *from)
{
	while (from->nr) {
		to->piece[to->nr++] = *piece_at(from, 0);
		from->first = (from->first + 1) % from->size;
		from->nr--;
	}
}

/*
 * pipe_pieces.h - what a pipe holds besides plain bytes: packets, and pages that were lent to it.
 *
 * A queue of pieces, oldest first, that lies beside the ring of bytes: runs of plain bytes; packets, whose borders a read
 * keeps; and parts of pages that belong to somebody else as well (vmsplice, splice, tee), whose bytes do not lie in the ring.
 *   I1  bytes is the sum of the lengths; the ring holds those of the pieces without a page, in the same order
 *   I2  no piece is empty, and no two plain ones stand side by side
 *   I3  slots is what Linux would need for them, a page each: at most size. A piece takes one at least
 *   I4  a piece with a page counts a reference on it
 * The caller excludes everybody else (p->lock).       Tests: tests/unit/ipc/pipe_pieces.c, tests/abi/pipe.
 */
#pragma once
#include <base/compiler.h>
#include <base/types.h>

struct page;
struct pipe_piece {
	struct page *page;                      /* lent: counted; NULL: the bytes lie in the ring */
	uint32_t len;
	uint16_t off;                           /* of the first byte in its page; in the ring: how much of a page is used up */
	bool is_packet;
};

struct pipe_pieces {
	unsigned nr, first, size;               /* pieces held; index of the oldest; places */
	unsigned slots;                         /* I3 */
	uint32_t bytes;                         /* I1 */
	struct pipe_piece piece[];
};

/* What becomes of the reference of a piece whose bytes are gone. */
void pieces_page_put(struct page *page);

/* With room for `size` pages, beside a ring of len bytes, the first of them off behind a page's first. NULL without memory. */
struct pipe_pieces *pieces_alloc(unsigned size, uint32_t off, uint32_t len);
void pieces_free(struct pipe_pieces *q);       /* q may be NULL */
/* The piece n behind the oldest. n < nr. */
static inline struct pipe_piece *pieces_at(struct pipe_pieces *q, unsigned n)
{
	n += q->first;
	return &q->piece[n < q->size ? n : n - q->size];
}
static inline bool pieces_is_full(const struct pipe_pieces *q) { return q->slots >= q->size; }
/* Plain bytes that may be added: a page or more when one is free, else what is left of the last. As much of a packet fits. */
size_t pieces_room(struct pipe_pieces *q);
/* len bytes, which have room, were written to the ring: plain, or as a packet, of a page at most. len > 0. */
void pieces_add(struct pipe_pieces *q, uint32_t len, bool packet);
/* len bytes of a page from off on; its reference is the queue's now. Not full; 0 < len <= a page - off. */
void pieces_lend(struct pipe_pieces *q, struct page *page, uint32_t off, uint32_t len);
/* The n oldest bytes, which are there, are gone. Returns how many of them lay in the ring. */
__must_check size_t pieces_consume(struct pipe_pieces *q, size_t n);
/* Move all pieces of `from`, which fit, into the empty `to`. */
void pieces_move(struct pipe_pieces *to, struct pipe_pieces *from);

/*
 * pipe_packet.h - where the bytes of a pipe may be parted: writes with O_DIRECT keep their borders.
 *
 * A queue of pieces, oldest first, that lies beside the ring of bytes: packets, and runs of plain bytes. A read
 * ends with a packet and drops what it had no room for.
 *   I1  the lengths of the pieces add up to the bytes of the ring
 *   I2  no piece is empty, and no two plain ones stand side by side
 *   I3  at most one piece for each page that the pipe may have: packets need no more room than pages would
 * The caller excludes everybody else (p->lock).       Tests: tests/unit/ipc/pipe_packet.c, tests/abi/pipe.
 */
#pragma once
#include <base/types.h>

struct pipe_packets {
	unsigned nr, first, size;               /* pieces held; index of the oldest; places */
	uint32_t piece[];                       /* length, and PACKET for one that keeps its border */
};
#define PACKET (1u << 31)

/* Empty, with room for `size` pieces; kfree() ends it. NULL without memory. */
struct pipe_packets *packets_alloc(unsigned size);
static inline bool packets_is_full(const struct pipe_packets *q) { return q->nr >= q->size; }
static inline uint32_t packets_oldest(const struct pipe_packets *q) { return q->piece[q->first]; }
/* len bytes were written, as a packet or plain. len > 0 is at most a page for a packet; not full. */
void packets_add(struct pipe_packets *q, uint32_t len, bool packet);
/* n bytes, which are there, were taken from the ring. */
void packets_consume(struct pipe_packets *q, size_t n);
/* Move all pieces of `from`, which fit, into the empty `to`. */
void packets_move(struct pipe_packets *to, struct pipe_packets *from);

/* unit: src/ipc/pipe_packet.c */
/* Random packets and plain bytes against an array of borders, one for each byte. */
#include "../../../src/ipc/pipe_packet.h"
#include <mm/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "pipe_packet: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

void *kmalloc(size_t size, unsigned flags) { return calloc(1, size); }
void kfree(void *p) { free(p); }

#define MAX_BYTES (1u << 18)
static bool ends_packet[MAX_BYTES];             /* of the bytes held, oldest first: is it the last of a packet? */
static size_t held;

/* Lengths add up, no piece is empty, no two plain ones are neighbours, and the borders are where the model has them. */
static void check(const struct pipe_packets *q)
{
	size_t at = 0, borders = 0, expected = 0;
	bool was_plain = false;

	CHECK(q->nr <= q->size);
	for (unsigned n = 0; n < q->nr; n++) {
		uint32_t piece = q->piece[(q->first + n) % q->size];

		CHECK(piece & ~PACKET);
		CHECK(piece & PACKET || !was_plain);
		at += piece & ~PACKET;
		CHECK(at <= held);
		if (piece & PACKET) {
			CHECK(ends_packet[at - 1]);
			borders++;
		}
		was_plain = !(piece & PACKET);
	}
	CHECK(at == held);
	for (size_t i = 0; i < held; i++)
		expected += ends_packet[i];
	CHECK(borders == expected);
}

static void add(struct pipe_packets *q, uint32_t len, bool packet)
{
	uint32_t last = q->nr ? q->piece[(q->first + q->nr - 1) % q->size] : PACKET;
	bool joins = !(last & PACKET) && len % PAGE_SIZE && last % PAGE_SIZE + len <= PAGE_SIZE;

	packets_add(q, len, packet);
	memset(ends_packet + held, 0, len);
	held += len;
	ends_packet[held - 1] = packet && !joins;
}

static void consume(struct pipe_packets *q, size_t n)
{
	packets_consume(q, n);
	memmove(ends_packet, ends_packet + n, held - n);
	held -= n;
}

int main(void)
{
	struct pipe_packets *q = packets_alloc(4);

	srandom(1);
	for (int round = 0; round < 3000; round++) {
		bool packet = random() % 2;
		uint32_t len = (uint32_t)random() % PAGE_SIZE + 1;

		if (!packets_is_full(q) && held + len < MAX_BYTES)
			add(q, len, packet);
		if (random() % 2)
			consume(q, (size_t)random() % (held + 1));
		if (random() % 64 == 0) {
			struct pipe_packets *other = packets_alloc(q->nr + (unsigned)random() % 16 + 1);

			packets_move(other, q);
			CHECK(!q->nr);
			kfree(q);
			q = other;
		}
		check(q);
	}
	kfree(q);
	return 0;
}

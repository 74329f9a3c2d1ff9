/* unit: src/ipc/pipe_pieces.c */
/* Random plain bytes, packets and lent pages against arrays with an entry for each byte: where it lies, what ends with it. */
#include "../../../src/ipc/pipe_pieces.h"
#include <mm/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "pipe_pieces: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

void *kmalloc(size_t size, unsigned flags) { return calloc(1, size); }
void kfree(void *p) { free(p); }

#define NR_PAGES 8
static int refs[NR_PAGES];
static struct page *page_of(size_t n) { return (struct page *)(uintptr_t)(16 * n + 16); }
static size_t nr_of(const struct page *p) { return (uintptr_t)p / 16 - 1; }
void pieces_page_put(struct page *p) { CHECK(refs[nr_of(p)]-- > 0); }

#define MAX_BYTES (1u << 18)
struct byte { struct page *page; uint16_t off; bool ends_packet, begins_lent; };
static struct byte bytes[MAX_BYTES];            /* those held, oldest first */
static size_t held;

/* The invariants of the queue, and every byte where the model has it. */
static void check(struct pipe_pieces *q)
{
	size_t at = 0, slots = 0, counted = 0;
	bool was_plain = false;

	CHECK(q->nr <= q->slots && q->slots <= q->size);
	for (unsigned n = 0; n < q->nr; n++) {
		const struct pipe_piece *p = pieces_at(q, n);
		bool is_plain = !p->page && !p->is_packet;

		CHECK(p->len && !(was_plain && is_plain));
		CHECK(at + p->len <= held && p->off < PAGE_SIZE);
		for (size_t i = 0; i < p->len; i++) {
			const struct byte *b = &bytes[at + i];

			CHECK(b->page == p->page && (!p->page || b->off == p->off + i));
			CHECK(b->ends_packet == (p->is_packet && i == p->len - 1));
			CHECK(!b->begins_lent || !i);
		}
		at += p->len;
		slots += (p->off + p->len + PAGE_SIZE - 1) / PAGE_SIZE;
		counted += p->page != NULL;
		was_plain = is_plain;
	}
	CHECK(at == held && q->bytes == held && slots == q->slots);
	for (size_t n = 0; n < NR_PAGES; n++)
		counted -= (size_t)refs[n];
	CHECK(!counted);
}

/* Bytes of the ring that lie in its last page, if it is that of plain ones; else PAGE_SIZE. */
static size_t fill(struct pipe_pieces *q)
{
	const struct pipe_piece *p = q->nr ? pieces_at(q, q->nr - 1) : NULL;

	return p && !p->page && !p->is_packet ? (p->off + p->len - 1) % PAGE_SIZE + 1 : PAGE_SIZE;
}

static void add(struct pipe_pieces *q, uint32_t len, bool packet)
{
	bool joins = fill(q) + len <= PAGE_SIZE;
	size_t room = (q->size - q->slots) * PAGE_SIZE + PAGE_SIZE - fill(q);

	CHECK(pieces_room(q) == room);
	if (len > room || held + len > MAX_BYTES)
		return;
	pieces_add(q, len, packet);
	memset(bytes + held, 0, len * sizeof bytes[0]);
	held += len;
	bytes[held - 1].ends_packet = packet && !joins;
}

static void lend(struct pipe_pieces *q, uint32_t off, uint32_t len)
{
	size_t n = (size_t)random() % NR_PAGES;

	if (pieces_is_full(q) || held + len > MAX_BYTES)
		return;
	refs[n]++;
	pieces_lend(q, page_of(n), off, len);
	for (uint32_t i = 0; i < len; i++)
		bytes[held + i] = (struct byte){ .page = page_of(n), .off = (uint16_t)(off + i), .begins_lent = !i };
	held += len;
}

static void consume(struct pipe_pieces *q, size_t n)
{
	size_t of_ring = 0;

	for (size_t i = 0; i < n; i++)
		of_ring += !bytes[i].page;
	CHECK(pieces_consume(q, n) == of_ring);
	memmove(bytes, bytes + n, (held - n) * sizeof bytes[0]);
	held -= n;
}

/* What is there when the queue is made. */
static void check_birth(void)
{
	struct pipe_pieces *q = pieces_alloc(16, 0, 0);

	CHECK(!q->nr && !q->bytes && pieces_room(q) == 16 * PAGE_SIZE);
	pieces_free(q);
	q = pieces_alloc(16, 4000, 200);
	CHECK(q->nr == 1 && q->bytes == 200 && q->slots == 2);
	pieces_free(q);
	q = pieces_alloc(16, 5, 16 * PAGE_SIZE);
	CHECK(q->slots == 16 && pieces_is_full(q) && !pieces_room(q));
	pieces_free(q);
}

int main(void)
{
	struct pipe_pieces *q = pieces_alloc(4, 0, 0);

	check_birth();
	srandom(1);
	for (int round = 0; round < 6000; round++) {
		uint32_t off = (uint32_t)random() % PAGE_SIZE;

		switch (random() % 4) {
		case 0: add(q, (uint32_t)random() % (3 * PAGE_SIZE) + 1, false); break;
		case 1: add(q, (uint32_t)random() % PAGE_SIZE + 1, true); break;
		case 2: lend(q, off, (uint32_t)random() % (PAGE_SIZE - off) + 1); break;
		default: consume(q, (size_t)random() % (held + 1));
		}
		if (random() % 64 == 0) {
			struct pipe_pieces *other = pieces_alloc(q->slots + (unsigned)random() % 16 + 1, 0, 0);

			pieces_move(other, q);
			CHECK(!q->nr && !q->slots && !q->bytes);
			pieces_free(q);
			q = other;
		}
		check(q);
	}
	pieces_free(q);
	for (size_t n = 0; n < NR_PAGES; n++)
		CHECK(!refs[n]);
	return 0;
}

/* unit: src/ipc/pipe_ring.c src/fs/uio.c */
/* Random reads, writes, faults and resizes against a plain queue; pages are few, and all come back. */
#include "../../../src/ipc/pipe_ring.h"
#include <mm/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "pipe_ring: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

#define NR_PAGES 64
static _Alignas(4096) uint8_t memory[NR_PAGES][4096];
static bool taken[NR_PAGES];
static unsigned nr_used;

void *ring_page_alloc(void)
{
	for (unsigned n = 0; n < NR_PAGES; n++) {
		if (!taken[n]) {
			taken[n] = true;
			nr_used++;
			return memory[n];
		}
	}
	return NULL;
}
void ring_page_free(void *page)
{
	size_t n = (size_t)((uint8_t (*)[4096])page - memory);

	CHECK(n < NR_PAGES && taken[n]);
	taken[n] = false;
	nr_used--;
	memset(page, 0xdd, 4096);
}
void *kmalloc(size_t size, unsigned flags) { return calloc(1, size); }
void kfree(void *p) { free(p); }

/* User memory is this process's; a fault comes after fault_after bytes. */
static size_t fault_after = SIZE_MAX;
static size_t user_move(void *to, const void *from, size_t len)
{
	size_t n = len < fault_after ? len : fault_after;

	memcpy(to, from, n);
	if (fault_after != SIZE_MAX)
		fault_after -= n;
	return len - n;
}
size_t usercopy_core(void *to, const void *from, size_t len) { return user_move(to, from, len); }
size_t user_zero(uaddr_t dst, size_t len) { abort(); }

static struct pipe_ring r;
static uint8_t queue[1 << 20], scratch[1 << 17];
static size_t q_head, q_tail;
static bool faults;

static void write_some(size_t n)
{
	struct uio u;
	int err = 0;
	size_t room = ring_size(&r) - ring_used(&r), got;

	n = n < room ? n : room;
	for (size_t i = 0; i < n; i++)
		scratch[i] = (uint8_t)rand();
	uio_init_user(&u, UADDR((uintptr_t)scratch), n);
	if (faults && rand() % 50 == 0)
		fault_after = (size_t)rand() % 3000;
	got = ring_write(&r, &u, n, &err);
	CHECK(got == n || fault_after == 0);
	fault_after = SIZE_MAX;
	for (size_t i = 0; i < got; i++)
		queue[q_head++ % sizeof queue] = scratch[i];
}

static void expect(const uint8_t *data, size_t n, size_t off)
{
	for (size_t i = 0; i < n; i++)
		CHECK(data[i] == queue[(q_tail + off + i) % sizeof queue]);
}

static void read_some(size_t n)
{
	struct uio u;
	size_t got;

	n = n < ring_used(&r) ? n : ring_used(&r);
	uio_init_user(&u, UADDR((uintptr_t)scratch), n);
	if (faults && rand() % 50 == 0)
		fault_after = (size_t)rand() % 3000;
	got = ring_read(&r, &u, n);
	CHECK(got == n || fault_after == 0);
	fault_after = SIZE_MAX;
	expect(scratch, got, 0);
	q_tail += got;
}

static void peek_and_consume(void)
{
	size_t used = ring_used(&r), off = used ? (size_t)rand() % used : 0, len;

	if (!used)
		return;
	expect(ring_span(&r, off, &len), 1, off);
	CHECK(len > 0 && off + len <= used);
	off = (size_t)rand() % (used + 1);
	ring_consume(&r, off);
	q_tail += off;
}

static void resize(void)
{
	uint32_t slots = 1u << rand() % 6;

	if ((size_t)slots * PAGE_SIZE < ring_used(&r))
		return;
	CHECK(ring_resize(&r, slots) == 0 && ring_size(&r) == slots * PAGE_SIZE);
}

static void check_pages(void)
{
	CHECK(ring_used(&r) == q_head - q_tail);
	/* a page per 4 KiB held, one begun at each end, one in reserve */
	CHECK(nr_used <= ring_used(&r) / PAGE_SIZE + 3);
}

int main(void)
{
	ring_init(&r);
	CHECK(nr_used == 0);
	for (int i = 0; i < 10000; i++) {       /* ping-pong stays in one page */
		write_some(17);
		read_some(17);
		CHECK(nr_used == 1);
	}
	faults = true;
	srand(3);
	for (int round = 0; round < 300000; round++) {
		int dice = rand() % 100;
		size_t n = rand() % 4 ? (size_t)rand() % 600 : (size_t)rand() % 20000;

		if (dice < 48)
			write_some(n);
		else if (dice < 96)
			read_some(n);
		else if (dice < 98)
			peek_and_consume();
		else
			resize();
		check_pages();
	}
	ring_fini(&r);
	CHECK(nr_used == 0);
	return 0;
}

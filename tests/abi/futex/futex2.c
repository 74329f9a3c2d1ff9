/* futex_wake, futex_wait, futex_requeue: arguments and their order, masks, numbers, which words. */
#include "futex.h"

#define P (FUTEX_32 | FUTEX_PRIVATE_FLAG)

static volatile uint32_t word[4];

static long wake(volatile void *w, uint64_t mask, int n, unsigned flags) { return syscall(454, w, mask, n, flags); }
static long wait1(volatile void *w, uint64_t val, uint64_t mask, unsigned flags, void *timeout, int clock)
{
	return syscall(455, w, val, mask, flags, timeout, clock);
}
static long requeue(void *v, unsigned flags, int n_wake, int n_move) { return syscall(456, v, flags, n_wake, n_move); }

static void waiter(struct peer *p) { PEER_CALL(p, wait1(&word[0], 0, p->nr, P, NULL, 0)); }

static void arguments(void)
{
	static const unsigned flags[] = { 0, 1, 2, 3, 6, 10, 128, 130, 132, 258, 1u << 31 | 2 };
	struct timespec past = { 0, 1 }, bad = { 0, -1 };
	char *edge = page_edge(), what[48];

	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		snprintf(what, sizeof what, "wake, flags %#x", flags[i]);
		show(what, wake(word, 1, 1, flags[i]));
		snprintf(what, sizeof what, "wait, flags %#x", flags[i]);
		show(what, wait1(word, 0, 1, flags[i], &past, 1));
	}
	show("wake, mask 0", wake(word, 0, 1, P));
	show("wake, mask of 33 bits", wake(word, 1ull << 32, 1, P));
	show("wake, odd address", wake((char *)word + 1, 1, 1, P));
	show("wake, odd address, mask 0", wake((char *)word + 1, 0, 1, 2));
	show("wake none, odd address", wake((char *)word + 1, 1, 0, P));
	show("wake, bad address, shared", wake(edge, 1, 1, FUTEX_32));
	show("wake, bad address, private", wake(edge, 1, 1, P));
	show("wait, mask 0", wait1(word, 0, 0, P, &past, 1));
	show("wait, mask 0, bad timeout", wait1(word, 0, 0, P, &bad, 1));
	show("wait, mask 0, bad clock", wait1(word, 0, 0, P, &bad, 9));
	show("wait, bad clock, no timeout", wait1(word, 1, 1, P, NULL, 9));
	show("wait, value of 33 bits", wait1(word, 1ull << 32, 1, P, &past, 9));
	show("wait, mask of 33 bits", wait1(word, 0, 1ull << 32, P, &past, 1));
	show("wait, another value", wait1(word, 3, 1, P, &past, 1));
	show("wait, bad address", wait1(edge, 3, 1, P, &past, 1));
	show("wait, odd address", wait1((char *)word + 2, 3, 1, P, &past, 1));
	show("wait, past on the realtime clock", wait1(word, 0, 1, P, &past, 0));
}

static void masks(void)
{
	struct peer p[3] = { { .nr = 1 }, { .nr = 2 }, { .nr = 3 } };

	for (int i = 0; i < 3; i++)
		peer_start(&p[i], waiter), peer_sleeps(&p[i]);
	show("mask 4", wake(word, 4, 9, P));
	show("none", wake(word, 3, 0, P));
	show("old call, none", futex(word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 0, NULL, &word[3], 0));
	show("mask 2, one", wake(word, 2, 1, P));
	show("mask 2, a negative number", wake(word, 2, -5, P));
	show("the rest", wake(word, ~0u, 9, P));
	for (int i = 0; i < 3; i++)
		peer_show("waiter", &p[i]);
}

static void moved(void)
{
	struct futex_waitv v[2] = { { .uaddr = (uintptr_t)&word[0], .flags = P }, { .uaddr = (uintptr_t)&word[1], .flags = P, .val = 77 } };
	struct peer p[4] = { { .nr = 1 }, { .nr = 1 }, { .nr = 1 }, { .nr = 1 } };
	char *edge = page_edge();

	show("flags", requeue(v, 1, 1, 1));
	show("NULL", requeue(NULL, 0, 1, 1));
	show("half an array", requeue(edge - sizeof *v, 0, 1, 1));
	memcpy(edge - sizeof *v, v, sizeof *v);
	show("half an array, good", requeue(edge - sizeof *v, 0, 1, 1));
	show("-1, 0", requeue(v, 0, -1, 0));
	show("0, -1", requeue(v, 0, 0, -1));
	v[1].flags = FUTEX_32;
	show("private and shared", requeue(v, 0, -1, 1));
	v[1].flags = P;
	v[0].uaddr = (uintptr_t)edge;
	show("bad address", requeue(v, 0, 1, 1));
	v[0].uaddr = (uintptr_t)word;
	v[0].val = 5;
	show("another value", requeue(v, 0, 1, 1));
	v[0].val = 0;
	for (int i = 0; i < 4; i++)
		peer_start(&p[i], waiter), peer_sleeps(&p[i]);
	show("0, 0", requeue(v, 0, 0, 0));
	show("1, 2", requeue(v, 0, 1, 2));
	show("at the first word", wake(&word[0], ~0u, 9, P));
	show("at the second", wake(&word[1], ~0u, 9, P));
	for (int i = 0; i < 4; i++)
		peer_show("waiter", &p[i]);
}

int main(void)
{
	arguments();
	masks();
	moved();
	return 0;
}

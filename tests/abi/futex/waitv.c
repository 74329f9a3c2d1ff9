/* futex_waitv: arguments and their order, values, timeouts, which word was woken, requeueing, a signal. */
#include "futex.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define P (FUTEX_32 | FUTEX_PRIVATE_FLAG)

static volatile uint32_t word[130];
static struct futex_waitv v[130];

static long waitv(void *w, unsigned n, unsigned flags, void *timeout, int clock)
{
	return syscall(SYS_futex_waitv, w, n, flags, timeout, clock);
}

static void reset(void)
{
	memset(v, 0, sizeof v);
	for (int i = 0; i < 130; i++)
		word[i] = 0, v[i].uaddr = (uintptr_t)&word[i], v[i].flags = P;
}

static void wait_all(struct peer *p) { PEER_CALL(p, waitv(v, p->nr, 0, NULL, 0)); }

static void arguments(void)
{
	struct timespec past = { 0, 1 }, bad = { 0, 1000000000 }, neg = { -1, 0 };
	char *edge = page_edge();

	reset();
	show("flags", waitv(v, 2, 1, NULL, 0));
	show("no words", waitv(v, 0, 0, NULL, 0));
	show("129 words", waitv(v, 129, 0, NULL, 0));
	show("NULL", waitv(NULL, 1, 0, NULL, 0));
	show("bad array", waitv(edge, 1, 0, NULL, 0));
	memcpy(edge - sizeof *v, v, sizeof *v);
	show("array half there", waitv(edge - sizeof *v, 2, 0, &past, 0));
	show("clock 2", waitv(v, 1, 0, &past, 2));
	show("clock 2, no timeout", (word[0] = 1, waitv(v, 1, 0, NULL, 2)));
	word[0] = 0;
	show("bad timeout, clock 2", waitv(v, 1, 0, edge, 2));
	show("bad timeout", waitv(v, 1, 0, edge, 1));
	show("nanoseconds", waitv(v, 1, 0, &bad, 1));
	show("negative", waitv(v, 1, 0, &neg, 0));
	show("bad timeout, bad array", waitv(edge, 1, 0, &neg, 0));
	show("past, monotonic", waitv(v, 128, 0, &past, 1));
	show("past, realtime", waitv(v, 128, 0, &past, 0));
	for (unsigned f = 0; f < 10; f++) {
		static const unsigned flags[] = { 0, 1, 2, 3, 4 | 2, 8 | 2, 130, 256 | 2, 1u << 31 | 2, 128 };
		char what[32];

		reset();
		v[1].flags = flags[f];
		snprintf(what, sizeof what, "flags %#x", flags[f]);
		show(what, waitv(v, 2, 0, &past, 1));
	}
	reset();
	v[1].__reserved = 1;
	show("reserved", waitv(v, 2, 0, &past, 1));
	reset();
	v[0].val = 1ull << 32;
	show("33 bits", waitv(v, 1, 0, &past, 1));
	reset();
	v[0].val = 1, v[1].uaddr += 1;
	show("another value, then an odd address", waitv(v, 2, 0, &past, 1));
	v[1].uaddr = (uintptr_t)edge;
	show("another value, then a bad address, private", waitv(v, 2, 0, &past, 1));
	v[1].flags = FUTEX_32;
	show("another value, then a bad address, shared", waitv(v, 2, 0, &past, 1));
	v[0].val = 0, v[1].flags = P;
	show("bad address, private", waitv(v, 2, 0, &past, 1));
	v[1].uaddr = (uintptr_t)KERNEL_ADDRESS;
	show("kernel address", waitv(v, 2, 0, &past, 1));
	reset();
	v[3].val = 7;
	show("the fourth has another value", waitv(v, 5, 0, NULL, 0));
}

static void woken(void)
{
	struct peer p = { .nr = 128 };
	struct timespec t;

	reset();
	for (int i = 0; i < 128; i += 127) {
		p = (struct peer){ .nr = 128 };
		peer_start(&p, wait_all);
		peer_sleeps(&p);
		show("wake another", futex(&word[128], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
		show("wake", futex(&word[i], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
		peer_show("index", &p);
		show("nobody left", futex(&word[5], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
	}
	v[1].flags = FUTEX_32;
	p = (struct peer){ .nr = 3 };
	peer_start(&p, wait_all);
	peer_sleeps(&p);
	show("private wakes no shared one", futex(&word[1], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
	show("shared", futex(&word[1], FUTEX_WAKE, 5, NULL, NULL, 0));
	peer_show("index", &p);
	reset();
	v[0].uaddr = v[2].uaddr;
	p = (struct peer){ .nr = 3 };
	peer_start(&p, wait_all);
	peer_sleeps(&p);
	show("twice the same word", futex(&word[2], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
	peer_show("index", &p);
	reset();
	p = (struct peer){ .nr = 3 };
	peer_start(&p, wait_all);
	peer_sleeps(&p);
	show("requeue", futex2(&word[1], FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG, 0, 9, &word[9], 0));
	show("there no more", futex(&word[1], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
	show("but here", futex(&word[9], FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0));
	peer_show("index", &p);
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += 30000000;
	if (t.tv_nsec >= 1000000000)
		t.tv_nsec -= 1000000000, t.tv_sec++;
	int64_t before = now_ns();
	show("30 ms", waitv(v, 4, 0, &t, CLOCK_MONOTONIC));
	judge("waited", now_ns() - before >= 25000000);
}

static void on_alarm(int nr) { (void)nr; }

static void interrupted(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct timespec t = { INT32_MAX, 0 };

	reset();
	sigaction(SIGALRM, &sa, NULL);
	tick_every(20);
	show("signal", waitv(v, 4, 0, NULL, 0));
	show("signal, timeout", waitv(v, 4, 0, &t, CLOCK_REALTIME));
	tick_every(0);
}

int main(void)
{
	arguments();
	woken();
	interrupted();
	return 0;
}

/* futex(FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET): who meets whom; absolute times on either clock. */
#include "futex.h"

static volatile uint32_t word;

static void waiter(struct peer *p)
{
	PEER_CALL(p, futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, (uint32_t)p->nr));
}

static struct timespec later(clockid_t clock, int ms)
{
	struct timespec t;

	clock_gettime(clock, &t);
	t.tv_nsec += ms * 1000000l;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

static void timed(const char *what, int op, clockid_t clock)
{
	struct timespec t = later(clock, 30), old = { 1, 0 };
	int64_t begin = now_ns();

	show(what, futex(&word, op, 0, &t, NULL, ~0u));
	judge("  after its time", within(now_ns() - begin, 28000000, 1000000000));
	show("  long past", futex(&word, op, 0, &old, NULL, ~0u));
}

int main(void)
{
	struct peer p[3] = { { .nr = 1 }, { .nr = 2 }, { .nr = 3 } };

	show("wait for no bit", futex(&word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0));
	show("wake no bit", futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0));
	for (int i = 0; i < 3; i++) {
		peer_start(&p[i], waiter);
		peer_sleeps(&p[i]);
	}
	show("bit 4", futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 4));
	show("bit 2, one", futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, 2));
	peer_show("waiter for 2", &p[1]);
	show("bit 2, all", futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 2));
	peer_show("waiter for 1 and 2", &p[2]);
	show("any", futex(&word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
	peer_show("waiter for 1", &p[0]);
	timed("monotonic", FUTEX_WAIT_BITSET_PRIVATE, CLOCK_MONOTONIC);
	timed("realtime", FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, CLOCK_REALTIME);
}

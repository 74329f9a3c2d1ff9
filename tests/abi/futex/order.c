/* Who is woken first: real-time threads by priority, others in order of arrival. */
#include "futex.h"

static volatile uint32_t word;
static int order[6];
static volatile int nr_woken;

static void waiter(struct peer *p)
{
	PEER_CALL(p, futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0));
	order[nr_woken] = p->nr;
	nr_woken++;
}

int main(void)
{
	static struct peer p[6] = {
		{ .nr = 0 }, { .nr = 1, .prio = 10 }, { .nr = 2 }, { .nr = 3, .prio = 20 }, { .nr = 4, .prio = 10 }, { .nr = 5, .prio = 1 },
	};

	for (int i = 0; i < 6; i++) {
		peer_start(&p[i], waiter);
		peer_sleeps(&p[i]);
	}
	for (int i = 0; i < 6; i++) {
		show("wake 1", futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
		while (nr_woken <= i)
			sleep_ms(1);
	}
	for (int i = 0; i < 6; i++)
		say("%d, priority %d\n", order[i], p[order[i]].prio);
	for (int i = 0; i < 6; i++)
		peer_join(&p[i]);
}

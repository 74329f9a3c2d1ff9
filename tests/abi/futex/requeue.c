/* futex(FUTEX_REQUEUE, FUTEX_CMP_REQUEUE): who is woken, who moves, what is counted. */
#include "futex.h"

static volatile uint32_t a, b;

static void waiter(struct peer *p) { PEER_CALL(p, futex(&a, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0)); }

int main(void)
{
	struct peer p[4] = { 0 };

	show("nobody", futex2(&a, FUTEX_REQUEUE_PRIVATE, 1, 1, &b, 0));
	show("compare, nobody", futex2(&a, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &b, 0));
	show("other value", futex2(&a, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &b, 7));
	show("negative to wake", futex2(&a, FUTEX_CMP_REQUEUE_PRIVATE, -1, 1, &b, 0));
	show("negative to move", futex2(&a, FUTEX_CMP_REQUEUE_PRIVATE, 1, -1, &b, 0));
	show("bad second", futex2(&a, FUTEX_CMP_REQUEUE, 1, 1, NULL, 0));
	show("odd second", futex2(&a, FUTEX_CMP_REQUEUE, 1, 1, (void *)((char *)&b + 1), 0));
	for (int i = 0; i < 4; i++) {
		peer_start(&p[i], waiter);
		peer_sleeps(&p[i]);
	}
	show("wake 1, move 1", futex2(&a, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &b, 0));
	peer_show("the first", &p[0]);
	show("wake b", futex(&b, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
	peer_show("the second", &p[1]);
	show("onto itself", futex2(&a, FUTEX_REQUEUE_PRIVATE, 0, 9, &a, 0));
	show("wake 0, move 9", futex2(&a, FUTEX_REQUEUE_PRIVATE, 0, 9, &b, 0));
	show("a is left", futex(&a, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
	show("b has them", futex(&b, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
	peer_show("the third", &p[2]);
	peer_show("the fourth", &p[3]);
}

/* futex(FUTEX_WAIT, FUTEX_WAKE): values, alignment, addresses, numbers. */
#include "futex.h"

static volatile uint32_t word;

static void waiter(struct peer *p)
{
	PEER_CALL(p, futex(&word, FUTEX_WAIT, 0, NULL, NULL, 0));
}

int main(void)
{
	struct peer p[3] = { 0 };
	char *edge = page_edge();
	struct timespec zero = { 0, 0 }, bad = { 0, 1000000000 }, minus = { -1, 0 };

	show("other value", futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
	show("no time", futex(&word, FUTEX_WAIT, 0, &zero, NULL, 0));
	show("bad nanoseconds", futex(&word, FUTEX_WAIT, 0, &bad, NULL, 0));
	show("negative time", futex(&word, FUTEX_WAIT, 0, &minus, NULL, 0));
	show("bad timeout pointer", futex(&word, FUTEX_WAIT, 0, (void *)edge, NULL, 0));
	show("odd address", futex((void *)((char *)&word + 1), FUTEX_WAIT, 0, &zero, NULL, 0));
	show("kernel address", futex(KERNEL_ADDRESS, FUTEX_WAIT, 0, &zero, NULL, 0));
	show("unmapped", futex((void *)edge, FUTEX_WAIT, 0, &zero, NULL, 0));
	show("null", futex(NULL, FUTEX_WAIT, 0, &zero, NULL, 0));
	show("wake null, shared", futex(NULL, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("wake unmapped, private", futex((void *)edge, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
	show("wake unmapped, shared", futex((void *)edge, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("wake odd", futex((void *)((char *)&word + 2), FUTEX_WAKE, 1, NULL, NULL, 0));
	show("wake kernel address", futex(KERNEL_ADDRESS, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
	show("wake nobody", futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("wake nobody, INT_MAX", futex(&word, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0));
	show("unknown operation", futex(&word, 99, 0, NULL, NULL, 0));
	show("FUTEX_FD", futex(&word, FUTEX_FD, 0, NULL, NULL, 0));
	show("realtime wait", futex(&word, FUTEX_WAIT | FUTEX_CLOCK_REALTIME, 0, &zero, NULL, 0));
	show("realtime wake", futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
	for (int i = 0; i < 3; i++) {
		peer_start(&p[i], waiter);
		peer_sleeps(&p[i]);
	}
	show("private does not meet shared", futex(&word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
	show("wake 0", futex(&word, FUTEX_WAKE, 0, NULL, NULL, 0));
	show("wake 1", futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
	show("wake -1", futex(&word, FUTEX_WAKE, -1, NULL, NULL, 0));
	show("wake all", futex(&word, FUTEX_WAKE, 9, NULL, NULL, 0));
	for (int i = 0; i < 3; i++)
		peer_show("waiter", &p[i]);
}

/* Numbers of waiters that are none: 0, negative, as great as can be. */
#include "futex.h"
#include <limits.h>

#ifndef SYS_futex_wake
#define SYS_futex_wake 454
#define SYS_futex_requeue 456
#endif
#define P (FUTEX_32 | FUTEX_PRIVATE_FLAG)

static volatile uint32_t a, b;
static struct peer p[6];

static void on_a(struct peer *q) { PEER_CALL(q, futex(&a, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0)); }
static void on_b(struct peer *q) { PEER_CALL(q, futex(&b, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0)); }

/* Three wait on each side. How many are left on either afterwards. */
static void begin(const char *what)
{
	say("%s: ", what);
	memset(p, 0, sizeof p);
	for (int i = 0; i < 6; i++) {
		peer_start(&p[i], i < 3 ? on_a : on_b);
		peer_sleeps(&p[i]);
	}
}
static void end(void)
{
	show("  left", futex(&a, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	show("  left on the other", futex(&b, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	for (int i = 0; i < 6; i++)
		peer_join(&p[i]);
}
static void wake(const char *what, uint32_t n)
{
	begin(what);
	show("wake", futex(&a, FUTEX_WAKE_PRIVATE, n, NULL, NULL, 0));
	end();
}
static void wake_new(const char *what, int n)
{
	begin(what);
	show("futex_wake", syscall(SYS_futex_wake, &a, ~0u, n, P));
	end();
}
static void wake_op(const char *what, uint32_t n, uint32_t n2)
{
	begin(what);
	show("wake_op", futex2(&a, FUTEX_WAKE_OP_PRIVATE, n, n2, &b, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_EQ, 0)));
	end();
}
static void requeue(const char *what, int op, uint32_t n, uint32_t n2)
{
	begin(what);
	show("requeue", futex2(&a, op | FUTEX_PRIVATE_FLAG, n, n2, &b, 0));
	end();
}

int main(void)
{
	wake("0", 0);
	wake("-1", -1);
	wake("INT_MIN", INT_MIN);
	wake_new("0", 0);
	wake_new("-1", -1);
	wake_op("0 and 0", 0, 0);
	wake_op("-1 and 1", -1, 1);
	wake_op("1 and -1", 1, -1);
	wake_op("INT_MIN and INT_MIN", INT_MIN, INT_MIN);
	wake_op("INT_MAX and INT_MAX", INT_MAX, INT_MAX);
	requeue("0 and 0", FUTEX_REQUEUE, 0, 0);
	requeue("-1 and 1", FUTEX_REQUEUE, -1, 1);
	requeue("1 and -1", FUTEX_CMP_REQUEUE, 1, -1);
	requeue("INT_MAX and INT_MAX", FUTEX_REQUEUE, INT_MAX, INT_MAX);
	requeue("1 and INT_MAX", FUTEX_CMP_REQUEUE, 1, INT_MAX);
	requeue("0 and 1", FUTEX_CMP_REQUEUE, 0, 1);
}

/* futex(FUTEX_WAKE_OP): each operation, each comparison, both queues. */
#include "futex.h"

static volatile uint32_t a, b;

static void on_a(struct peer *p) { PEER_CALL(p, futex(&a, FUTEX_WAIT_PRIVATE, a, NULL, NULL, 0)); }
static void on_b(struct peer *p) { PEER_CALL(p, futex(&b, FUTEX_WAIT_PRIVATE, b, NULL, NULL, 0)); }

static void operate(const char *what, uint32_t start, uint32_t op)
{
	b = start;
	say("%s: ", what);
	show("woken", futex2(&a, FUTEX_WAKE_OP_PRIVATE, 1, 1, &b, op));
	say("  %#x became %#x\n", start, b);
}

static void compare(const char *what, int cmp, uint32_t value, uint32_t arg)
{
	struct peer p[2] = { 0 };

	b = value;
	peer_start(&p[0], on_a);
	peer_start(&p[1], on_b);
	peer_sleeps(&p[0]);
	peer_sleeps(&p[1]);
	say("%s: ", what);
	show("woken", futex2(&a, FUTEX_WAKE_OP_PRIVATE, 1, 1, &b, FUTEX_OP(FUTEX_OP_ADD, 1, cmp, arg)));
	futex(&a, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	futex(&b, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	peer_join(&p[0]);
	peer_join(&p[1]);
}

int main(void)
{
	operate("set", 5, FUTEX_OP(FUTEX_OP_SET, 77, FUTEX_OP_CMP_EQ, 0));
	operate("add", 5, FUTEX_OP(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 0));
	operate("add -1", 5, FUTEX_OP(FUTEX_OP_ADD, 0xfff, FUTEX_OP_CMP_EQ, 0));
	operate("or", 0x10, FUTEX_OP(FUTEX_OP_OR, 3, FUTEX_OP_CMP_EQ, 0));
	operate("andn", 0x13, FUTEX_OP(FUTEX_OP_ANDN, 3, FUTEX_OP_CMP_EQ, 0));
	operate("xor", 0x11, FUTEX_OP(FUTEX_OP_XOR, 3, FUTEX_OP_CMP_EQ, 0));
	operate("or 1 << 7", 0, FUTEX_OP((FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT), 7, FUTEX_OP_CMP_EQ, 0));
	operate("unknown operation", 9, FUTEX_OP(6, 1, FUTEX_OP_CMP_EQ, 0));
	operate("unknown comparison", 9, FUTEX_OP(FUTEX_OP_ADD, 1, 9, 0));
	compare("== true", FUTEX_OP_CMP_EQ, 4, 4);
	compare("== false", FUTEX_OP_CMP_EQ, 4, 5);
	compare("!= true", FUTEX_OP_CMP_NE, 4, 5);
	compare("< true", FUTEX_OP_CMP_LT, 4, 5);
	compare("< false", FUTEX_OP_CMP_LT, 5, 5);
	compare("<= true", FUTEX_OP_CMP_LE, 5, 5);
	compare("> of a negative value", FUTEX_OP_CMP_GT, -1, 0);
	compare("> true", FUTEX_OP_CMP_GT, 6, 5);
	compare(">= true", FUTEX_OP_CMP_GE, 5, 5);
	show("bad second", futex2(&a, FUTEX_WAKE_OP_PRIVATE, 1, 1, NULL, 0));
	show("odd second", futex2(&a, FUTEX_WAKE_OP_PRIVATE, 1, 1, (void *)((char *)&b + 2), 0));
}

/* sched_setattr(2), sched_getattr(2): sizes, flags, policies. */
#include "attr.h"

static void tell(const char *what)
{
	struct attr a;

	memset(&a, 0xff, sizeof a);
	show(what, get_attr(0, &a, sizeof a, 0));
	say("  size %u policy %u flags %#lx nice %d priority %u\n", a.size, a.policy, a.flags, a.nice, a.priority);
}

int main(void)
{
	char *edge = page_edge();
	struct attr a = { .size = 48 };

	tell("at first");
	show("get, size 47", get_attr(0, &a, 47, 0));
	show("get, size 48", get_attr(0, &a, 48, 0));
	say("size %u\n", a.size);
	show("get, a page", get_attr(0, edge - PAGE, PAGE, 0));
	show("get, more", get_attr(0, edge - PAGE, PAGE + 1, 0));
	show("get, flags", get_attr(0, &a, 48, 1));
	show("get, nowhere", get_attr(0, NULL, 48, 0));
	show("get, bad", get_attr(0, edge, 48, 0));
	show("get, -1", get_attr(-1, &a, 48, 0));
	show("get, nobody", get_attr(4000000, &a, 48, 0));
	a = (struct attr){ .size = 0, .nice = 3 };
	show("set, size 0", set_attr(0, &a, 0));
	tell("nice 3");
	a = (struct attr){ .size = 47 };
	show("set, size 47", set_attr(0, &a, 0));
	say("size %u\n", a.size);
	a = (struct attr){ .size = 64 };
	show("set, newer, zero", set_attr(0, &a, 0));
	a.more[0] = 1;
	show("set, newer, not zero", set_attr(0, &a, 0));
	say("size %u\n", a.size);
	a = (struct attr){ .size = 5000 };
	show("set, huge", set_attr(0, &a, 0));
	a = (struct attr){ .size = 48 };
	show("set, flags argument", set_attr(0, &a, 1));
	show("set, nowhere", set_attr(0, NULL, 0));
	show("set, bad", set_attr(0, (void *)edge, 0));
	show("set, -1", set_attr(-1, &a, 0));
	show("set, nobody", set_attr(4000000, &a, 0));
	a.flags = 1 << 20;
	show("set, unknown flag", set_attr(0, &a, 0));
	a = (struct attr){ .size = 48, .policy = 99 };
	show("set, unknown policy", set_attr(0, &a, 0));
	a = (struct attr){ .size = 48, .policy = -1 };
	show("set, negative policy", set_attr(0, &a, 0));
	a = (struct attr){ .size = 48, .policy = SCHED_FIFO, .priority = 100 };
	show("set, fifo 100", set_attr(0, &a, 0));
	a = (struct attr){ .size = 48, .policy = SCHED_FIFO, .priority = 7, .nice = 9 };
	show("set, fifo 7", set_attr(0, &a, 0));
	tell("fifo");
	a = (struct attr){ .size = 48, .policy = SCHED_OTHER, .nice = 50 };
	show("set, nice 50", set_attr(0, &a, 0));
	tell("clamped");
	a = (struct attr){ .size = 48, .policy = SCHED_BATCH, .nice = -50, .flags = 1 };
	show("set, batch, nice -50, reset on fork", set_attr(0, &a, 0));
	tell("clamped");
	a = (struct attr){ .size = 48, .policy = SCHED_IDLE, .nice = 4 };
	show("set, idle", set_attr(0, &a, 0));
	tell("idle");
	a = (struct attr){ .size = 48, .flags = 8 | 16, .policy = 3 };
	show("set, keep all", set_attr(0, &a, 0));
	tell("kept");
	a = (struct attr){ .size = 48, .flags = 8, .nice = 2 };
	show("set, keep policy", set_attr(0, &a, 0));
	tell("kept");
	a = (struct attr){ .size = 48, .policy = 6, .runtime = 100, .deadline = 50, .period = 50 };
	show("set, deadline, wrong figures", set_attr(0, &a, 0));
}

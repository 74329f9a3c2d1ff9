/* sched_setscheduler(2), sched_setparam(2) and their getters. */
#include "attr.h"

static void user(void)
{
	struct rlimit l = { 10, 10 };

	setrlimit(RLIMIT_RTPRIO, &l);
	(void)!setuid(1000);
	show("up to the limit", set_policy(0, SCHED_FIFO, 10));
	show("beyond it", set_policy(0, SCHED_FIFO, 11));
	show("lower", set_policy(0, SCHED_RR, 3));
	show("back to normal", set_policy(0, SCHED_OTHER, 0));
	show("another's", set_policy(1, SCHED_OTHER, 0));
	show("look at another's", policy_of(1));
	show("idle", set_policy(0, SCHED_IDLE, 0));
	show("out of idle", set_policy(0, SCHED_OTHER, 0));
}
static void no_limit(void)
{
	struct rlimit l = { 0, 0 };

	setrlimit(RLIMIT_RTPRIO, &l);
	setrlimit(RLIMIT_NICE, &l);
	set_policy(0, SCHED_FIFO, 20);
	(void)!setuid(1000);
	show("stays", set_policy(0, SCHED_FIFO, 20));
	show("lower", set_policy(0, SCHED_FIFO, 10));
	show("higher again", set_policy(0, SCHED_FIFO, 15));
	show("other policy", set_policy(0, SCHED_RR, 10));
	show("idle", set_policy(0, SCHED_IDLE, 0));
	show("idle again", set_policy(0, SCHED_IDLE, 0));
	show("out of it at nice 0", set_policy(0, SCHED_OTHER, 0));
}

int main(void)
{
	static const int policies[] = { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, 4, SCHED_IDLE, 6, 7, -1 };
	char *edge = page_edge(), what[64];
	struct sched_param p = { .sched_priority = 5 };

	for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++) {
		int pol = policies[i];

		say("policy %d: max %ld min %ld\n", pol, syscall(SYS_sched_get_priority_max, pol), syscall(SYS_sched_get_priority_min, pol));
		if (pol == 6)
			continue;
		for (int prio = -1; prio <= 100; prio = prio == 1 ? 99 : prio + 1) {
			snprintf(what, sizeof what, "set %d, %d", pol, prio);
			if (show(what, set_policy(0, pol, prio)) == 0)
				say("  %ld %d\n", policy_of(0), prio_of(0));
			set_policy(0, SCHED_OTHER, 0);
		}
	}
	show("nobody", set_policy(4000000, SCHED_OTHER, 0));
	show("pid -1", set_policy(-1, SCHED_OTHER, 0));
	show("get nobody", policy_of(4000000));
	show("get -1", policy_of(-1));
	show("no parameter", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, NULL));
	show("bad parameter", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, edge));
	show("setparam, no parameter", syscall(SYS_sched_setparam, 0, NULL));
	show("setparam 5 of a normal one", syscall(SYS_sched_setparam, 0, &p));
	show("getparam, no parameter", syscall(SYS_sched_getparam, 0, NULL));
	show("getparam, bad parameter", syscall(SYS_sched_getparam, 0, edge));
	show("getparam -1", syscall(SYS_sched_getparam, -1, &p));
	show("fifo", set_policy(0, SCHED_FIFO, 3));
	p.sched_priority = 5;
	show("setparam", syscall(SYS_sched_setparam, 0, &p));
	say("%ld %d\n", policy_of(0), prio_of(0));
	if (!fork()) {
		say("a child: %ld %d\n", policy_of(0), prio_of(0));
		_exit(0);
	}
	wait(NULL);
	show("reset on fork", set_policy(0, SCHED_FIFO | 0x40000000, 3));
	say("%#lx\n", policy_of(0));
	if (!fork()) {
		say("a child: %#lx %d\n", policy_of(0), prio_of(0));
		_exit(0);
	}
	wait(NULL);
	set_policy(0, SCHED_OTHER, 0);
	in_child("user with a limit", user);
	in_child("user without", no_limit);
}

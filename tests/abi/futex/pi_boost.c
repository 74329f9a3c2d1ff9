/* Priority inheritance, as /proc/PID/stat shows it: lent along a chain, and given back. */
#include "futex.h"
#include <sys/resource.h>

static volatile uint32_t a, b;

static void lock_both(struct peer *p)           /* owns b, waits for a */
{
	futex(&b, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	p->step = 1;
	PEER_CALL(p, futex(&a, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0));
	futex(&a, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	say("middle has a, runs at %ld\n", stat_field(p->tid, 18));
	futex(&b, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	while (p->step != 2)
		sleep_ms(1);
	say("middle has nothing, runs at %ld\n", stat_field(p->tid, 18));
}
static void lock_b(struct peer *p)
{
	struct timespec t, *timeout = NULL;

	if (p->arg) {
		clock_gettime(CLOCK_REALTIME, &t);
		t.tv_sec += 1;
		timeout = &t;
	}
	PEER_CALL(p, futex(&b, FUTEX_LOCK_PI_PRIVATE, 0, timeout, NULL, 0));
	if (!p->result)
		futex(&b, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
}

static void facts(const char *what, struct peer *middle)
{
	say("%s: we run at %ld, policy %d; middle runs at %ld\n", what, stat_field(own_tid(), 18), (int)syscall(SYS_sched_getscheduler, 0),
	    stat_field(middle->tid, 18));
}

int main(void)
{
	static struct peer middle, high = { .prio = 30 }, higher = { .prio = 40, .arg = "" };
	struct sched_param sp = { .sched_priority = 35 };

	futex(&a, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	peer_start(&middle, lock_both);
	peer_sleeps(&middle);
	while (!middle.step || stat_field(middle.tid, 3) != 'S')
		sleep_ms(1);
	facts("start", &middle);
	peer_start(&high, lock_b);
	peer_sleeps(&high);
	facts("30 waits for middle", &middle);
	peer_start(&higher, lock_b);
	peer_sleeps(&higher);
	facts("40 as well", &middle);
	peer_show("40 gives up", &higher);
	facts("40 has gone", &middle);
	show("30 becomes 35", syscall(SYS_sched_setscheduler, high.tid, SCHED_FIFO, &sp));
	facts("35 waits", &middle);
	sp.sched_priority = 0;
	show("nice does not matter", setpriority(PRIO_PROCESS, 0, 5));
	facts("nice", &middle);
	futex(&a, FUTEX_UNLOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	peer_show("35 gets b", &high);
	say("we run at %ld\n", stat_field(own_tid(), 18));
	middle.step = 2;
	peer_show("middle", &middle);
}

/* An absolute time on the real-time clock is one of that clock: setting it ends the wait. */
#include "futex.h"

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

static volatile uint32_t word, owned, cond;
static struct timespec far;

static void waits(struct peer *p)
{
	struct futex_waitv v = { .uaddr = (uintptr_t)&word, .flags = FUTEX_32 | FUTEX_PRIVATE_FLAG };

	switch (p->nr) {
	case 0:
		PEER_CALL(p, futex(&word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &far, NULL, ~0u));
		break;
	case 1:
		PEER_CALL(p, futex(&owned, FUTEX_LOCK_PI_PRIVATE, 0, &far, NULL, 0));
		break;
	case 2:
		PEER_CALL(p, futex(&cond, FUTEX_WAIT_REQUEUE_PI_PRIVATE | FUTEX_CLOCK_REALTIME, 0, &far, &owned, 0));
		break;
	case 3:
		PEER_CALL(p, syscall(SYS_futex_waitv, &v, 1, 0, &far, CLOCK_REALTIME));
		break;
	}
	p->step = 1;
}

int main(void)
{
	static const char *const names[] = { "wait", "lock", "wait and requeue", "waitv" };
	struct timespec start, now;
	int64_t before = now_ns();

	futex(&owned, FUTEX_LOCK_PI_PRIVATE, 0, NULL, NULL, 0);
	for (int i = 0; i < 4; i++) {
		struct peer p = { .nr = i };

		clock_gettime(CLOCK_REALTIME, &start);
		far = start;
		far.tv_sec += 3600;
		peer_start(&p, waits);
		peer_sleeps(&p);
		now = start;
		now.tv_sec += 10;
		show("set, not far enough", clock_settime(CLOCK_REALTIME, &now));
		sleep_ms(10);
		say("  %c\n", (char)stat_field(p.tid, 3));
		now.tv_sec += 3600;
		show("set", clock_settime(CLOCK_REALTIME, &now));
		for (int n = 0; n < 500 && !p.step; n++)
			sleep_ms(1);
		if (!p.step) {
			say("%s: sleeps on\n", names[i]);
			_exit(1);
		}
		peer_show(names[i], &p);
		clock_settime(CLOCK_REALTIME, &start);
	}
	judge("soon", now_ns() - before < 2000000000);
}

/* timer_set.c - timer_settime(2), timer_gettime(2): what is left, absolute points, bad values. */
#include "../show.h"

static int id;

static void show_set(const char *what, int flags, struct itimerspec t)
{
	struct itimerspec old = { { -1, -1 }, { -1, -1 } };
	long err = syscall(SYS_timer_settime, id, flags, &t, &old);

	say("%s: %s, had %s, interval %ld.%09ld\n", what, err ? errno_name(errno) : "ok",
	    old.it_value.tv_sec == -1 ? "nothing told" : old.it_value.tv_sec || old.it_value.tv_nsec ? "some left" : "nothing left",
	    old.it_interval.tv_sec, old.it_interval.tv_nsec);
}

static void show_get(const char *what)
{
	struct itimerspec t;

	show_ok(what, syscall(SYS_timer_gettime, id, &t));
	say("  left %ld s, some ns %d; interval %ld.%09ld\n", t.it_value.tv_sec, t.it_value.tv_nsec != 0, t.it_interval.tv_sec,
	    t.it_interval.tv_nsec);
}

int main(void)
{
	struct sigevent none = { .sigev_notify = SIGEV_NONE };
	struct timespec now;
	sigset_t s;

	sigfillset(&s);
	sigprocmask(SIG_BLOCK, &s, NULL);
	syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id);
	show_get("fresh");
	show_set("100 s, every 7", 0, (struct itimerspec){ { 7, 5 }, { 100, 0 } });
	show_get("running");
	show_set("one shot", 0, (struct itimerspec){ { 0, 0 }, { 200, 0 } });
	show_get("running");
	show_set("value 0, interval 3", 0, (struct itimerspec){ { 3, 0 }, { 0, 0 } });
	show_get("off");
	show_set("negative", 0, (struct itimerspec){ { 0, 0 }, { -1, 0 } });
	show_set("ns too many", 0, (struct itimerspec){ { 0, 0 }, { 0, 1000000000 } });
	show_set("ns negative", 0, (struct itimerspec){ { 0, 0 }, { 0, -1 } });
	show_set("interval bad", 0, (struct itimerspec){ { 0, 1000000000 }, { 1, 0 } });
	show_set("unknown flags", 0x70, (struct itimerspec){ { 0, 0 }, { 50, 0 } });
	show_set("for ever", 0, (struct itimerspec){ { 0, 0 }, { 0x7fffffffffffffff, 0 } });
	show_set("absolute, long past", TIMER_ABSTIME, (struct itimerspec){ { 1000, 0 }, { 0, 1 } });
	sleep_ms(10);
	show_set("after that", 0, (struct itimerspec){ { 0, 0 }, { 0, 0 } });
	clock_gettime(CLOCK_MONOTONIC, &now);
	now.tv_sec += 30;
	show_set("absolute in 30 s", TIMER_ABSTIME, (struct itimerspec){ { 0, 0 }, now });
	show_get("running");
	show("set NULL", syscall(SYS_timer_settime, id, 0, NULL, NULL));
	show("set bad address", syscall(SYS_timer_settime, id, 0, KERNEL_ADDRESS, NULL));
	show("set, no such", syscall(SYS_timer_settime, 99, 0, &(struct itimerspec){ 0 }, NULL));
	show("get, no such", syscall(SYS_timer_gettime, 99, &now));
	show("get, bad address", syscall(SYS_timer_gettime, id, KERNEL_ADDRESS));
	show("overrun, no such", syscall(SYS_timer_getoverrun, 99));
	show("old to a bad address", syscall(SYS_timer_settime, id, 0, &(struct itimerspec){ 0 }, KERNEL_ADDRESS));
	show_get("is off all the same");

	syscall(SYS_timer_create, CLOCK_MONOTONIC, &none, &id);
	show_set("silent, 5 ms", 0, (struct itimerspec){ { 0, 0 }, { 0, 5000000 } });
	sleep_ms(20);
	show_get("silent, over");
	show_set("silent, 5 ms and every 10 s", 0, (struct itimerspec){ { 10, 0 }, { 0, 5000000 } });
	sleep_ms(20);
	show_get("silent, going on");
	return 0;
}

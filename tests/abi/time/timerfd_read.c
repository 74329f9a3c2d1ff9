/* timerfd_read.c - counting expiries: one shot, periodic, absolute, blocking, after a new setting. */
#include <sys/timerfd.h>
#include "../show.h"

static struct itimerspec its(long first_ms, long then_ms)
{
	return (struct itimerspec){ { then_ms / 1000, then_ms % 1000 * 1000000 }, { first_ms / 1000, first_ms % 1000 * 1000000 } };
}

static void try(const char *what, int clock)
{
	struct itimerspec t = its(5, 0), old;
	int fd = timerfd_create(clock, 0);
	struct timespec now;
	uint64_t v = 0;
	int64_t begin = now_ns();

	say("%s\n", what);
	show("set", timerfd_settime(fd, 0, &t, NULL));
	show("read", read(fd, &v, sizeof v));
	say("value %ld\n", (long)v);
	judge("waited", now_ns() - begin >= 5000000);
	timerfd_gettime(fd, &t);
	say("left %ld.%ld\n", t.it_value.tv_sec, t.it_value.tv_nsec);

	t = its(4, 4);
	show("periodic", timerfd_settime(fd, 0, &t, NULL));
	sleep_ms(60);
	show("read", read(fd, &v, sizeof v));
	judge("several", within(v, 12, 200));
	show("read", read(fd, &v, sizeof v));
	judge("one or some more", within(v, 1, 100));
	t = its(1000, 0);
	show("new setting", timerfd_settime(fd, 0, &t, &old));
	say("interval was %ld.%09ld\n", old.it_interval.tv_sec, old.it_interval.tv_nsec);
	judge("no more than that was left", old.it_value.tv_sec == 0 && old.it_value.tv_nsec <= 4000000);

	clock_gettime(clock, &now);
	t = (struct itimerspec){ { 0, 0 }, now };
	show("absolute now", timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL));
	show("read", read(fd, &v, sizeof v));
	say("value %ld\n", (long)v);
	t = (struct itimerspec){ { 10, 0 }, { now.tv_sec - 1, now.tv_nsec } };
	if (now.tv_sec > 0) {
		show("absolute a second ago, every 10 s", timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL));
		show("read", read(fd, &v, sizeof v));
		say("value %ld\n", (long)v);
	}
	t = its(1, 0);
	timerfd_settime(fd, 0, &t, NULL);
	sleep_ms(10);
	t = its(0, 0);
	show("off", timerfd_settime(fd, 0, &t, NULL));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	show("the expiry is forgotten", read(fd, &v, sizeof v));
	close(fd);
}

int main(void)
{
	try("MONOTONIC", CLOCK_MONOTONIC);
	try("REALTIME", CLOCK_REALTIME);
	try("BOOTTIME", CLOCK_BOOTTIME);
	try("REALTIME_ALARM", CLOCK_REALTIME_ALARM);
	return 0;
}

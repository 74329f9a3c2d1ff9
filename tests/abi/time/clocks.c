/* clocks.c - reading, resolution and setting of every clock. */
#include "../show.h"

static void unprivileged(void)
{
	struct timespec t = { 1000000000, 0 };
	struct timeval tv = { 1000000000, 0 };
	struct timezone tz = { 0, 0 };

	if (setuid(4711))
		fatal("setuid");
	show("clock_settime", clock_settime(CLOCK_REALTIME, &t));
	show("settimeofday", settimeofday(&tv, NULL));
	show("settimeofday zone", syscall(SYS_settimeofday, NULL, &tz));
	t.tv_nsec = -1;
	show("clock_settime bad value", clock_settime(CLOCK_REALTIME, &t));
}

int main(void)
{
	struct timespec t, res;
	struct timeval tv;
	char name[32];

	for (int c = -9; c < 18; c++) {
		long err = syscall(SYS_clock_gettime, c, &t);

		say("clock %d: get %s", c, err ? errno_name(errno) : "ok");
		err = syscall(SYS_clock_getres, c, &res);
		if (err)
			say(" res %s", errno_name(errno));
		else
			say(" res %ld.%09ld", res.tv_sec, res.tv_nsec);
		snprintf(name, sizeof name, " set");
		if (c)
			show(name, syscall(SYS_clock_settime, c, &t));
		else
			say("\n");
	}
	show("gettime bad address", syscall(SYS_clock_gettime, 0, KERNEL_ADDRESS));
	show("gettime bad clock and address", syscall(SYS_clock_gettime, 99, KERNEL_ADDRESS));
	show("getres NULL", syscall(SYS_clock_getres, 1, NULL));
	show("getres bad clock NULL", syscall(SYS_clock_getres, 99, NULL));
	show("settime bad address", syscall(SYS_clock_settime, 0, KERNEL_ADDRESS));
	show("settime NULL", syscall(SYS_clock_settime, 0, NULL));
	show("settime bad ns", clock_settime(0, &(struct timespec){ 1000000000, 1000000000 }));
	show("settime negative", clock_settime(0, &(struct timespec){ -1, 0 }));
	show("settime before boot", clock_settime(0, &(struct timespec){ 0, 0 }));
	show("settimeofday bad us", settimeofday(&(struct timeval){ 1000000000, 1000000 }, NULL));
	in_child("unprivileged", unprivileged);
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 86400;
	show("a day on", clock_settime(CLOCK_REALTIME, &t));
	clock_gettime(CLOCK_REALTIME, &res);
	judge("it is set", within(res.tv_sec - t.tv_sec, 0, 2));
	judge("time() agrees", within(time(NULL) - t.tv_sec, 0, 2));
	gettimeofday(&tv, NULL);
	judge("gettimeofday() agrees", within(tv.tv_sec - t.tv_sec, 0, 2));
	clock_gettime(CLOCK_TAI, &res);
	judge("TAI agrees", within(res.tv_sec - t.tv_sec, 0, 2));
	clock_gettime(CLOCK_REALTIME_COARSE, &res);
	judge("COARSE agrees", within(res.tv_sec - t.tv_sec, 0, 2));
	tv.tv_sec -= 86400;
	show("and back", settimeofday(&tv, NULL));
	return 0;
}

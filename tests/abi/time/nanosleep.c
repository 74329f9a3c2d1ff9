/* nanosleep.c - sleeping by each clock; what a signal leaves; clock_nanosleep(2). */
#include "../show.h"

static void handler(int sig) { (void)sig; }

static long sleep_by(int clock, int flags, long sec, long ns, struct timespec *rem)
{
	struct timespec t = { sec, ns };

	return syscall(SYS_clock_nanosleep, clock, flags, &t, rem);
}

static void interrupted(const char *what, int clock, int flags)
{
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
	struct timespec rem = { -1, -1 }, now = { 0, 0 };

	sigaction(SIGALRM, &sa, NULL);
	if (flags)
		clock_gettime(clock, &now);
	tick_every(20);
	show(what, sleep_by(clock, flags, now.tv_sec + 10, now.tv_nsec, &rem));
	tick_every(0);
	if (rem.tv_sec == -1)
		say("  nothing told\n");
	else
		judge("  rest", rem.tv_sec == 9 || (rem.tv_sec == 10 && !rem.tv_nsec));
}

int main(void)
{
	static const int clocks[] = { 0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1, -2, -5 };
	struct timespec t;
	char name[32];
	int64_t begin;

	for (unsigned i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
		snprintf(name, sizeof name, "clock %d", clocks[i]);
		begin = now_ns();
		if (!show(name, sleep_by(clocks[i], 0, 0, 3000000, NULL)))
			judge("  long enough", now_ns() - begin >= 3000000);
		snprintf(name, sizeof name, "clock %d absolute", clocks[i]);
		show(name, sleep_by(clocks[i], TIMER_ABSTIME, 0, 1, NULL));
	}
	show("process time, past", sleep_by(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, 0, 1, NULL));
	interrupted("process time", CLOCK_PROCESS_CPUTIME_ID, 0);
	interrupted("process time, absolute", CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME);
	interrupted("monotonic", CLOCK_MONOTONIC, 0);
	interrupted("monotonic, absolute", CLOCK_MONOTONIC, TIMER_ABSTIME);
	interrupted("realtime", CLOCK_REALTIME, 0);
	interrupted("realtime, absolute", CLOCK_REALTIME, TIMER_ABSTIME);
	show("bad ns", sleep_by(1, 0, 0, 1000000000, NULL));
	show("negative", sleep_by(1, 0, -1, 0, NULL));
	show("negative, absolute", sleep_by(1, TIMER_ABSTIME, -1, 0, NULL));
	show("bad address", syscall(SYS_clock_nanosleep, 1, 0, KERNEL_ADDRESS, NULL));
	show("bad clock, bad address", syscall(SYS_clock_nanosleep, 99, 0, KERNEL_ADDRESS, NULL));
	show("no address", syscall(SYS_nanosleep, NULL, NULL));
	t.tv_sec = 0, t.tv_nsec = 1000000;
	show("rest to a bad address, not needed", syscall(SYS_nanosleep, &t, KERNEL_ADDRESS));
	return 0;
}

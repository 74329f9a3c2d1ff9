/* timer_cpu.c - timers on CPU time: they fire while one computes, not while one sleeps. */
#include "../show.h"

static volatile int fired;
static void handler(int sig) { (void)sig; fired++; }

static int64_t cpu_ns(int clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void try(const char *what, int clock, int flags)
{
	struct itimerspec t = { { 0, 0 }, { 0, 30000000 } };
	int64_t begin = cpu_ns(clock), used;
	int id;

	say("%s\n", what);
	fired = 0;
	show_ok("create", syscall(SYS_timer_create, clock, NULL, &id));
	if (flags & TIMER_ABSTIME) {
		begin += 30000000;
		t.it_value.tv_sec = begin / 1000000000, t.it_value.tv_nsec = begin % 1000000000;
		begin -= 30000000;
	}
	show("set", syscall(SYS_timer_settime, id, flags, &t, NULL));
	sleep_ms(50);
	judge("not while asleep", !fired);
	while (!fired && cpu_ns(clock) - begin < 1000000000)
		;
	used = cpu_ns(clock) - begin;
	judge("fired", fired == 1);
	judge("not before it was due", used >= 30000000);     /* how long after is the host's affair */
	syscall(SYS_timer_gettime, id, &t);
	say("left %ld.%ld\n", t.it_value.tv_sec, t.it_value.tv_nsec);
	/* A point that has passed. */
	t = (struct itimerspec){ { 0, 0 }, { 0, 1 } };
	show("set to the past", syscall(SYS_timer_settime, id, TIMER_ABSTIME, &t, NULL));
	for (int i = 0; fired < 2 && i < 100; i++)
		sleep_ms(1);
	say("fired %d\n", fired);
	show("delete", syscall(SYS_timer_delete, id));
}

int main(void)
{
	signal(SIGALRM, handler);
	try("process", CLOCK_PROCESS_CPUTIME_ID, 0);
	try("process, absolute", CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME);
	try("thread", CLOCK_THREAD_CPUTIME_ID, 0);
	return 0;
}

/*
 * timers.c - sleeping, interval timers, alarms, clocks and their relations.
 * limit: 60
 */
#include "show.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>

static volatile int rings;
static void ring(int sig) { (void)sig; rings++; }

static int64_t clock_ns(int clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t))
		return -1;
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void sleeps(void)
{
	static const long ns[] = { 1, 1000, 100000, 1000000, 20000000, 100000000 };

	for (unsigned i = 0; i < sizeof ns / sizeof ns[0]; i++) {
		struct timespec t = { 0, ns[i] };
		int64_t start = now_ns(), took;
		int r = nanosleep(&t, NULL);

		took = now_ns() - start;
		say("sleep of %ld ns: %d, %s\n", ns[i], r,
		    took >= ns[i] && took < ns[i] + 1000000000 ? "in time" : "NOT IN TIME");
	}
}

static void interrupted_sleep(void)
{
	struct timespec t = { 0, 500000000 }, left = { 0, 0 };
	struct timespec when;

	signal(SIGALRM, ring);
	tick_every(100);
	show("nanosleep, interrupted", nanosleep(&t, &left));
	tick_every(0);
	judge("time left", within(left.tv_nsec, 1000000, 400000000) && !left.tv_sec);
	clock_gettime(CLOCK_MONOTONIC, &when);
	when.tv_nsec -= when.tv_nsec > 0;        /* no further back: the guest may be young */
	show("absolute, past", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL));
	clock_gettime(CLOCK_REALTIME, &when);
	when.tv_nsec += 30000000;
	if (when.tv_nsec >= 1000000000)
		when.tv_nsec -= 1000000000, when.tv_sec++;
	show("absolute, realtime", clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &when, NULL));
	judge("not too early", clock_ns(CLOCK_REALTIME) >= when.tv_sec * 1000000000ll + when.tv_nsec);
}

static void intervals(void)
{
	struct itimerval it = { { 0, 20000 }, { 0, 20000 } }, old;
	int64_t start = now_ns();

	rings = 0;
	setitimer(ITIMER_REAL, &it, NULL);
	while (rings < 10)
		pause();
	judge("ten periods of 20 ms", within(now_ns() - start, 195000000, 3000000000ll));
	getitimer(ITIMER_REAL, &old);
	judge("getitimer", old.it_interval.tv_usec == 20000 && old.it_value.tv_usec <= 20000 && !old.it_value.tv_sec);
	it = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &it, &old);
	rings = 0;
	sleep_ms(60);
	show("rings when stopped", rings);
	show("alarm", alarm(100));
	show("alarm again, time left", alarm(0));
	show("no alarm left", alarm(0));
}

static void processor_time(void)
{
	struct itimerval it = { { 0, 0 }, { 0, 50000 } };
	int64_t cpu;

	signal(SIGVTALRM, ring);
	signal(SIGPROF, ring);
	rings = 0;
	setitimer(ITIMER_VIRTUAL, &it, NULL);
	sleep_ms(100);
	show("virtual timer while asleep", rings);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	while (!rings)
		;
	judge("virtual timer while busy", clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu < 3000000000ll);
	rings = 0;
	setitimer(ITIMER_PROF, &it, NULL);
	while (!rings)
		getppid();
	show("profiling timer", rings);
}

static void accounting(void)
{
	struct rusage before, after, kids;
	struct tms t;
	int64_t wall = now_ns(), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID), thread = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	long used;

	getrusage(RUSAGE_SELF, &before);
	while (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu < 150000000)
		;
	getrusage(RUSAGE_SELF, &after);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	thread = clock_ns(CLOCK_THREAD_CPUTIME_ID) - thread;
	wall = now_ns() - wall;                 /* the last: a guest may stand still between two looks */
	judge("CPU time is no more than wall time", cpu <= wall + 20000000);
	judge("thread time too", within(thread, 100000000, wall + 20000000));
	used = (after.ru_utime.tv_sec + after.ru_stime.tv_sec - before.ru_utime.tv_sec - before.ru_stime.tv_sec) * 1000000
	       + after.ru_utime.tv_usec + after.ru_stime.tv_usec - before.ru_utime.tv_usec - before.ru_stime.tv_usec;
	judge("getrusage agrees", within(used, 100000, wall / 1000 + 20000));
	if (fork() == 0) {
		cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
		while (clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu < 60000000)
			;
		_exit(0);
	}
	wait(NULL);
	getrusage(RUSAGE_CHILDREN, &kids);
	judge("children are charged", kids.ru_utime.tv_usec + kids.ru_stime.tv_usec >= 40000 || kids.ru_utime.tv_sec);
	judge("times() returns ticks", times(&t) > 0 && t.tms_cutime + t.tms_cstime >= 4);
	cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	sleep_ms(100);
	judge("sleep costs no CPU time", clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu < 60000000);
}

static void clocks(void)
{
	static const struct { const char *name; int id; } list[] = {
		{ "realtime", CLOCK_REALTIME }, { "monotonic", CLOCK_MONOTONIC },
		{ "raw", CLOCK_MONOTONIC_RAW }, { "coarse realtime", CLOCK_REALTIME_COARSE },
		{ "coarse monotonic", CLOCK_MONOTONIC_COARSE }, { "boot", CLOCK_BOOTTIME },
		{ "process", CLOCK_PROCESS_CPUTIME_ID }, { "thread", CLOCK_THREAD_CPUTIME_ID },
	};
	struct timespec res;
	struct timeval tv;
	int64_t real, mono;

	for (unsigned i = 0; i < sizeof list / sizeof list[0]; i++) {
		int64_t a = clock_ns(list[i].id), b;
		int back = 0;

		for (int n = 0; n < 2000; n++) {
			b = clock_ns(list[i].id);
			back += b < a;
			a = b;
		}
		say("%s: went back %d times, resolution %s\n", list[i].name, back,
		    clock_getres(list[i].id, &res) ? "FAILS" :
		    res.tv_sec == 0 && res.tv_nsec >= 1 && res.tv_nsec <= 10000000 ? "sane" : "STRANGE");
	}
	gettimeofday(&tv, NULL);
	real = clock_ns(CLOCK_REALTIME);
	judge("gettimeofday agrees", within(real / 1000 - (tv.tv_sec * 1000000ll + tv.tv_usec), 0, 500000));
	judge("time() agrees", within(clock_ns(CLOCK_REALTIME) / 1000000000 - time(NULL), -1, 1));
	real = clock_ns(CLOCK_REALTIME);
	mono = clock_ns(CLOCK_MONOTONIC);
	sleep_ms(200);
	real = clock_ns(CLOCK_REALTIME) - real;
	mono = clock_ns(CLOCK_MONOTONIC) - mono;
	judge("both clocks run alike", within(real - mono, -30000000, 30000000));
	judge("coarse is near", within(clock_ns(CLOCK_MONOTONIC) - clock_ns(CLOCK_MONOTONIC_COARSE), -1000000, 100000000));
	judge("boot time is near monotonic", within(clock_ns(CLOCK_BOOTTIME) - clock_ns(CLOCK_MONOTONIC), 0, 500000000));
	judge("system call and vDSO agree", ({
		struct timespec t;
		int64_t v = now_ns();

		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
		within(t.tv_sec * 1000000000ll + t.tv_nsec - v, 0, 500000000);
	}));
}

int main(void)
{
	sleeps();
	interrupted_sleep();
	intervals();
	processor_time();
	accounting();
	clocks();
	return 0;
}

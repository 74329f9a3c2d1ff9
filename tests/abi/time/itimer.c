/* itimer.c - setitimer(2), getitimer(2), alarm(2): real, virtual and profiling time. */
#include "../show.h"

static volatile int fired[65];
static void handler(int sig) { fired[sig]++; }

static void burn(int which, int sig)
{
	struct itimerval t = { { 0, 0 }, { 0, 20000 } }, old;
	int64_t end = now_ns() + 2000000000ll;

	show("set", setitimer(which, &t, NULL));
	sleep_ms(40);
	say("fired while asleep: %d\n", fired[sig]);
	if (which == ITIMER_REAL)
		return;
	while (!fired[sig] && now_ns() < end)
		;
	judge("fired while busy", fired[sig] == 1);
	getitimer(which, &old);
	say("left %ld.%ld\n", old.it_value.tv_sec, old.it_value.tv_usec);
}

static void child(void)
{
	struct itimerval old;

	getitimer(ITIMER_REAL, &old);
	say("child has %ld\n", old.it_value.tv_sec);
	say("alarm %u\n", alarm(0));
}

int main(void)
{
	struct itimerval t = { { 2, 3 }, { 100, 0 } }, old;

	signal(SIGALRM, handler);
	signal(SIGVTALRM, handler);
	signal(SIGPROF, handler);
	say("real\n");
	burn(ITIMER_REAL, SIGALRM);
	say("virtual\n");
	burn(ITIMER_VIRTUAL, SIGVTALRM);
	say("prof\n");
	burn(ITIMER_PROF, SIGPROF);
	show("set", setitimer(ITIMER_REAL, &t, NULL));
	show("get", getitimer(ITIMER_REAL, &old));
	judge("left", within(old.it_value.tv_sec, 98, 100));
	say("interval %ld.%06ld\n", old.it_interval.tv_sec, old.it_interval.tv_usec);
	in_child("fork", child);
	say("alarm %d\n", within(alarm(5), 99, 100));
	say("alarm %u\n", alarm(0));
	say("alarm %u\n", alarm(0));
	show("which 3", setitimer(3, &t, NULL));
	show("which -1", getitimer(-1, &t));
	t.it_value.tv_usec = 1000000;
	show("bad us", setitimer(ITIMER_REAL, &t, NULL));
	t.it_value.tv_usec = -1;
	show("negative us", setitimer(ITIMER_REAL, &t, NULL));
	show("bad address", syscall(SYS_setitimer, 0, KERNEL_ADDRESS, NULL));
	show("get bad address", syscall(SYS_getitimer, 0, KERNEL_ADDRESS));
	show("NULL disarms", syscall(SYS_setitimer, 0, NULL, &old));
	return 0;
}

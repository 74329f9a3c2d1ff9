/* adjtimex.c - reading the clock's description, changing it, stepping; adjtimex(2), clock_adjtime(2). */
#include <sys/timex.h>
#include "../show.h"

static long adjust(const char *what, int clock, struct timex *x)
{
	return show(what, syscall(SYS_clock_adjtime, clock, x));
}

static void unprivileged(void)
{
	struct timex x = { .modes = 0 };

	if (setuid(4711))
		fatal("setuid");
	judge("reading", syscall(SYS_adjtimex, &x) >= 0);
	x.modes = ADJ_STATUS;
	adjust("status", 0, &x);
	x.modes = ADJ_OFFSET_SS_READ;
	judge("single-shot read", syscall(SYS_adjtimex, &x) >= 0);
	x.modes = ADJ_OFFSET_SINGLESHOT;
	adjust("single shot", 0, &x);
	x.modes = ADJ_SETOFFSET;
	adjust("step", 0, &x);
}

int main(void)
{
	struct timex x = { .modes = 0 };
	struct timespec before, after;

	adjust("read", 0, &x);
	say("offset %ld freq %ld status %#x precision %ld tolerance %ld tick %ld tai %d\n", x.offset, x.freq, x.status, x.precision,
	    x.tolerance, x.tick, x.tai);
	say("maxerror %ld esterror %ld constant %ld\n", x.maxerror, x.esterror, x.constant);
	judge("the time", within(x.time.tv_sec - time(NULL), -1, 1));
	for (int c = 1; c < 13; c++) {
		x.modes = 0;
		adjust("another clock", c, &x);
	}
	adjust("CPU clock", -6, &x);
	show("bad address", syscall(SYS_adjtimex, KERNEL_ADDRESS));
	show("bad clock and address", syscall(SYS_clock_adjtime, 99, KERNEL_ADDRESS));
	x = (struct timex){ .modes = ADJ_TICK, .tick = 1 };
	adjust("tick 1", 0, &x);
	x = (struct timex){ .modes = ADJ_TICK, .tick = 10000 };
	adjust("tick as it is", 0, &x);
	x = (struct timex){ .modes = 0x8000 };
	adjust("adjtime without its bit", 0, &x);
	x = (struct timex){ .modes = ADJ_SETOFFSET, .time = { 0, 1000000 } };
	adjust("step, bad us", 0, &x);
	x = (struct timex){ .modes = ADJ_MAXERROR | ADJ_ESTERROR | ADJ_STATUS | ADJ_TAI, .maxerror = 1000, .esterror = 500, .status = 0,
			    .constant = 37 };
	adjust("describe", 0, &x);
	say("maxerror %d esterror %ld status %#x tai %d\n", x.maxerror >= 1000 && x.maxerror < 5000, x.esterror, x.status, x.tai);
	clock_gettime(CLOCK_REALTIME, &before);
	clock_gettime(CLOCK_TAI, &after);
	judge("TAI is ahead", within(after.tv_sec - before.tv_sec, 36, 38));
	x = (struct timex){ .modes = ADJ_SETOFFSET | ADJ_NANO, .time = { 100, 500 } };
	judge("step", syscall(SYS_adjtimex, &x) >= 0);
	clock_gettime(CLOCK_REALTIME, &after);
	judge("stepped", within(after.tv_sec - before.tv_sec, 100, 102));
	judge("nanoseconds now", x.status & STA_NANO);
	x = (struct timex){ .modes = ADJ_SETOFFSET | ADJ_MICRO, .time = { -100, 0 } };
	judge("back", syscall(SYS_adjtimex, &x) >= 0);
	x = (struct timex){ .modes = ADJ_TAI | ADJ_STATUS, .constant = 0, .status = STA_UNSYNC };
	adjust("as it was", 0, &x);
	in_child("unprivileged", unprivileged);
	return 0;
}

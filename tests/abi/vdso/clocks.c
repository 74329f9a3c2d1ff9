/* clocks.c - what the vDSO says agrees with what the kernel says, in order, for every clock. */
#include "vdso.h"

static int64_t ns(struct timespec t) { return t.tv_sec * 1000000000ll + t.tv_nsec; }

int main(void)
{
	long (*gettime)(int, struct timespec *) = vdso_function("__vdso_clock_gettime");
	long (*getres)(int, struct timespec *) = vdso_function("__vdso_clock_getres");
	long (*gettod)(struct timeval *, struct timezone *) = vdso_function("__vdso_gettimeofday");
	long (*gettm)(long *) = vdso_function("__vdso_time");
	struct timespec a, b, c, back;
	struct timeval tv;
	struct timezone tz, tz2;
	long t;

	for (int clock = -7; clock < 18; clock++) {
		bool coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
		bool in_order = true, normal = true;
		long err = gettime(clock, &b);

		if (err) {
			say("clock %d: error %ld, getres %ld\n", clock, -err, -getres(clock, &a));
			continue;
		}
		for (int i = 0; i < 2000; i++) {
			syscall(SYS_clock_gettime, clock, &a);
			gettime(clock, &b);
			syscall(SYS_clock_gettime, clock, &c);
			if (i && ns(a) < ns(back))
				in_order = false;
			back = b;
			if (ns(a) > ns(b) || ns(b) > ns(c))
				in_order = false;
			normal &= b.tv_nsec >= 0 && b.tv_nsec < 1000000000;
		}
		say("clock %d: in order %d, normal %d", clock, in_order, normal);
		getres(clock, &a);
		syscall(SYS_clock_getres, clock, &b);
		say(", resolution %ld.%09ld, same %d, NULL %ld%s\n", a.tv_sec, a.tv_nsec, ns(a) == ns(b), getres(clock, NULL),
		    coarse ? ", coarse" : "");
	}
	clock_gettime(CLOCK_REALTIME, &a);
	say("gettimeofday %ld\n", gettod(&tv, &tz));
	judge("the same", within(tv.tv_sec * 1000000ll + tv.tv_usec - ns(a) / 1000, 0, 1000000));
	syscall(SYS_gettimeofday, NULL, &tz2);
	judge("the same zone", tz.tz_minuteswest == tz2.tz_minuteswest && tz.tz_dsttime == tz2.tz_dsttime);
	say("gettimeofday NULL %ld\n", gettod(NULL, NULL));
	judge("time", within(gettm(&t) - a.tv_sec, 0, 2));
	judge("stored", within(t - a.tv_sec, 0, 2));
	judge("time NULL", within(gettm(NULL) - a.tv_sec, 0, 2));

	/* A step is seen at once. */
	clock_gettime(CLOCK_REALTIME, &a);
	a.tv_sec += 5000;
	clock_settime(CLOCK_REALTIME, &a);
	gettime(CLOCK_REALTIME, &b);
	judge("the step", within(ns(b) - ns(a), 0, 1000000000));
	tz = (struct timezone){ -90, 1 };
	syscall(SYS_settimeofday, NULL, &tz);
	gettod(NULL, &tz2);
	say("zone %d %d\n", tz2.tz_minuteswest, tz2.tz_dsttime);
	tz = (struct timezone){ 0, 0 };
	syscall(SYS_settimeofday, NULL, &tz);
	return 0;
}

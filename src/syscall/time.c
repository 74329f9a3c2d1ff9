/*
 * time.c - clocks and sleeping: clock_*, gettimeofday, nanosleep.
 *
 * A point in time is kept in nanoseconds; what does not fit 63 bits of them is as
 * good as never. An interrupted relative sleep leaves its deadline in the task, so
 * that restart_syscall() goes on instead of starting over.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <sched/sched.h>
#include <sync/waitq.h>
#include <syscall/define.h>
#include <syscall/limits.h>
#include <task/cpu_clock.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/signal.h>
#include <time/clock.h>
#include <time/alarm.h>
#include <time/timer.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include "timespec.h"

#define COARSE_NS (NSEC_PER_SEC / TICK_HZ)

static int cpu_clock_read(int clock, uint64_t *ns)
{
	struct cpu_clock c;
	int err = cpu_clock_lookup(clock, true, &c);

	if (err)
		return err;
	*ns = cpu_clock_ns(&c);
	cpu_clock_put(&c);
	return 0;
}

static int clock_read(int clock, uint64_t *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
		*ns = clock_realtime_ns();
		return 0;
	case CLOCK_TAI:
		*ns = clock_tai_ns();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
		*ns = clock_monotonic_ns();
		return 0;
	case CLOCK_BOOTTIME:
	case CLOCK_BOOTTIME_ALARM:
		*ns = clock_boottime_ns();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		*ns = process_cpu_ns(process_current(), CPU_CLOCK_SCHED);
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*ns = task_cpu_ns(task_current(), CPU_CLOCK_SCHED);
		return 0;
	default:
		return clock < 0 ? cpu_clock_read(clock, ns) : -EINVAL;
	}
}

SYSCALL(clock_gettime, int clock, uaddr_t ts)
{
	uint64_t ns;
	int err = clock_read(clock, &ns);

	return err ? err : ns_to_timespec(ts, ns);
}

SYSCALL(clock_getres, int clock, uaddr_t ts)
{
	uint64_t ns;
	int err = clock_read(clock, &ns);

	if (err || uaddr_is_null(ts))
		return err;
	if (clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE || (clock < 0 && (clock & 3) != CPU_CLOCK_SCHED))
		return ns_to_timespec(ts, COARSE_NS);
	return ns_to_timespec(ts, 1);
}

/* ---- time of day ---- */

/* The last second that the time of day may be set to: 30 years of running must fit behind it. */
#define LAST_SECOND ((int64_t)(NSEC_MAX / NSEC_PER_SEC) - 30ll * 365 * 24 * 3600)

static int realtime_set(uint64_t ns)
{
	if (ns / NSEC_PER_SEC >= LAST_SECOND)
		return -EINVAL;                     /* whoever asks */
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (ns < clock_monotonic_ns())
		return -EINVAL;                     /* boot would lie before 1970 */
	clock_set_realtime(ns);
	return 0;
}

SYSCALL(clock_settime, int clock, uaddr_t ts)
{
	struct __kernel_timespec unused;
	uint64_t ns;
	int err;

	if (clock != CLOCK_REALTIME) {
		if (clock >= 0)
			return -EINVAL;             /* one that cannot be set, or none */
		if (user_read(&unused, ts))
			return -EFAULT;
		err = clock_read(clock, &ns);
		return err ? err : -EPERM;
	}
	err = ns_from_timespec(ts, &ns);
	return err ? err : realtime_set(ns);
}

SYSCALL(gettimeofday, uaddr_t tv, uaddr_t tz)
{
	if (likely(!uaddr_is_null(tv))) {
		uint64_t ns = clock_realtime_ns();
		struct __kernel_old_timeval v = {
			.tv_sec = (long)(ns / NSEC_PER_SEC), .tv_usec = (long)(ns % NSEC_PER_SEC / 1000),
		};

		if (user_write(tv, &v))
			return -EFAULT;
	}
	if (unlikely(!uaddr_is_null(tz))) {
		struct clock_zone zone;
		struct timezone z;

		clock_get_zone(&zone);
		z = (struct timezone){ .tz_minuteswest = zone.minuteswest, .tz_dsttime = zone.dsttime };
		if (user_write(tz, &z))
			return -EFAULT;
	}
	return 0;
}

SYSCALL(settimeofday, uaddr_t tv, uaddr_t tz)
{
	struct __kernel_old_timeval v = { 0 };
	struct timezone z = { 0 };
	struct clock_zone zone;

	if (!uaddr_is_null(tv)) {
		if (user_read(&v, tv))
			return -EFAULT;
		if (v.tv_usec < 0 || v.tv_usec >= 1000000)
			return -EINVAL;
	}
	if (!uaddr_is_null(tz) && user_read(&z, tz))
		return -EFAULT;
	if (v.tv_sec < 0 || v.tv_sec >= LAST_SECOND)
		return -EINVAL;
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (!uaddr_is_null(tz)) {
		if (z.tz_minuteswest > 15 * 60 || z.tz_minuteswest < -15 * 60)
			return -EINVAL;
		zone = (struct clock_zone){ z.tz_minuteswest, z.tz_dsttime };
		clock_set_zone(&zone);
	}
	if (uaddr_is_null(tv))
		return 0;
	return realtime_set((uint64_t)v.tv_sec * NSEC_PER_SEC + (uint64_t)v.tv_usec * 1000);
}

SYSCALL(time, uaddr_t to)
{
	long now = (long)(clock_realtime_ns() / NSEC_PER_SEC);

	if (!uaddr_is_null(to) && user_write(to, &now))
		return -EFAULT;
	return now;
}

/* ---- sleeping ---- */

/* 0 for a clock that one can sleep by. */
static int check_sleep_clock(int clock)
{
	enum alarm_clock base;

	if (alarm_clock_of(clock, &base) || clock == CLOCK_PROCESS_CPUTIME_ID)
		return 0;
	switch (clock) {
	case CLOCK_THREAD_CPUTIME_ID:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
		return -EOPNOTSUPP;
	default:
		return clock >= 0 ? -EINVAL : (clock & 7) == CLOCK_OF_DEVICE ? -EOPNOTSUPP : 0;
	}
}

static long sleep_relative(struct task *t, uint64_t deadline, uaddr_t rem);

static long sleep_restart(struct task *t)
{
	return sleep_relative(t, t->restart_arg[0], UADDR(t->restart_arg[1]));
}

static long sleep_relative(struct task *t, uint64_t deadline, uaddr_t rem)
{
	uint64_t now;
	int err = sleep_until(deadline);

	if (likely(!err))
		return 0;
	now = clock_monotonic_ns();
	if (now >= deadline)
		return 0;
	if (!uaddr_is_null(rem) && ns_to_timespec(rem, deadline - now))
		return -EFAULT;
	t->restart_fn = sleep_restart;
	t->restart_arg[0] = deadline;
	t->restart_arg[1] = rem.v;
	return -ERESTART_RESTARTBLOCK;
}

/* The clock may be set meanwhile: then the deadline is elsewhere. */
static long sleep_until_settable(enum alarm_clock clock, uint64_t deadline)
{
	struct waitq *q = clock_set_queue();

	for (;;) {
		unsigned changes = clock_realtime_changes();
		uint64_t now = alarm_clock_ns(clock);
		int err;

		if (now >= deadline)
			return 0;
		err = wait_event_deadline(q, clock_realtime_changes() != changes,
					  add_saturating(clock_monotonic_ns(), deadline - now));
		if (err && err != -ETIMEDOUT)
			return -ERESTARTNOHAND;
	}
}

/* ---- sleeping by CPU time ---- */

struct cpu_sleeper { struct cpu_timer timer; struct thread *thread; };

static void cpu_sleep_over(struct cpu_timer *t)
{
	unpark(container_of(t, struct cpu_sleeper, timer)->thread);
}

/*
 * Until c's time, now a moment ago, is deadline. 0, -ERESTARTSYS. It is a tick that ends the sleep: who is interrupted
 * before one came is told so, whatever the clock shows by then.
 */
static int cpu_sleep_until(const struct cpu_clock *c, uint64_t now, uint64_t deadline)
{
	struct cpu_sleeper s = { .timer = { .clock = *c, .fn = cpu_sleep_over }, .thread = thread_current() };
	int err = 0;

	if (now >= deadline)
		return 0;
	cpu_timer_arm(&s.timer, deadline);
	for (;;) {
		park_begin(PARK_INTERRUPTIBLE);
		if (!load_relaxed(&s.timer.is_armed) || err)
			break;
		err = park(PARK_INTERRUPTIBLE, ~0ull);
	}
	park_end();
	return cpu_timer_cancel(&s.timer) ? err : 0;    /* not armed any more: it is time, and its function is over */
}

static long cpu_sleep_restart(struct task *t);

static long cpu_sleep(int clock, bool is_absolute, uint64_t ns, uaddr_t rem)
{
	struct task *t = task_current();
	struct cpu_clock c;
	uint64_t deadline, now;
	int err = cpu_clock_lookup(clock, false, &c);

	if (err)
		return err;
	cpu_tick_start(clock);
	now = cpu_clock_ns(&c);
	deadline = is_absolute ? ns : add_saturating(now, ns);
	err = cpu_sleep_until(&c, now, deadline);
	now = cpu_clock_ns(&c);
	cpu_clock_put(&c);
	if (!err)
		return 0;
	if (is_absolute && uaddr_is_null(rem))
		return -ERESTARTNOHAND;
	if (!uaddr_is_null(rem) && ns_to_timespec(rem, deadline > now ? deadline - now : 1))
		return -EFAULT;
	t->restart_fn = cpu_sleep_restart;
	t->restart_arg[0] = deadline;
	t->restart_arg[1] = rem.v;
	t->restart_arg[2] = (uint64_t)clock;
	return -ERESTART_RESTARTBLOCK;
}

static long cpu_sleep_restart(struct task *t)
{
	int clock = (int)t->restart_arg[2];
	struct cpu_clock c;
	uint64_t now;
	int err = cpu_clock_lookup(clock, false, &c);

	if (err)
		return err;
	now = cpu_clock_ns(&c);
	cpu_clock_put(&c);
	/* Relative once more, so that the rest is told again. */
	return now >= t->restart_arg[0] ? 0 : cpu_sleep(clock, false, t->restart_arg[0] - now, UADDR(t->restart_arg[1]));
}

/* The caller cannot sleep by its own time. */
static long cpu_nanosleep(int clock, bool is_absolute, uint64_t ns, uaddr_t rem)
{
	int tid = ~(clock >> 3);

	if (clock < 0 && (clock & CPU_CLOCK_THREAD) && (!tid || tid == task_current()->tid))
		return -EINVAL;
	return cpu_sleep(clock, is_absolute, ns, is_absolute ? UADDR(0) : rem);
}

/* ---- the calls ---- */

SYSCALL(nanosleep, uaddr_t req, uaddr_t rem)
{
	uint64_t ns;
	int err = ns_from_timespec(req, &ns);

	return err ? err : sleep_relative(task_current(), add_saturating(clock_monotonic_ns(), ns), rem);
}

SYSCALL(clock_nanosleep, int clock, int flags, uaddr_t req, uaddr_t rem)
{
	bool is_absolute = flags & TIMER_ABSTIME;
	enum alarm_clock base;
	uint64_t ns;
	int err = check_sleep_clock(clock);

	if (!err)
		err = ns_from_timespec(req, &ns);
	if (err)
		return err;
	if (!alarm_clock_of(clock, &base))
		return cpu_nanosleep(clock, is_absolute, ns, rem);
	if (clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM) {
		if (flags & ~TIMER_ABSTIME)
			return -EINVAL;
		if (!capable(CAP_WAKE_ALARM))
			return -EPERM;
	}
	if (!is_absolute)
		return sleep_relative(task_current(), add_saturating(clock_monotonic_ns(), ns), rem);
	if (base == ALARM_REALTIME || base == ALARM_TAI)
		return sleep_until_settable(base, ns);
	return sleep_until(ns) ? -ERESTARTNOHAND : 0;
}

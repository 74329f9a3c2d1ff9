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
#include <task/cred.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/signal.h>
#include <time/clock.h>
#include <time/timer.h>
#include <linux/time.h>
#include <linux/time_types.h>

#define NSEC_MAX  0x7fffffffffffffffull
#define COARSE_NS (NSEC_PER_SEC / TICK_HZ)

/* ---- forms ---- */

static int ns_from_timespec(uaddr_t u, uint64_t *ns)
{
	struct __kernel_timespec ts;

	if (user_read(&ts, u))
		return -EFAULT;
	if (ts.tv_sec < 0 || ts.tv_nsec < 0 || ts.tv_nsec >= (long long)NSEC_PER_SEC)
		return -EINVAL;
	*ns = (uint64_t)ts.tv_sec > NSEC_MAX / NSEC_PER_SEC - 1 ? NSEC_MAX
								: (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	return 0;
}

static int ns_to_timespec(uaddr_t u, uint64_t ns)
{
	struct __kernel_timespec ts = { .tv_sec = (long long)(ns / NSEC_PER_SEC), .tv_nsec = (long long)(ns % NSEC_PER_SEC) };

	return user_write(u, &ts);
}

static uint64_t add_saturating(uint64_t a, uint64_t b) { return a + b < a || a + b > NSEC_MAX ? NSEC_MAX : a + b; }

/* ---- CPU-time clocks ---- */

/*
 * Negative clock ids name a task's: ~pid in the upper bits, then 4 for a thread's,
 * then 0 user + system, 1 user, 2 time run.
 */
#define CPU_CLOCK_THREAD 4u
enum { CPU_CLOCK_PROF, CPU_CLOCK_VIRT, CPU_CLOCK_SCHED };

static uint64_t thread_cpu_ns(const struct thread *t, unsigned kind)
{
	(void)thread_runtime_ns(t);             /* the running thread's books are brought up to date */
	return load_relaxed(&t->utime_ns) + (kind == CPU_CLOCK_VIRT ? 0 : load_relaxed(&t->stime_ns));
}

static uint64_t process_cpu_ns(struct process *p, unsigned kind)
{
	struct task *t;
	uint64_t ns;

	spin_lock(&p->sig_lock);
	ns = p->utime_ns + (kind == CPU_CLOCK_VIRT ? 0 : p->stime_ns);
	list_for_each(t, &p->threads, group_node)
		ns += thread_cpu_ns(&t->thread, kind);
	spin_unlock(&p->sig_lock);
	return ns;
}

static int cpu_clock_of_thread(int tid, unsigned kind, uint64_t *ns)
{
	struct task *t = tid ? task_lookup(tid) : task_current();
	int err = 0;

	if (!t)
		return -EINVAL;
	if (t->process != process_current())
		err = -EINVAL;                      /* of another process only as a whole */
	else
		*ns = thread_cpu_ns(&t->thread, kind);
	if (tid)
		task_put(t);
	return err;
}

static int cpu_clock_read(int clock, uint64_t *ns)
{
	int pid = (int)~(unsigned)(clock >> 3);
	unsigned kind = (unsigned)clock & 3;
	struct process *p;

	if (kind > CPU_CLOCK_SCHED)
		return -EINVAL;
	if ((unsigned)clock & CPU_CLOCK_THREAD)
		return cpu_clock_of_thread(pid, kind, ns);
	p = pid ? process_lookup(pid) : process_current();
	if (!p)
		return -EINVAL;
	*ns = process_cpu_ns(p, kind);
	if (pid)
		process_put(p);
	return 0;
}

static int clock_read(int clock, uint64_t *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_TAI:
		*ns = clock_realtime_ns();
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
		*ns = thread_cpu_ns(thread_current(), CPU_CLOCK_SCHED);
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
	return ns_to_timespec(ts, clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE ? COARSE_NS : 1);
}

/* ---- time of day ---- */

static int realtime_set(uint64_t ns)
{
	if (!capable(CAP_SYS_TIME))
		return -EPERM;
	if (ns >= NSEC_MAX || ns < clock_monotonic_ns())
		return -EINVAL;                     /* boot would lie before 1970 */
	clock_set_realtime(ns);
	return 0;
}

SYSCALL(clock_settime, int clock, uaddr_t ts)
{
	uint64_t ns;
	int err;

	if (clock != CLOCK_REALTIME) {
		err = clock_read(clock, &ns);       /* a clock that cannot be set, or none */
		return err || clock >= 0 ? -EINVAL : -EPERM;
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
		if (v.tv_sec < 0 || v.tv_usec < 0 || v.tv_usec >= 1000000)
			return -EINVAL;
	}
	if (!uaddr_is_null(tz) && user_read(&z, tz))
		return -EFAULT;
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
	if ((uint64_t)v.tv_sec > NSEC_MAX / NSEC_PER_SEC - 1)
		return -EINVAL;
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
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
	case CLOCK_TAI:
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_REALTIME_ALARM:
	case CLOCK_BOOTTIME_ALARM:
		return -EOPNOTSUPP;
	default:
		return clock < 0 ? -EOPNOTSUPP : -EINVAL;
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
static long sleep_until_realtime(uint64_t deadline)
{
	for (;;) {
		unsigned changes = clock_realtime_changes();
		uint64_t now = clock_realtime_ns();
		int err;

		if (now >= deadline)
			return 0;
		err = wait_event_deadline(&clock_set_waitq, clock_realtime_changes() != changes,
					  add_saturating(clock_monotonic_ns(), deadline - now));
		if (err && err != -ETIMEDOUT)
			return -ERESTARTNOHAND;
	}
}

SYSCALL(nanosleep, uaddr_t req, uaddr_t rem)
{
	uint64_t ns;
	int err = ns_from_timespec(req, &ns);

	return err ? err : sleep_relative(task_current(), add_saturating(clock_monotonic_ns(), ns), rem);
}

SYSCALL(clock_nanosleep, int clock, int flags, uaddr_t req, uaddr_t rem)
{
	uint64_t ns;
	int err = check_sleep_clock(clock);

	if (!err)
		err = ns_from_timespec(req, &ns);
	if (err)
		return err;
	if (!(flags & TIMER_ABSTIME))
		return sleep_relative(task_current(), add_saturating(clock_monotonic_ns(), ns), rem);
	if (clock == CLOCK_REALTIME || clock == CLOCK_TAI)
		return sleep_until_realtime(ns);
	return sleep_until(ns) ? -ERESTARTNOHAND : 0;
}

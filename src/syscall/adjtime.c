/*
 * adjtime.c - adjtimex(2), clock_adjtime(2): what is known of the clock's quality, stepping it, TAI.
 *
 * CLOCK_REALTIME runs at the counter's rate: nothing steers it. What only describes it (errors, status,
 * time constant) is kept for who asks; a change of rate, or a slow correction, is refused (EOPNOTSUPP).
 * Lock: lock, around the description (leaf).
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <sync/spinlock.h>
#include <syscall/define.h>
#include <task/cpu_clock.h>
#include <task/cred.h>
#include <time/alarm.h>
#include <time/clock.h>
#include <linux/time.h>
#include <linux/timex.h>

#define ERROR_UNKNOWN_US 16000000               /* as long as nobody tells otherwise */
#define TOLERANCE_PPM    (500l << 16)
#define TICK_USEC        (1000000 / USER_HZ)
/* Single-shot corrections of adjtime(3), as the C library writes them. */
#define ADJ_ADJTIME      0x8000u
#define ADJ_READONLY     0x2000u

static struct spinlock lock = SPINLOCK_INIT(RANK_LEAF);
static struct { int status; long maxerror, esterror, constant; } known = {
	STA_UNSYNC, ERROR_UNKNOWN_US, ERROR_UNKNOWN_US, 2,
};

static int request_check(const struct __kernel_timex *x)
{
	bool may = capable(CAP_SYS_TIME);
	long long limit = x->modes & ADJ_NANO ? (long long)NSEC_PER_SEC : 1000000;

	if (x->modes & ADJ_ADJTIME) {
		if (!(x->modes & ADJ_OFFSET_SINGLESHOT & ~ADJ_ADJTIME))
			return -EINVAL;
		if (!(x->modes & ADJ_READONLY) && !may)
			return -EPERM;
	} else {
		if (x->modes && !may)
			return -EPERM;
		if ((x->modes & ADJ_TICK) && (x->tick < 900000 / USER_HZ || x->tick > 1100000 / USER_HZ))
			return -EINVAL;
	}
	if (x->modes & ADJ_SETOFFSET) {
		if (!may)
			return -EPERM;
		if (x->time.tv_usec < 0 || x->time.tv_usec >= limit)
			return -EINVAL;
	}
	return 0;
}

/* Would it change the rate? Setting what is in force is no change. */
static bool is_steering(const struct __kernel_timex *x)
{
	if (x->modes & ADJ_ADJTIME)
		return !(x->modes & ADJ_READONLY) && x->offset;
	return ((x->modes & ADJ_FREQUENCY) && x->freq) || ((x->modes & ADJ_OFFSET) && x->offset) ||
	       ((x->modes & ADJ_TICK) && x->tick != TICK_USEC);
}

static int clock_step(const struct __kernel_timex *x)
{
	int64_t part = x->modes & ADJ_NANO ? x->time.tv_usec : x->time.tv_usec * 1000, by, now;

	if (__builtin_mul_overflow(x->time.tv_sec, (int64_t)NSEC_PER_SEC, &by) || __builtin_add_overflow(by, part, &by))
		return -EINVAL;
	now = (int64_t)clock_realtime_ns();
	if (__builtin_add_overflow(now, by, &now) || now < (int64_t)clock_monotonic_ns())
		return -EINVAL;
	clock_set_realtime((uint64_t)now);
	return 0;
}

static void describe(const struct __kernel_timex *x)
{
	spin_lock(&lock);
	if (x->modes & ADJ_STATUS)
		known.status = (known.status & STA_RONLY) | (x->status & ~STA_RONLY);
	if (x->modes & ADJ_NANO)
		known.status |= STA_NANO;
	if (x->modes & ADJ_MICRO)
		known.status &= ~STA_NANO;
	if (x->modes & ADJ_MAXERROR)
		known.maxerror = x->maxerror < 0 ? 0 : MIN((long)x->maxerror, (long)ERROR_UNKNOWN_US);
	if (x->modes & ADJ_ESTERROR)
		known.esterror = x->esterror < 0 ? 0 : MIN((long)x->esterror, (long)ERROR_UNKNOWN_US);
	if (x->modes & ADJ_TIMECONST) {
		known.constant = x->constant < 0 ? 0 : x->constant;
		if (!(known.status & STA_NANO))
			known.constant += 4;
		known.constant = MIN(known.constant, 10l);
	}
	spin_unlock(&lock);
	if ((x->modes & ADJ_TAI) && x->constant >= 0 && x->constant <= 100000)
		clock_set_tai_offset((int)x->constant);
}

/* All of it. Returns the clock's state. */
static int state_read(struct __kernel_timex *x)
{
	uint64_t ns = clock_realtime_ns();

	memset((char *)x + offsetof(struct __kernel_timex, offset), 0, sizeof *x - offsetof(struct __kernel_timex, offset));
	spin_lock(&lock);
	x->maxerror = known.maxerror;
	x->esterror = known.esterror;
	x->status = known.status;
	x->constant = known.constant;
	spin_unlock(&lock);
	x->precision = 1;
	x->tolerance = TOLERANCE_PPM;
	x->tick = TICK_USEC;
	x->tai = clock_tai_offset();
	x->time.tv_sec = (long long)(ns / NSEC_PER_SEC);
	x->time.tv_usec = (long long)(ns % NSEC_PER_SEC);
	if (!(x->status & STA_NANO))
		x->time.tv_usec /= 1000;
	return x->status & (STA_UNSYNC | STA_CLOCKERR) ? TIME_ERROR : TIME_OK;
}

static long clock_adjust(uaddr_t u)
{
	struct __kernel_timex x;
	int err, state;

	if (user_read(&x, u))
		return -EFAULT;
	err = request_check(&x);
	if (!err && is_steering(&x))
		err = -EOPNOTSUPP;
	if (!err && (x.modes & ADJ_SETOFFSET))
		err = clock_step(&x);
	if (err)
		return err;
	if (!(x.modes & ADJ_ADJTIME))
		describe(&x);
	state = state_read(&x);
	return user_write(u, &x) ? -EFAULT : state;
}

SYSCALL(adjtimex, uaddr_t u) { return clock_adjust(u); }

SYSCALL(clock_adjtime, int clock, uaddr_t u)
{
	struct __kernel_timex x;
	enum alarm_clock base;

	if (user_read(&x, u))
		return -EFAULT;
	if (clock == CLOCK_REALTIME)
		return clock_adjust(u);
	switch (clock) {
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		return -EOPNOTSUPP;
	default:
		if (clock < 0)
			return (clock & 7) == CLOCK_OF_DEVICE ? -EINVAL : -EOPNOTSUPP;
		return alarm_clock_of(clock, &base) ? -EOPNOTSUPP : -EINVAL;
	}
}

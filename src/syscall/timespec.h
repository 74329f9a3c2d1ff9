/* timespec.h - points and spans of time as user mode writes them, in nanoseconds. Past 292 years is as good as never. */
#pragma once
#include <arch/usercopy.h>
#include <base/err.h>
#include <time/clock.h>
#include <linux/time_types.h>

#define NSEC_MAX 0x7fffffffffffffffull

/* 0, -EINVAL. */
static inline int timespec_to_ns(const struct __kernel_timespec *ts, uint64_t *ns)
{
	if (ts->tv_sec < 0 || ts->tv_nsec < 0 || ts->tv_nsec >= (long long)NSEC_PER_SEC)
		return -EINVAL;
	*ns = (uint64_t)ts->tv_sec > NSEC_MAX / NSEC_PER_SEC - 1 ? NSEC_MAX
								  : (uint64_t)ts->tv_sec * NSEC_PER_SEC + (uint64_t)ts->tv_nsec;
	return 0;
}

static inline struct __kernel_timespec timespec_of(uint64_t ns)
{
	return (struct __kernel_timespec){ .tv_sec = (long long)(ns / NSEC_PER_SEC), .tv_nsec = (long long)(ns % NSEC_PER_SEC) };
}

/* 0, -EFAULT, -EINVAL. */
static inline int ns_from_timespec(uaddr_t u, uint64_t *ns)
{
	struct __kernel_timespec ts;

	return user_read(&ts, u) ? -EFAULT : timespec_to_ns(&ts, ns);
}

static inline int ns_to_timespec(uaddr_t u, uint64_t ns)
{
	struct __kernel_timespec ts = timespec_of(ns);

	return user_write(u, &ts);
}

static inline uint64_t add_saturating(uint64_t a, uint64_t b) { return a + b < a || a + b > NSEC_MAX ? NSEC_MAX : a + b; }

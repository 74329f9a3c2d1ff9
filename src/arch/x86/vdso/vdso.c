/*
 * vdso.c - clocks and the CPU's number without entering the kernel: code that runs in user mode.
 *
 * The page before the image is struct vdso_data, read-only here and written by src/time/clock.c. What it
 * does not serve is asked of the kernel. Compiled apart, position-independent and without vector registers;
 * no data of its own, no relocations. A shared object: linux-vdso.so.1, version LINUX_2.6.
 */
#include <asm/unistd.h>
#include <base/compiler.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include <time/vdso_data.h>

#define NSEC_PER_SEC 1000000000ull
#define COARSE (1u << CLOCK_REALTIME_COARSE | 1u << CLOCK_MONOTONIC_COARSE)
/* The GDT's entry whose limit is the CPU's number, node above it; segments.c. */
#define CPU_NUMBER_SELECTOR 0x7b
#define CPU_NUMBER_BITS 12

#define EXPORT __attribute__((visibility("default")))
#define ALIAS(of) __attribute__((weak, alias(#of), visibility("default")))

extern struct vdso_data vdso_data __attribute__((visibility("hidden")));       /* not const: it changes under us */

long __vdso_clock_gettime(int clock, struct __kernel_timespec *ts);
long __vdso_clock_getres(int clock, struct __kernel_timespec *ts);
long __vdso_gettimeofday(struct __kernel_old_timeval *tv, struct timezone *tz);
long __vdso_time(long *to);
long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused);

static inline long syscall2(long nr, long a, long b)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "0"(nr), "D"(a), "S"(b) : "rcx", "r11", "memory");
	return r;
}

/* The counter, not before what comes before it. */
static inline uint64_t ticks(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) :: "memory");
	return (uint64_t)hi << 32 | lo;
}

static inline bool is_served(unsigned clock)
{
	return clock < VDSO_CLOCKS && (vdso_data.served >> clock & 1);
}

static inline uint64_t clock_ns(unsigned clock)
{
	const struct vdso_data *d = &vdso_data;
	uint32_t seq;
	uint64_t ns;

	do {
		while (unlikely((seq = __atomic_load_n(&d->seq, __ATOMIC_ACQUIRE)) & 1))
			__builtin_ia32_pause();
		ns = (uint64_t)((unsigned __int128)ticks() * d->mult >> VDSO_SHIFT) + __atomic_load_n(&d->offset_ns[clock], __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);        /* no instruction: loads stay in order */
	} while (unlikely(__atomic_load_n(&d->seq, __ATOMIC_RELAXED) != seq));
	return ns;
}

EXPORT long __vdso_clock_gettime(int clock, struct __kernel_timespec *ts)
{
	uint64_t ns;

	if (unlikely(!is_served((unsigned)clock)))
		return syscall2(__NR_clock_gettime, clock, (long)ts);
	ns = clock_ns((unsigned)clock);
	ts->tv_sec = (long long)(ns / NSEC_PER_SEC);
	ts->tv_nsec = (long long)(ns % NSEC_PER_SEC);
	return 0;
}

EXPORT long __vdso_clock_getres(int clock, struct __kernel_timespec *ts)
{
	if (unlikely(!is_served((unsigned)clock)))
		return syscall2(__NR_clock_getres, clock, (long)ts);
	if (likely(ts)) {
		ts->tv_sec = 0;
		ts->tv_nsec = COARSE >> clock & 1 ? vdso_data.coarse_ns : 1;
	}
	return 0;
}

EXPORT long __vdso_gettimeofday(struct __kernel_old_timeval *tv, struct timezone *tz)
{
	if (unlikely(!is_served(CLOCK_REALTIME)))
		return syscall2(__NR_gettimeofday, (long)tv, (long)tz);
	if (likely(tv)) {
		uint64_t us = clock_ns(CLOCK_REALTIME) / 1000;

		tv->tv_sec = (long)(us / 1000000);
		tv->tv_usec = (long)(us % 1000000);
	}
	if (unlikely(tz)) {
		tz->tz_minuteswest = vdso_data.tz_minuteswest;
		tz->tz_dsttime = vdso_data.tz_dsttime;
	}
	return 0;
}

EXPORT long __vdso_time(long *to)
{
	long now;

	if (unlikely(!is_served(CLOCK_REALTIME)))
		return syscall2(__NR_time, (long)to, 0);
	now = (long)(clock_ns(CLOCK_REALTIME) / NSEC_PER_SEC);
	if (to)
		*to = now;
	return now;
}

EXPORT long __vdso_getcpu(unsigned *cpu, unsigned *node, void *unused)
{
	unsigned v;

	(void)unused;
	__asm__ volatile("lsl %1, %0" : "=r"(v) : "r"(CPU_NUMBER_SELECTOR));
	if (cpu)
		*cpu = v & ((1u << CPU_NUMBER_BITS) - 1);
	if (node)
		*node = v >> CPU_NUMBER_BITS;
	return 0;
}

long clock_gettime(int clock, struct __kernel_timespec *ts) ALIAS(__vdso_clock_gettime);
long clock_getres(int clock, struct __kernel_timespec *ts) ALIAS(__vdso_clock_getres);
long gettimeofday(struct __kernel_old_timeval *tv, struct timezone *tz) ALIAS(__vdso_gettimeofday);
long time(long *to) ALIAS(__vdso_time);
long getcpu(unsigned *cpu, unsigned *node, void *unused) ALIAS(__vdso_getcpu);

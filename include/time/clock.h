/*
 * clock.h - what time it is. Nanoseconds; monotonic from boot, realtime = monotonic + offset.
 * All reads: any context, lock-free.
 */
#pragma once
#include <base/types.h>

#define NSEC_PER_SEC 1000000000ull
#define TICK_HZ 250                         /* accounting and time slices; stops when idle */
#define USER_HZ 100                         /* unit of times(2) and /proc/pid/stat */

uint64_t clock_monotonic_ns(void);
uint64_t clock_realtime_ns(void);
uint64_t clock_boottime_ns(void);
uint64_t clock_tai_ns(void);                /* realtime + clock_tai_offset() */
void clock_set_realtime(uint64_t ns);       /* task context */
void clock_init(void);                      /* bring-up, after arch_clock_init() */
uint64_t clock_boot_realtime_seconds(void); /* btime of /proc/stat */
/* The page with struct vdso_data (time/vdso_data.h), counted; mapped read-only into user space. */
struct page *clock_vdso_data_page(void);
void clock_vdso_serve(void);                /* bring-up, when it is known whether the CPUs' counters agree */
/* Time zone that settimeofday(2) keeps for whoever asks. */
struct clock_zone { int minuteswest, dsttime; };
void clock_get_zone(struct clock_zone *out);
void clock_set_zone(const struct clock_zone *z);
/* Sleepers to an absolute realtime look again when it is set: the count of settings. */
unsigned clock_realtime_changes(void);
struct waitq;
struct waitq *clock_set_queue(void);        /* this CPU's, for sleepers: all CPUs' are woken after each setting */
extern struct waitq clock_set_waitq;        /* for wake functions of alarms, which take waitq locks; woken then, too */
/* Seconds that TAI is ahead of UTC, 0 until adjtimex(2) tells. */
int clock_tai_offset(void);
void clock_set_tai_offset(int seconds);     /* task context */

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
void clock_set_realtime(uint64_t ns);       /* task context */
void clock_init(void);                      /* bring-up, after arch_clock_init() */
uint64_t clock_boot_realtime_seconds(void); /* btime of /proc/stat */
/* Physical page with struct vdso_data, kept up to date for user mode's vDSO; and the vDSO image itself. */
struct page *clock_vdso_data_page(void);

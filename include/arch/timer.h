/*
 * timer.h - the machine's clock counter and the per-CPU timer interrupt.
 *
 * The counter is the TSC where it may be trusted, scaled by kvmclock, CPUID
 * 0x15/0x40000010, or calibrated against the PIT/HPET/ACPI PM timer.
 */
#pragma once
#include <base/compiler.h>

extern uint64_t arch_clock_mult;            /* ns = (ticks * mult) >> shift; const after boot */
extern unsigned arch_clock_shift;
uint64_t arch_clock_ticks(void);            /* monotonic per machine; any context             */
uint64_t arch_clock_ticks_to_ns(uint64_t ticks);
uint64_t arch_clock_khz(void);
const char *arch_clock_name(void);
uint64_t arch_rtc_read_seconds(void);       /* UTC seconds since 1970 from the RTC, or kvmclock */
void arch_clock_init(void);                 /* boot CPU                                       */
bool arch_clock_is_tsc(void);               /* RDTSC in user mode gives the same ticks (vDSO); after smp_start_all() */
/* Arm this CPU's timer to fire at or after now + delta_ns (one shot); ~0 disarms. Interrupts off. */
void arch_timer_arm(uint64_t delta_ns);

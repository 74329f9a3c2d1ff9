/* cpu.h (model) - the little of the machine that lock-free code asks for. Shadows include/arch/cpu.h. */
#pragma once
#include <base/compiler.h>

/* The caller found nothing to do: it waits for one of the loads since its last store to read something else. */
void model_relax(void);
#define cpu_relax() model_relax()

extern unsigned nr_cpus_online;
void ipi_send_resched(unsigned cpu);        /* these three: nothing, or the test's own */
void ipi_send_xcall(unsigned cpu);
void cpu_yield_to(unsigned cpu);

/*
 * port.c - the machine that host tests run on: threads as CPUs.
 *
 * Linked by tests of src/sync and src/percpu, with src/arch/host/include first
 * on the include path. preempt_schedule() yields the host CPU.
 */
#include <percpu/percpu.h>
#include <percpu/preempt.h>
#include <arch/irq.h>
#include <sched.h>
#include <stdlib.h>

DEFINE_PERCPU(uintptr_t, percpu_base);
DEFINE_PERCPU(unsigned, cpu_number);
DEFINE_PERCPU(atomic_bool, cpu_online);
DEFINE_PERCPU(uint32_t, preempt_count) = PREEMPT_NO_RESCHED;
DEFINE_PERCPU(irqflags_t, host_irq_flags) = IRQ_FLAG_ON;

unsigned nr_cpus;
uintptr_t *percpu_bases;

void host_cpu_enter(unsigned cpu, unsigned n)
{
	uintptr_t *none = NULL, *bases = calloc(n, sizeof *bases);

	if (!bases)
		abort();
	if (!cas_acq_rel(&percpu_bases, &none, bases))  /* acquire: the winner's zeroes; release: ours */
		free(bases);
	store_relaxed(&nr_cpus, n);             /* relaxed: all store the same */
	percpu_base = host_thread_pointer();
	cpu_number = cpu;
	store_release(&percpu_bases[cpu], percpu_base);
	store_release(&cpu_online, true);       /* pairs with cpu_is_online() */
}

void preempt_schedule(void) { sched_yield(); }

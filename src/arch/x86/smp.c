/*
 * smp.c - starting the other CPUs, all at once.
 *
 * One broadcast INIT, one start-up interrupt (another for those that missed
 * it), and every CPU finds its own number, area and stack (ap.asm). Nothing is
 * done for them one by one but to prepare stacks, so that the time it takes
 * hardly grows with their number.
 * Context: smp_start_all() in the boot CPU's bring-up; ap_entry() on each other
 * CPU, interrupts off until its idle loop.
 */
#include "arch_priv.h"
#include <arch/fpu.h>
#include <arch/paging.h>
#include <arch/timer.h>
#include <arch/upcall.h>
#include <lib/string.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <mm/vmalloc.h>
#include <sched/thread.h>
#include <trace/klog.h>

#define TRAMPOLINE 0x8000ul                 /* ap.asm; the first MiB belongs to nobody */
#define EFER_LME   (1u << 8)
#define ONE_MS     1000u
#define WAIT_MS    20000u                   /* a host with few CPUs runs ours in turns */

unsigned nr_cpus_online __ro_after_init = 1;

extern char ap_param_cr3[], ap_param_efer[];
uint64_t *ap_stacks;                        /* tops by CPU number; taken by each CPU once */
uint64_t ap_kernel_cr3;

static void ap_prepare(unsigned cpu)
{
	void *stack = vmalloc_stack(KSTACK_SIZE);

	if (!stack || ist_stacks_alloc(cpu))
		panic("smp: no memory for the stacks of CPU %u", cpu);
	ap_stacks[cpu] = (uintptr_t)stack + KSTACK_SIZE;
}

static void trampoline_place(void)
{
	char *to = phys_to_virt(PADDR(TRAMPOLINE));
	uint32_t cr3 = paging_trampoline_cr3(), efer = EFER_LME | (cpu_features.nx ? EFER_NXE : 0);

	memcpy(to, ap_trampoline_start, ap_trampoline_end - ap_trampoline_start);
	memcpy(to + (ap_param_cr3 - ap_trampoline_start), &cr3, sizeof cr3);
	memcpy(to + (ap_param_efer - ap_trampoline_start), &efer, sizeof efer);
}

/* Until all CPUs have come, at most `us`. */
static bool all_online_within(unsigned us)
{
	uint64_t start = rdtsc(), ticks = us * arch_clock_khz() / 1000;

	while (load_acquire(&nr_cpus_online) < nr_cpus) {       /* pairs with ap_entry() */
		if (rdtsc() - start > ticks)
			return false;
		clock_publish();
		cpu_relax();
	}
	return true;
}

static void __noreturn report_missing(void)
{
	for_each_cpu(cpu)
		if (cpu && ap_stacks[cpu])
			klog(KLOG_ERR, "smp: CPU %u (APIC id %u) does not start\n", cpu, cpu_apic_ids[cpu]);
	panic("smp: %u of %u CPUs answer (boot with maxcpus=1)", nr_cpus_online, nr_cpus);
}

void smp_start_all(void)
{
	if (nr_cpus == 1)
		return;
	ap_stacks = kzalloc(nr_cpus * sizeof *ap_stacks);
	if (!ap_stacks)
		panic("smp: no memory");
	for (unsigned cpu = 1; cpu < nr_cpus; cpu++)
		ap_prepare(cpu);
	ap_kernel_cr3 = kernel_space.root_pa.v;
	trampoline_place();
	clock_publish();

	lapic_send_init_all();
	if (!cpu_features.hypervisor)
		delay_us(10 * ONE_MS);              /* real CPUs of old wanted it */
	lapic_send_startup_all(TRAMPOLINE >> PAGE_SHIFT);
	if (!all_online_within(ONE_MS)) {
		lapic_send_startup_all(TRAMPOLINE >> PAGE_SHIFT);
		if (!all_online_within(WAIT_MS * ONE_MS))
			report_missing();
	}
	clock_check_done();
	kfree(ap_stacks);
	ap_stacks = NULL;
}

void ap_entry(void)
{
	paging_init_cpu();
	cpu_init_this();
	fpu_init_cpu();
	lapic_init_this();
	clock_init_this();
	fetch_add_release(&nr_cpus_online, 1);  /* pairs with all_online_within(): this CPU's records are complete */
	sched_ap_entry();
}

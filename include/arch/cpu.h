/*
 * cpu.h - what a CPU offers and how it pauses, stops and identifies itself.
 *
 * Features are detected once on the boot CPU; has_* are constant afterwards.
 * Implemented by arch/x86 (cpu.c) and arch/host.
 */
#pragma once
#include <base/compiler.h>

struct user_frame;

struct cpu_features {
	bool pcid, invpcid, smep, smap, umip, nx, page_1g, fsgsbase, erms, fsrm;
	bool xsave, xsaveopt, xsaves, avx, rdrand, rdseed, tsc_invariant, tsc_deadline;
	bool x2apic, hypervisor, kvm, kvm_clock, kvm_pv_eoi, kvm_pv_unhalt, kvm_pv_yield, la57, syscall_rdtscp, rdpid, pge;
	uint8_t phys_bits;
	char vendor[13];
	char model_name[49];
	uint32_t family, model, stepping;
	uint32_t hwcap, hwcap2;                 /* AT_HWCAP (CPUID 1, EDX), AT_HWCAP2 of <asm/hwcap2.h> */
};
extern struct cpu_features cpu_features;

static __always_inline void cpu_relax(void) { __asm__ volatile("pause" ::: "memory"); }
void cpu_halt_until_interrupt(void);        /* called with IF clear; returns with IF set after an interrupt  */
/* We have long waited for that CPU: let the hypervisor run it now, if it offers that. Preemption off. */
void cpu_yield_to(unsigned cpu);
void __noreturn cpu_stop_forever(void);     /* this CPU, interrupts off                                       */
void __noreturn machine_reboot(void);
void __noreturn machine_power_off(void);    /* ACPI S5, then the hypervisor's own exits, then halt            */
bool cpu_random_u64(uint64_t *out);         /* RDSEED/RDRAND; false without                                   */
uint32_t cpu_apic_id(unsigned cpu);
size_t cpu_describe(unsigned cpu, char *buf, size_t size);  /* one /proc/cpuinfo stanza; returns its length */

/* Start every other CPU (one broadcast INIT/SIPI); returns when all that answer run sched_ap_entry(). */
void smp_start_all(void);
extern unsigned nr_cpus_online;             /* grows during smp_start_all() only */

/* Inter-processor interrupts. Target != this CPU. Any context. */
void ipi_send_resched(unsigned cpu);        /* -> upcall sched_ipi()      */
void ipi_send_xcall(unsigned cpu);          /* -> upcall xcall_interrupt() */
void ipi_stop_others(void);                 /* panic: NMI/IPI, all others stop */

/*
 * Bring-up of the boot CPU, in this order (src/init/main.c). cpu_features is
 * filled, and early exceptions are caught, before kernel_main().
 */
void early_putc(char c);                    /* polled COM1, from the first instruction on          */
void acpi_early(void);                      /* after boot_mem_init(), identity map: nr_cpus, APIC ids, ports */
void cpu_init_boot(void);                   /* after percpu_init(): GDT, TSS, IDT, control registers, SYSCALL */
void irqchip_init(void);                    /* after mm_init(): local APIC, I/O APICs, guarded exception stacks */
/* then fpu_init_boot(), arch_clock_init(), and after sched_init() smp_start_all() */

/* Registers of a frame, and of the CPU, to the console (panic). */
void registers_print(const struct user_frame *f);

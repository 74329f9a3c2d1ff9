/*
 * segments.c - GDT, TSS and IDT.
 *
 * Every CPU has its own GDT and TSS in its per-CPU area; the IDT is one table
 * for all, written during bring-up only. Selectors are Linux's, for user mode
 * sees them. There is no 32-bit code segment: compatibility mode cannot be
 * entered.
 *
 * NMI, double fault, machine check and debug exceptions run on stacks of their
 * own (IST). The GS base of the stack's CPU stands at the very top of each, above
 * the frame, for these four may interrupt code that runs on the user's GS base:
 *
 *     top      +----------------+
 *     top - 8  | unused         |
 *     top - 16 | GS base        |   <- TSS ist[]
 *              | SS RSP ... RIP |   pushed by the CPU
 */
#include "arch_priv.h"
#include <arch/paging.h>
#include <arch/tlb.h>
#include <base/err.h>
#include <mm/vmalloc.h>
#include <trace/klog.h>

#define GDT_ENTRIES 16
#define GDT_CPU_NUMBER 15                   /* Linux's place: user mode reads its limit with LSL (vdso/vdso.c) */

struct gdt_pointer { uint16_t limit; uint64_t base; } __packed;
struct idt_gate { uint16_t offset_low, selector; uint8_t ist, type; uint16_t offset_mid; uint32_t offset_high, reserved; };
static_assert(sizeof(struct idt_gate) == 16, "64-bit gate");
#define GATE_INTERRUPT 0x8e
#define GATE_USER      0x60                 /* DPL 3: reachable by INT n */

struct gdt { uint64_t entry[GDT_ENTRIES]; };

DEFINE_PERCPU_ALIGNED(struct tss, cpu_tss);
DEFINE_PERCPU_ALIGNED(struct gdt, cpu_gdt);
static struct idt_gate idt[NR_VECTORS] __ro_after_init __attribute__((aligned(16)));
/* For the boot CPU until irqchip_init() gives it guarded ones; one for all: none returns but NMI, and no program is debugged yet. */
static char early_ist_stack[4096] __attribute__((aligned(16)));

static void gate_set(unsigned vector, const char *handler, unsigned ist, uint8_t type)
{
	uintptr_t h = (uintptr_t)handler;

	idt[vector] = (struct idt_gate){
		.offset_low = h, .selector = KERNEL_CS, .ist = ist, .type = type,
		.offset_mid = h >> 16, .offset_high = h >> 32,
	};
}

static void idt_load(void)
{
	struct gdt_pointer p = { sizeof idt - 1, (uintptr_t)idt };

	__asm__ volatile("lidt %0" :: "m"(p));
}

void idt_init_early(void)
{
	for (unsigned v = 0; v < NR_VECTORS; v++)
		gate_set(v, trap_stubs + v * TRAP_STUB_SIZE, 0,
			 GATE_INTERRUPT | (v == TRAP_BP || v == TRAP_OF ? GATE_USER : 0));
	idt_load();
}

static void idt_use_ist(void)
{
	gate_set(TRAP_DB, trap_debug, IST_DB, GATE_INTERRUPT);
	gate_set(TRAP_NMI, trap_nmi, IST_NMI, GATE_INTERRUPT);
	gate_set(TRAP_DF, trap_double_fault, IST_DF, GATE_INTERRUPT);
	gate_set(TRAP_MC, trap_machine_check, IST_MC, GATE_INTERRUPT);
}

/* The address for TSS ist[] of a stack, with the GS base of its CPU in place. */
static uint64_t ist_top(char *stack, size_t size, uintptr_t gs_base)
{
	uintptr_t *top = (uintptr_t *)(stack + size - 16);

	*top = gs_base;
	return (uintptr_t)top;
}

int ist_stacks_alloc(unsigned cpu)
{
	struct tss *tss = cpu_ptr(cpu_tss, cpu);        /* remote: not started yet, or the boot CPU itself */

	for (unsigned i = 0; i < NR_IST; i++) {
		char *stack = vmalloc_stack(IST_STACK_SIZE);

		if (!stack)
			return -ENOMEM;
		tss->ist[i] = ist_top(stack, IST_STACK_SIZE, percpu_bases[cpu]);
	}
	return 0;
}

static void gdt_fill(struct gdt *g, const struct tss *tss, unsigned cpu)
{
	uint64_t base = (uintptr_t)tss, limit = sizeof *tss - 1;

	*g = (struct gdt){ .entry = {
		[KERNEL_CS / 8] = 0x00af9b000000ffff,
		[KERNEL_DS / 8] = 0x00cf93000000ffff,
		[USER_DS / 8]   = 0x00cff3000000ffff,
		[USER_CS / 8]   = 0x00affb000000ffff,
		[TSS_SELECTOR / 8] = limit | (base & 0xffffff) << 16 | 0x89ull << 40 | (base >> 24 & 0xff) << 56,
		[TSS_SELECTOR / 8 + 1] = base >> 32,
		/* Data, read-only, DPL 3, limit in bytes: the CPU's number. Loading it is harmless: base 0, no rights to write. */
		[GDT_CPU_NUMBER] = 0x0040f10000000000 | (cpu & 0xffff) | (uint64_t)(cpu >> 16 & 0xf) << 48,
	} };
}

static void gdt_load(const struct gdt *g)
{
	struct gdt_pointer p = { sizeof *g - 1, (uintptr_t)g };

	__asm__ volatile("lgdt %0" :: "m"(p));
	__asm__ volatile(
		"pushq %0\n\t"
		"leaq 1f(%%rip), %%rax\n\t"
		"pushq %%rax\n\t"
		"lretq\n"
		"1:\n\t"
		"movl %1, %%eax\n\t"
		"movl %%eax, %%ss\n\t"
		"xorl %%eax, %%eax\n\t"
		"movl %%eax, %%ds\n\t"
		"movl %%eax, %%es"
		:: "i"(KERNEL_CS), "i"(KERNEL_DS) : "rax", "memory");
	__asm__ volatile("ltr %w0" :: "r"(TSS_SELECTOR));
	/* Reset leaves a local table at address 0, 64 KiB long: descriptors that user mode could write. */
	__asm__ volatile("lldt %w0" :: "r"(0));
}

void segments_init_this(void)
{
	struct tss *tss = (struct tss *)(percpu_key_(cpu_tss) + this_cpu_read(percpu_base));
	struct gdt *gdt = (struct gdt *)(percpu_key_(cpu_gdt) + this_cpu_read(percpu_base));

	tss->iomap_base = sizeof *tss;          /* no I/O bitmap: user mode has no ports */
	if (!tss->ist[0]) {                     /* boot CPU, before there is an allocator */
		uint64_t top = ist_top(early_ist_stack, sizeof early_ist_stack, this_cpu_read(percpu_base));

		for (unsigned i = 0; i < NR_IST; i++)
			tss->ist[i] = top;
	}
	gdt_fill(gdt, tss, cpu_id());
	gdt_load(gdt);
	if (cpu_id() == 0)
		idt_use_ist();
	idt_load();
	__asm__ volatile("mov %0, %%dr7" :: "r"(0x400ul));  /* no breakpoints yet: watch.c sets a program's */
}

void boot_stack_protect(void)
{
	kernel_unmap((vaddr_t)boot_stack_guard);
	tlb_flush_page_local((vaddr_t)boot_stack_guard);
}

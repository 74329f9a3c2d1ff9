/*
 * apic.c - the local APIC: interrupts between CPUs, the per-CPU timer, end of interrupt.
 *
 * Two ways to its registers, chosen once: MSRs (x2APIC, wherever the CPU has
 * it: one write sends an interrupt) or a window in memory (xAPIC).
 * The timer is the TSC deadline where there is one, else the one-shot counter,
 * whose rate is measured with the clock's (clock.c).
 * Context: all registers belong to the CPU that touches them; any context, NMI
 * only for ipi_stop_others().
 */
#include "arch_priv.h"
#include <arch/io.h>
#include <arch/irq.h>
#include <arch/timer.h>
#include <mm/vmalloc.h>
#include <trace/klog.h>

enum lapic_reg {
	REG_ID = 0x20, REG_TPR = 0x80, REG_EOI = 0xb0, REG_SVR = 0xf0, REG_ESR = 0x280, REG_ICR = 0x300, REG_ICR_HIGH = 0x310,
	REG_LVT_TIMER = 0x320, REG_LVT_THERMAL = 0x330, REG_LVT_PERF = 0x340, REG_LVT_LINT0 = 0x350, REG_LVT_LINT1 = 0x360,
	REG_LVT_ERROR = 0x370, REG_TIMER_INITIAL = 0x380, REG_TIMER_CURRENT = 0x390, REG_TIMER_DIVIDE = 0x3e0,
};
#define APIC_BASE_X2     (1u << 10)
#define APIC_BASE_ENABLE (1u << 11)
#define SVR_ENABLE       (1u << 8)
#define LVT_MASKED       (1u << 16)
#define LVT_NMI          (4u << 8)
#define LVT_DEADLINE     (2u << 17)
#define ICR_FIXED        0u
#define ICR_NMI          (4u << 8)
#define ICR_INIT         (5u << 8)
#define ICR_STARTUP      (6u << 8)
#define ICR_BUSY         (1u << 12)
#define ICR_ASSERT       (1u << 14)
#define ICR_ALL_BUT_SELF (3u << 18)
#define DIVIDE_BY_16     3u
#define TIMER_DIVISOR    16u
#define NOMINAL_MULT     ((1ull << 32) / TIMER_DIVISOR)     /* of a 1 GHz counter */

static volatile char *window __ro_after_init;       /* NULL: x2APIC */
static bool use_x2apic __ro_after_init, is_up __ro_after_init;
static bool use_deadline __ro_after_init;
static uint64_t timer_mult __ro_after_init;         /* one-shot ticks per ns, 32 bits of fraction; 0 = not known yet */
static uint64_t timer_max_ns __ro_after_init;

static inline uint32_t reg_read(enum lapic_reg r)
{
	return use_x2apic ? (uint32_t)rdmsr(MSR_X2APIC_FIRST + (r >> 4)) : mmio_read32(window + r);
}

static inline void reg_write(enum lapic_reg r, uint32_t v)
{
	if (use_x2apic)
		wrmsr(MSR_X2APIC_FIRST + (r >> 4), v);
	else
		mmio_write32(window + r, v);
}

void lapic_eoi(void) { reg_write(REG_EOI, 0); }
const char *lapic_mode_name(void) { return use_x2apic ? "x2APIC" : "xAPIC"; }

/* ---- interrupts to other CPUs ---- */

static void icr_send(uint32_t apic_id, uint32_t command)
{
	irqflags_t flags;

	if (use_x2apic) {
		/* Not a serialising write: what the target is to see must be visible before. */
		__asm__ volatile("mfence; lfence" ::: "memory");
		wrmsr(MSR_X2APIC_FIRST + (REG_ICR >> 4), (uint64_t)apic_id << 32 | command);
		return;
	}
	flags = irq_save();                     /* two writes: a handler that sends must not come between */
	spin_until(!(reg_read(REG_ICR) & ICR_BUSY));
	reg_write(REG_ICR_HIGH, apic_id << 24);
	reg_write(REG_ICR, command);
	irq_restore(flags);
}

void ipi_send_resched(unsigned cpu) { icr_send(cpu_apic_ids[cpu], ICR_FIXED | ICR_ASSERT | VECTOR_RESCHED); }
void ipi_send_xcall(unsigned cpu) { icr_send(cpu_apic_ids[cpu], ICR_FIXED | ICR_ASSERT | VECTOR_XCALL); }
void lapic_send_init_all(void) { icr_send(0, ICR_INIT | ICR_ASSERT | ICR_ALL_BUT_SELF); }
void lapic_send_startup_all(uint8_t page) { icr_send(0, ICR_STARTUP | ICR_ASSERT | ICR_ALL_BUT_SELF | page); }

extern atomic_bool cpus_stopping;

void ipi_stop_others(void)
{
	store_relaxed(&cpus_stopping, true);    /* relaxed: the interrupt itself is the signal */
	if (!is_up || nr_cpus_online == 1)
		return;
	for_each_cpu(cpu)                       /* not broadcast: a parked CPU has no handler */
		if (cpu != cpu_id() && cpu_is_online(cpu))
			icr_send(cpu_apic_ids[cpu], ICR_NMI | ICR_ASSERT);
}

/* ---- timer ---- */

static inline uint64_t mul_shift32(uint64_t a, uint64_t b) { return (unsigned __int128)a * b >> 32; }

static void deadline_arm(uint64_t delta_ns)
{
	uint64_t ticks;

	if (delta_ns == ~0ull) {
		wrmsr(MSR_TSC_DEADLINE, 0);
		return;
	}
	delta_ns = MIN(delta_ns, 3600ull * 1000000000); /* no overflow below; early is allowed */
	ticks = mul_shift32(delta_ns, timer_mult);
	wrmsr(MSR_TSC_DEADLINE, rdtsc() + ticks + 1);
}

/* A delta beyond the counter's range fires early: the timer room looks at the clock and arms again. */
void arch_timer_arm(uint64_t delta_ns)
{
	if (use_deadline)
		deadline_arm(delta_ns);
	else if (delta_ns == ~0ull)
		reg_write(REG_TIMER_INITIAL, 0);
	else
		reg_write(REG_TIMER_INITIAL, mul_shift32(MIN(delta_ns, timer_max_ns), timer_mult) + 1);
}

void lapic_timer_calibrate_begin(void)
{
	reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_16);
	reg_write(REG_TIMER_INITIAL, ~0u);
}

uint32_t lapic_timer_elapsed(void) { return ~0u - reg_read(REG_TIMER_CURRENT); }

/* The counter made `ticks` steps in elapsed_ns; tsc_khz tells the deadline's unit. */
void lapic_timer_set_rate(uint32_t ticks, uint64_t elapsed_ns, uint64_t tsc_khz)
{
	reg_write(REG_TIMER_INITIAL, 0);
	use_deadline = cpu_features.tsc_deadline && tsc_khz;
	if (use_deadline) {
		timer_mult = (tsc_khz << 32) / 1000000;
	} else {
		timer_mult = ((uint64_t)ticks << 32) / elapsed_ns;
		/* Hypervisors run it at 1 GHz exactly; a timer that fires a little early costs a second interrupt. */
		if (cpu_features.hypervisor && timer_mult / (NOMINAL_MULT / 100) - 99 <= 2)
			timer_mult = NOMINAL_MULT;
		timer_max_ns = ((uint64_t)0x7fffffff << 32) / timer_mult;
		klog(KLOG_INFO, "apic: timer at %lu kHz\n", mul_shift32(1000000 * TIMER_DIVISOR, timer_mult));
	}
	lapic_timer_init_this();
}

/* Needs the rate: the boot CPU calls it last in calibration, the others when they start. */
void lapic_timer_init_this(void)
{
	reg_write(REG_TIMER_DIVIDE, DIVIDE_BY_16);
	reg_write(REG_LVT_TIMER, VECTOR_TIMER | (use_deadline ? LVT_DEADLINE : 0));
	if (use_deadline)
		__asm__ volatile("mfence" ::: "memory");   /* the mode before the first deadline (SDM 3A, 10.5.4.1) */
}

/* ---- bring-up ---- */

void lapic_init_this(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if (use_x2apic && !(base & APIC_BASE_X2))
		wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE | APIC_BASE_X2);
	else if (!(base & APIC_BASE_ENABLE))
		wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
	reg_write(REG_TPR, 0);
	reg_write(REG_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	reg_write(REG_LVT_LINT0, LVT_MASKED);
	reg_write(REG_LVT_LINT1, cpu_id() == 0 ? LVT_NMI : LVT_MASKED);
	reg_write(REG_LVT_ERROR, VECTOR_ERROR);
	reg_write(REG_SVR, SVR_ENABLE | VECTOR_SPURIOUS);
	reg_write(REG_ESR, 0);
}

/* The 8259s may raise spurious interrupts even when masked: out of the way of the exceptions' vectors. */
static void legacy_pic_disable(void)
{
	if (!acpi_info.has_8259)
		return;
	io_out8(0x20, 0x11);
	io_out8(0xa0, 0x11);
	io_out8(0x21, VECTOR_LEGACY);
	io_out8(0xa1, VECTOR_LEGACY + 8);
	io_out8(0x21, 4);
	io_out8(0xa1, 2);
	io_out8(0x21, 1);
	io_out8(0xa1, 1);
	io_out8(0x21, 0xff);
	io_out8(0xa1, 0xff);
}

void lapic_init_boot(void)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	use_x2apic = cpu_features.x2apic || (base & APIC_BASE_X2);
	if (!use_x2apic) {
		window = mmio_map(PADDR(base & PAGE_MASK & ((1ull << cpu_features.phys_bits) - 1)), PAGE_SIZE);
		if (!window)
			panic("apic: no memory for the register window");
	}
	legacy_pic_disable();
	lapic_init_this();
	is_up = true;
}

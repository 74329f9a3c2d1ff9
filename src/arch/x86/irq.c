/*
 * irq.c - interrupts: from the vector to its handler, and what they are called.
 *
 * One handler per line, vectors given out in order and never taken back. The
 * counters are per CPU, written by their own CPU with one instruction.
 *   I1  lines[i].handler is published after everything else of the line
 * Lock: lines_lock, for requests only. Handlers run with interrupts off and
 * PREEMPT_HARDIRQ counted, on the stack of what they interrupted.
 */
#include "arch_priv.h"
#include <arch/irq.h>
#include <arch/upcall.h>
#include <base/err.h>
#include <percpu/preempt.h>
#include <sync/rcu.h>
#include <sync/spinlock.h>
#include <trace/klog.h>

#define NR_LINES (VECTOR_DEVICE_END - VECTOR_DEVICE)

struct irq_line {
	irq_handler handler;
	void *arg;
	const char *name;
	uint32_t gsi;
};
struct irq_counts { uint64_t n[NR_VECTORS - NR_TRAPS]; };

static struct irq_line lines[NR_LINES];
static unsigned nr_lines;
static struct spinlock lines_lock = SPINLOCK_INIT(RANK_LEAF);

DEFINE_PERCPU_ALIGNED(struct irq_counts, irq_counts);       /* own CPU; /proc reads */

/* ---- dispatch ---- */

static void device_interrupt(unsigned vector)
{
	struct irq_line *l = &lines[vector - VECTOR_DEVICE];
	irq_handler handler = load_acquire(&l->handler);    /* pairs with line_publish() */

	if (likely(handler))
		handler(l->arg);
	lapic_eoi();                            /* after the handler: a level-triggered line is quiet now */
}

static void dispatch(struct user_frame *f, unsigned vector)
{
	switch (vector) {
	case VECTOR_TIMER:
		lapic_eoi();
		timer_interrupt(FRAME_IS_USER(f));
		break;
	case VECTOR_RESCHED:
		lapic_eoi();
		sched_ipi();
		break;
	case VECTOR_XCALL:
		lapic_eoi();
		xcall_interrupt();
		break;
	case VECTOR_ERROR:
		lapic_eoi();
		warn_once("apic: error interrupt on CPU %u\n", cpu_id());
		break;
	default:                                /* spurious ones, of the 8259s and the local APIC, want no EOI */
		if (vector >= VECTOR_DEVICE && vector < VECTOR_DEVICE_END)
			device_interrupt(vector);
	}
}

/* From trap.asm, interrupts off. */
void irq_dispatch(struct user_frame *f, unsigned vector)
{
	this_cpu_add(preempt_count, PREEMPT_HARDIRQ);
	this_cpu_inc(irq_counts.n[vector - NR_TRAPS]);
	rcu_irq_enter();
	dispatch(f, vector);
	this_cpu_sub(preempt_count, PREEMPT_HARDIRQ);
	if (!FRAME_IS_USER(f) && this_cpu_read(preempt_count) == 0)
		sched_irq_exit_preempt();
}

/* ---- requests ---- */

/* Where an ISA line arrives: by the firmware's overrides, else one to one. */
static void isa_resolve(unsigned isa_irq, uint32_t *gsi, bool *active_low, bool *level)
{
	*gsi = isa_irq;
	*active_low = *level = false;
	for (unsigned i = 0; i < acpi_info.nr_overrides; i++) {
		const struct isa_override *o = &acpi_info.overrides[i];

		if (o->isa != isa_irq)
			continue;
		*gsi = o->gsi;
		*active_low = (o->flags & 3) == 3;
		*level = (o->flags >> 2 & 3) == 3;
	}
}

static bool line_is_taken(uint32_t gsi)
{
	for (unsigned i = 0; i < nr_lines; i++)
		if (lines[i].gsi == gsi)
			return true;
	return false;
}

static int line_publish(uint32_t gsi, irq_handler handler, void *arg, const char *name, unsigned *vector)
{
	int err = 0;

	spin_lock(&lines_lock);
	if (nr_lines == NR_LINES || line_is_taken(gsi)) {
		err = -EBUSY;
	} else {
		lines[nr_lines].arg = arg;
		lines[nr_lines].name = name;
		lines[nr_lines].gsi = gsi;
		store_release(&lines[nr_lines].handler, handler);   /* pairs with device_interrupt() */
		*vector = VECTOR_DEVICE + nr_lines;
		store_release(&nr_lines, nr_lines + 1);             /* pairs with irq_line_name() */
	}
	spin_unlock(&lines_lock);
	return err;
}

int irq_request_gsi(uint32_t gsi, bool active_low, bool level, irq_handler handler, void *arg, const char *name)
{
	unsigned vector;
	int err = line_publish(gsi, handler, arg, name, &vector);

	return err ? err : ioapic_route(gsi, vector, cpu_apic_ids[0], active_low, level);
}

int irq_request_isa(unsigned isa_irq, irq_handler handler, void *arg, const char *name)
{
	uint32_t gsi;
	bool active_low, level;

	isa_resolve(isa_irq, &gsi, &active_low, &level);
	return irq_request_gsi(gsi, active_low, level, handler, arg, name);
}

/* ---- /proc/interrupts ---- */

static const struct { const char *name; uint8_t vector; } system_lines[] = {
	{ "timer", VECTOR_TIMER }, { "resched", VECTOR_RESCHED }, { "xcall", VECTOR_XCALL },
	{ "error", VECTOR_ERROR }, { "spurious", VECTOR_SPURIOUS },
};

const char *irq_line_name(unsigned i)
{
	unsigned n = load_acquire(&nr_lines);   /* pairs with line_publish() */

	if (i < n)
		return lines[i].name;
	return i - n < ARRAY_SIZE(system_lines) ? system_lines[i - n].name : NULL;
}

uint64_t irq_line_count(unsigned i, unsigned cpu)
{
	unsigned n = load_acquire(&nr_lines), vector;

	if (i >= n + ARRAY_SIZE(system_lines))
		return 0;
	vector = i < n ? VECTOR_DEVICE + i : system_lines[i - n].vector;
	/* Another CPU's counter: a word it alone writes, read as it is. */
	return load_relaxed(&cpu_ptr(irq_counts, cpu)->n[vector - NR_TRAPS]);
}

/* ---- bring-up ---- */

void irqchip_init(void)
{
	power_init();
	if (ist_stacks_alloc(0))
		panic("cpu: no memory for exception stacks");
	boot_stack_protect();
	lapic_init_boot();
	clock_lapic_begin();
	ioapic_init();
	klog(KLOG_INFO, "apic: %s, %u I/O APIC%s\n", lapic_mode_name(), acpi_info.nr_ioapics, acpi_info.nr_ioapics == 1 ? "" : "s");
}

/*
 * irq.h - the interrupt flag, and device interrupts.
 */
#pragma once
#include <base/compiler.h>

typedef unsigned long irqflags_t;           /* RFLAGS at the time of irq_save() */
#define IRQ_FLAG_ON 0x200ul                 /* interrupts were on */

static __always_inline irqflags_t irq_save(void)
{
	irqflags_t f;
	__asm__ volatile("pushfq; popq %0; cli" : "=rm"(f) :: "memory");
	return f;
}
static __always_inline void irq_restore(irqflags_t f)
{
	if (f & 0x200)
		__asm__ volatile("sti" ::: "memory");
	else
		barrier();
}
static __always_inline void irq_disable(void) { __asm__ volatile("cli" ::: "memory"); }
static __always_inline void irq_enable(void) { __asm__ volatile("sti" ::: "memory"); }
static inline bool irq_is_enabled(void)
{
	irqflags_t f;
	__asm__ volatile("pushfq; popq %0" : "=rm"(f));
	return f & 0x200;
}

/* Runs in interrupt context with interrupts off. */
typedef void (*irq_handler)(void *arg);
/* Route ISA interrupt isa_irq (through MADT overrides) to handler. 0, -EBUSY, -ENODEV. Bring-up or task context. */
__must_check int irq_request_isa(unsigned isa_irq, irq_handler handler, void *arg, const char *name);
/* The same for a global system interrupt of the I/O APICs. */
__must_check int irq_request_gsi(uint32_t gsi, bool active_low, bool level, irq_handler handler, void *arg, const char *name);
/* For /proc/interrupts and /proc/stat: interrupts taken by cpu for line i; name NULL past the last. */
const char *irq_line_name(unsigned i);
uint64_t irq_line_count(unsigned i, unsigned cpu);

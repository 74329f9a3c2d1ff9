/* irq.h (host) - there are no interrupts; the flag is kept, so that code which asks gets a consistent answer. */
#pragma once
#include <percpu/percpu.h>

typedef unsigned long irqflags_t;
#define IRQ_FLAG_ON 0x200ul
DECLARE_PERCPU(irqflags_t, host_irq_flags);         /* IRQ_FLAG_ON or 0 */

static inline irqflags_t irq_save(void)
{
	irqflags_t f = host_irq_flags;

	host_irq_flags = 0;
	return f;
}
static inline void irq_restore(irqflags_t f) { host_irq_flags = f; }
static inline void irq_disable(void) { host_irq_flags = 0; }
static inline void irq_enable(void) { host_irq_flags = IRQ_FLAG_ON; }
static inline bool irq_is_enabled(void) { return host_irq_flags & IRQ_FLAG_ON; }

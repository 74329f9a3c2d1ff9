/* irq.h (model) - there are no interrupts: a handler is a thread of the test, a CPU of its own. */
#pragma once
#include <percpu/percpu.h>

typedef unsigned long irqflags_t;
#define IRQ_FLAG_ON 0x200ul

static inline irqflags_t irq_save(void) { return IRQ_FLAG_ON; }
static inline void irq_restore(irqflags_t f) { (void)f; }
static inline void irq_disable(void) { }
static inline void irq_enable(void) { }
static inline bool irq_is_enabled(void) { return true; }

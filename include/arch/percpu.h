/* percpu.h - the register that leads to this CPU's area. */
#pragma once
#include <base/types.h>

/* Load base (area minus link address of section .percpu) into this CPU's GS base. Interrupts off. */
void arch_set_percpu_base(uintptr_t base);

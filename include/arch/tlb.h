/*
 * tlb.h - which address space a CPU has loaded, and dropping stale translations.
 *
 * Every change that removes or restricts an entry is followed by a flush before
 * the page or table behind it is reused. A flush goes to the CPUs in s->cpus
 * only: those that have s loaded. A CPU that merely kept translations under an
 * old PCID sees from s->tlb_gen that they are stale when it loads s again.
 * A CPU that runs a kernel thread on s (lazy) leaves s at its first flush.
 *
 * Flushing other CPUs waits for them: task context, interrupts on; spinlocks
 * may be held (waiting CPUs spin with interrupts on), irq_spinlocks may not.
 */
#pragma once
#include <percpu/percpu.h>

struct space;

DECLARE_PERCPU(struct space *, loaded_space);   /* own CPU; written with interrupts off */

/* Drop translations of [start, end) of s everywhere. tables: page-table pages were unlinked too. */
void tlb_flush_range(struct space *s, uint64_t start, uint64_t end, bool tables);
/* One page, of the space loaded here, on this CPU only. */
void tlb_flush_page_local(uint64_t addr);
/* May another CPU hold translations of s? One look at s->cpus; false only when just this CPU has it loaded. */
bool tlb_is_shared(const struct space *s);
/* Nobody uses s any more: make every CPU leave it. Its page tables may be freed afterwards. */
void tlb_retire(struct space *s);
/* Kernel addresses, on all CPUs. */
void tlb_flush_kernel(vaddr_t start, vaddr_t end);
/* Load s on this CPU; interrupts off. */
void tlb_load(struct space *s);

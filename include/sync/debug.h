/*
 * debug.h - what a debug build checks about locks and contexts.
 *
 * Spinlocks held are listed per CPU (they forbid preemption), sleeping locks
 * per thread. A release build has none of it.
 */
#pragma once
#include <arch/cpu.h>
#include <percpu/preempt.h>

#define HELD_MAX 16

struct held_lock { const void *lock; uint16_t rank; bool in_irq; };
struct held_locks { unsigned n; struct held_lock at[HELD_MAX]; };

#ifdef CONFIG_DEBUG
struct held_locks *park_self_locks(void);   /* hook: the running thread's sleeping locks (sched) */
void held_locks_push(struct held_locks *h, const void *lock, unsigned rank, const char *what);
void held_locks_note(struct held_locks *h, const void *lock, unsigned rank, const char *what);  /* any order */
void held_locks_pop(struct held_locks *h, const void *lock, const char *what);
unsigned held_spinlocks(void);              /* by this CPU */
/* The caller may sleep here: panics in interrupts, with preemption off or a spinlock held. */
void might_sleep(void);
/* The caller touches user memory, which may fault: the same, and it holds no lock that a page fault takes. */
void might_fault(void);
void sync_debug_start(void);                /* bring-up: threads exist, so sleeping is checked from now on */
/* Between two steps that another CPU may come between: that happens here, so that tests meet it. */
static inline void debug_linger(void)
{
	for (unsigned i = 0; i < 200; i++)
		cpu_relax();
}
#else
static inline void debug_linger(void) { }
static inline void might_sleep(void) { }
static inline void might_fault(void) { }
static inline void sync_debug_start(void) { }
#endif

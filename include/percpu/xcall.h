/*
 * xcall.h - run a function on other CPUs.
 *
 * Requests go through a lock-free inbox per CPU and one IPI only when the inbox
 * was empty. fn runs in interrupt context with interrupts off: it must be short
 * and take only irq_spinlocks.
 */
#pragma once
#include <percpu/percpu.h>

typedef void (*xcall_fn)(void *arg);

/* Run fn(arg) on cpu (may be this one) and wait until it has run. Task context, interrupts on. */
void xcall_run(unsigned cpu, xcall_fn fn, void *arg);
/* Run fn(arg) on every online CPU for which pick(cpu, pick_arg) holds (NULL: all but this one) and wait. */
void xcall_run_many(bool (*pick)(unsigned cpu, void *pick_arg), void *pick_arg, xcall_fn fn, void *arg);
/* The IPI handler: drains this CPU's inbox. Called by arch with interrupts off. */
void xcall_interrupt(void);

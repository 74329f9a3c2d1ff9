/*
 * gp.h - a grace period by hand, for models: the thread that waits runs it itself.
 *
 * Readers say gp_reader_begin() first and gp_reader_end() last: before and after,
 * their CPU is idle. A model has one thread that waits at a time.
 */
#pragma once
#include <sync/rcu.h>
#include <arch/cpu.h>
#include "../../src/sync/rcu_priv.h"

static inline void gp_reader_begin(void) { rcu_idle_exit(); }
static inline void gp_reader_end(void) { rcu_idle_enter(); }

static inline void gp_wait(void)
{
	unsigned long n = rcu_gp_target();

	rcu_gp_begin(n);
	for_each_cpu(cpu)
		if (cpu != cpu_id())
			spin_until(rcu_gp_cpu_passed(cpu, n));
	rcu_gp_end(n);
}

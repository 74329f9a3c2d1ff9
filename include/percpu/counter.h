/*
 * counter.h - a statistic counted per CPU: adding touches this CPU's memory only.
 * The sum is exact when nobody adds meanwhile, else somewhere between.
 */
#pragma once
#include <percpu/percpu.h>

struct percpu_counter { percpu_dyn_t cells; };          /* int64_t per CPU */

__must_check int percpu_counter_init(struct percpu_counter *c);
void percpu_counter_fini(struct percpu_counter *c);
static inline void percpu_counter_add(struct percpu_counter *c, int64_t n)
{
	/* One instruction: a migration between address and add is impossible. */
	__asm__ volatile("addq %1, %%gs:(%0)" :: "r"(c->cells), "r"(n) : "memory", "cc");
}
int64_t percpu_counter_sum(const struct percpu_counter *c);

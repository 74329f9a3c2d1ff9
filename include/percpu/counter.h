/*
 * counter.h - statistics counted per CPU: adding touches this CPU's memory only.
 *
 * Two kinds. A percpu_counter's sum walks all CPUs; it is exact when nobody adds
 * meanwhile, else somewhere between what it was when the walk began and ended.
 * A bounded_counter also keeps a total that is read in one load, and folds a CPU's
 * part into it whenever that part reaches the batch: the total misses less than
 * batch * nr_cpus, in either direction (bounded_counter_error()).
 * Cost: 1 instruction on this CPU's line; bounded: 1 atomic more for every `batch` added.
 */
#pragma once
#include <percpu/preempt.h>

struct percpu_counter { percpu_dyn_t cells; };          /* int64_t per CPU */

__must_check int percpu_counter_init(struct percpu_counter *c);
void percpu_counter_fini(struct percpu_counter *c);
static inline void percpu_counter_add(struct percpu_counter *c, int64_t n) { percpu_dyn_add(c->cells, n); }
int64_t percpu_counter_sum(const struct percpu_counter *c);

struct bounded_counter {
	atomic_long total;                      /* a: what the CPUs have folded in */
	percpu_dyn_t cells;                     /* int64_t per CPU, |cell| < batch but for a moment; NULL until init */
	int32_t batch;                          /* c */
};

/* Before init the counter works, and every addition is an atomic one. */
__must_check int bounded_counter_init(struct bounded_counter *c, int32_t batch);
void bounded_counter_fini(struct bounded_counter *c);
void bounded_counter_fold(struct bounded_counter *c);   /* slow path of add */
/* Task or interrupt context. */
static inline void bounded_counter_add(struct bounded_counter *c, int64_t n)
{
	int64_t v;

	if (unlikely(!c->cells)) {
		fetch_add_relaxed(&c->total, n);        /* relaxed: a statistic */
		return;
	}
	percpu_dyn_add(c->cells, n);
	v = percpu_dyn_read(c->cells);          /* after a migration another's: then that one is folded early, or ours later */
	if (unlikely(v >= c->batch || v <= -c->batch))
		bounded_counter_fold(c);
}
/* One load. */
static inline int64_t bounded_counter_read(const struct bounded_counter *c) { return load_relaxed(&c->total); }
int64_t bounded_counter_sum(const struct bounded_counter *c);           /* walks the CPUs, as percpu_counter_sum() */
static inline int64_t bounded_counter_error(const struct bounded_counter *c) { return (int64_t)c->batch * nr_cpus; }

/*
 * counter.c - statistics counted per CPU.
 *
 * Sums are taken without any synchronisation: each cell is one aligned word,
 * so a sum is between what it was when the walk began and when it ended.
 */
#include <percpu/counter.h>
#include <base/err.h>

int percpu_counter_init(struct percpu_counter *c)
{
	c->cells = percpu_alloc(sizeof(int64_t), sizeof(int64_t));
	return c->cells ? 0 : -ENOMEM;
}

void percpu_counter_fini(struct percpu_counter *c)
{
	percpu_free(c->cells, sizeof(int64_t));
	c->cells = NULL;
}

int64_t percpu_counter_sum(const struct percpu_counter *c)
{
	int64_t sum = 0;

	for_each_cpu(cpu)
		sum += load_relaxed((int64_t *)percpu_dyn_ptr(c->cells, cpu));   /* relaxed: a statistic */
	return sum;
}

/*
 * counter.c - statistics counted per CPU.
 *
 * Sums are taken without any synchronisation: each cell is one aligned word,
 * so a sum is between what it was when the walk began and when it ended.
 * A bounded counter's fold moves a part from the cell to the total; a sum taken
 * between the two may miss that part or see it twice, an error of less than a batch
 * for each CPU that folds at that moment.
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

static int64_t cells_sum(percpu_dyn_t cells)
{
	int64_t sum = 0;

	for_each_cpu(cpu)
		sum += load_relaxed((int64_t *)percpu_dyn_ptr(cells, cpu));      /* relaxed: a statistic */
	return sum;
}

int64_t percpu_counter_sum(const struct percpu_counter *c) { return cells_sum(c->cells); }

int bounded_counter_init(struct bounded_counter *c, int32_t batch)
{
	percpu_dyn_t cells = percpu_alloc(sizeof(int64_t), sizeof(int64_t));

	if (!cells)
		return -ENOMEM;
	c->batch = batch;
	c->cells = cells;                       /* plain: bring-up, or before others know the counter */
	return 0;
}

void bounded_counter_fini(struct bounded_counter *c)
{
	percpu_free(c->cells, sizeof(int64_t));
	c->cells = NULL;
}

/* The part is read again: this CPU's, now that it cannot change. What an interrupt adds in between stays in the cell. */
void bounded_counter_fold(struct bounded_counter *c)
{
	int64_t n;

	preempt_disable();
	n = percpu_dyn_read(c->cells);
	percpu_dyn_add(c->cells, -n);
	fetch_add_relaxed(&c->total, n);        /* relaxed: a statistic */
	preempt_enable();
}

int64_t bounded_counter_sum(const struct bounded_counter *c)
{
	int64_t sum = c->cells ? cells_sum(c->cells) : 0;

	return sum + load_relaxed(&c->total);   /* relaxed: as the cells */
}

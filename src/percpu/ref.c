/*
 * ref.c - reference counts kept per CPU: the way to one exact number and back.
 *
 *   I1  active is NULL from percpu_ref_freeze_begin() to percpu_ref_thaw(); base is biased until percpu_ref_freeze_end()
 *   I2  nobody touches a cell from a grace period after the freeze began until the thaw
 * Exclusion: freeze, thaw and kill of one ref exclude each other by the caller. Context: task.
 */
#include <percpu/ref.h>
#include <base/err.h>

#define COUNT_BIAS (1u << 29)

int percpu_ref_init(struct percpu_ref *r)
{
	r->cells = percpu_alloc(sizeof(int64_t), sizeof(int64_t));
	if (!r->cells)
		return -ENOMEM;
	refcount_set(&r->base, 1);
	store_relaxed(&r->active, r->cells);    /* relaxed: the object is not known to others yet */
	return 0;
}

void percpu_ref_fini(struct percpu_ref *r)
{
	percpu_free(r->cells, sizeof(int64_t));
	r->cells = NULL;
}

void percpu_ref_freeze_begin(struct percpu_ref *r)
{
	fetch_add_relaxed(&r->base.n, COUNT_BIAS);      /* relaxed: before active is cleared, by the release */
	store_release(&r->active, NULL);                /* pairs with A: who counts in base finds the bias */
}

bool percpu_ref_freeze_end(struct percpu_ref *r)
{
	int64_t sum = 0;

	for_each_cpu(cpu) {
		int64_t *cell = percpu_dyn_ptr(r->cells, cpu);         /* nobody's any more: I2 */

		sum += load_relaxed(cell);
		store_relaxed(cell, 0);
	}
	sum -= COUNT_BIAS;
	/* acq_rel: all users' accesses happen before the end, as in refcount_put() */
	return fetch_add_acq_rel(&r->base.n, (unsigned)sum) + (unsigned)sum == 0;
}

void percpu_ref_thaw(struct percpu_ref *r)
{
	store_release(&r->active, r->cells);            /* pairs with A: the cells are zero */
}

bool percpu_ref_end(struct percpu_ref *r, unsigned held)
{
	return cas_acquire(&r->base.n, &held, 0);       /* acquire: as refcount_put(); who finds 0 learns nothing from it */
}

bool percpu_ref_kill(struct percpu_ref *r)
{
	percpu_ref_freeze_begin(r);
	rcu_synchronize();
	(void)!percpu_ref_freeze_end(r);                /* not 0: the first reference is ours */
	return refcount_put(&r->base);
}

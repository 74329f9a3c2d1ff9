/*
 * rwsem.c - the rare side of per-CPU reader/writer semaphores.
 *
 *   I1  `writer` is set only by who holds write_lock
 *   I2  between the end of the grace period after that and write_unlock no cell grows
 * Lock order: write_lock (its rank is the semaphore's), the queues.
 */
#include <sync/rwsem.h>
#include <base/err.h>

int percpu_rwsem_init(struct percpu_rwsem *s, enum lock_rank rank)
{
	s->cells = percpu_alloc(sizeof(int64_t), sizeof(int64_t));
	if (!s->cells)
		return -ENOMEM;
	s->writer = false;
	waitq_init(&s->readers);
	waitq_init(&s->drained);
	mutex_init(&s->write_lock, rank);
	return 0;
}

void percpu_rwsem_fini(struct percpu_rwsem *s)
{
	percpu_free(s->cells, sizeof(int64_t));
	s->cells = NULL;
}

void percpu_rwsem_read_lock_slow(struct percpu_rwsem *s)
{
	while (!percpu_rwsem_try_read_lock(s))
		wait_event(&s->readers, !load_relaxed(&s->writer));     /* relaxed: the try decides */
}

void percpu_rwsem_read_unlock_slow(struct percpu_rwsem *s)
{
	waitq_wake_all(&s->drained);            /* the fence inside stands between R and the look for the writer */
}

static bool is_drained(struct percpu_rwsem *s)
{
	int64_t sum = 0;

	for_each_cpu(cpu)
		sum += load_acquire((int64_t *)percpu_dyn_ptr(s->cells, cpu));   /* S, pairs with R */
	return !sum;
}

void percpu_rwsem_write_lock(struct percpu_rwsem *s)
{
	mutex_lock(&s->write_lock);
	store_relaxed(&s->writer, true);        /* W; relaxed: the grace period orders it against readers */
	rcu_synchronize_expedited();            /* G */
	wait_event(&s->drained, is_drained(s));
}

void percpu_rwsem_write_unlock(struct percpu_rwsem *s)
{
	store_release(&s->writer, false);       /* pairs with percpu_rwsem_try_read_lock() */
	waitq_wake_all(&s->readers);
	mutex_unlock(&s->write_lock);
}

/*
 * rwsem.h - a sleeping reader/writer lock whose readers write no shared line.
 *
 * For state that is read all the time and changed almost never: readers count
 * themselves in on their CPU; a writer first turns that off, waits a grace period,
 * then waits for the count to drain. A writer pays milliseconds.
 *
 *   reader                                    writer
 *   RCU { writer? slow : cell += 1 (A) }      writer = true (W); grace period (G)
 *   ...                                       sum of cells == 0 (S)? go on, else sleep
 *   RCU { cell -= 1 (R); writer? wake }
 *
 * A reader that saw no writer counted itself in before G ended, so S counts it. After G
 * readers only leave, so the sum falls only, and 0 means that nobody is in. A reader
 * that leaves and does not see the writer did so before G ended: S misses nobody's
 * leaving; one that sees it wakes the writer.
 * Readers may sleep inside, and leave on another CPU. Task context.
 * Cost for readers: 0 atomic instructions, 1 line of this CPU, 1 shared line read.
 */
#pragma once
#include <percpu/percpu.h>
#include <sync/mutex.h>
#include <sync/rcu.h>
#include <sync/waitq.h>

struct percpu_rwsem {
	percpu_dyn_t cells;                     /* int64_t per CPU: readers that entered minus that left there */
	atomic_bool writer;                     /* a: a writer is in or wants to be */
	struct waitq readers;                   /* wait for no writer */
	struct waitq drained;                   /* the writer waits for no reader */
	struct mutex write_lock;                /* writers, one at a time */
};

__must_check int percpu_rwsem_init(struct percpu_rwsem *s, enum lock_rank rank);        /* 0 or -ENOMEM; may sleep */
void percpu_rwsem_fini(struct percpu_rwsem *s);
void percpu_rwsem_read_lock_slow(struct percpu_rwsem *s);
void percpu_rwsem_read_unlock_slow(struct percpu_rwsem *s);
void percpu_rwsem_write_lock(struct percpu_rwsem *s);
void percpu_rwsem_write_unlock(struct percpu_rwsem *s);

static inline bool percpu_rwsem_try_read_lock(struct percpu_rwsem *s)
{
	bool in;

	rcu_read_lock();
	in = likely(!load_acquire(&s->writer)); /* pairs with percpu_rwsem_write_unlock(): what the writer did */
	if (in)
		percpu_dyn_add(s->cells, 1);    /* A */
	rcu_read_unlock();
	return in;
}
static inline void percpu_rwsem_read_lock(struct percpu_rwsem *s)
{
	might_sleep();
	if (unlikely(!percpu_rwsem_try_read_lock(s)))
		percpu_rwsem_read_lock_slow(s);
}
static inline void percpu_rwsem_read_unlock(struct percpu_rwsem *s)
{
	bool slow;

	rcu_read_lock();
	percpu_dyn_add_release(s->cells, -1);   /* R, pairs with S: our section comes before */
	slow = unlikely(load_relaxed(&s->writer));      /* relaxed: a writer not seen waits for this section, see above */
	rcu_read_unlock();
	if (slow)
		percpu_rwsem_read_unlock_slow(s);
}

/*
 * lifo.h - a CPU's own few of something, last given back first: the one that is still warm.
 *
 * A DEFINE_PERCPU variable of a type that LIFO_TYPE declares. Only its CPU touches
 * it, with whatever off that may also come to it there: preemption, or interrupts.
 * Others may look at `n` (load_relaxed) for statistics.
 * Cost: no atomic, no shared line. Users: kernel stacks (sched/stack.c).
 */
#pragma once
#include <base/atomic.h>

#define LIFO_TYPE(name, slots) struct name { unsigned n; void *at[slots]; }

/* An object, or NULL when there is none. */
#define lifo_take(c) ({ \
	__typeof__(c) lifo_ = (c); \
	unsigned n_ = plain_load(&lifo_->n);            /* only we write it */ \
	if (n_) \
		store_relaxed(&lifo_->n, n_ - 1);       /* relaxed: for statistics */ \
	n_ ? lifo_->at[n_ - 1] : NULL; })

/* False when full: the object stays the caller's. */
#define lifo_put(c, object) ({ \
	__typeof__(c) lifo_ = (c); \
	unsigned n_ = plain_load(&lifo_->n);            /* only we write it */ \
	bool room_ = n_ < ARRAY_SIZE(lifo_->at); \
	if (room_) { \
		lifo_->at[n_] = (object); \
		store_relaxed(&lifo_->n, n_ + 1);       /* relaxed: for statistics */ \
	} \
	room_; })

/*
 * ref.h - a reference count kept per CPU, for what is held by many at once and rarely dies.
 *
 * While `active` is set, references are per-CPU cells and nobody knows their sum; a
 * get on one CPU may be put on another. To know it (kill, or freeze and thaw):
 *
 *   1  base += BIAS; active = NULL      later gets and puts go to base, which cannot reach 0
 *   2  wait for a grace period          whoever saw the cells (preemption off) is done with them
 *   3  base += sum of cells - BIAS      now base is the count, exactly
 *
 *   percpu_ref_freeze_begin(r); rcu_synchronize(); if (percpu_ref_freeze_end(r)) ...it was the last...
 *
 * Several refs share one grace period: begin each, wait, end each. thaw goes back.
 * Born with one reference. percpu_ref_put() is true only in frozen state, for the last.
 * Cost: get and put 1 instruction on this CPU's line, no atomic; frozen 1 atomic, 1 shared line.
 * Users: mounts (fs/mount.c).
 */
#pragma once
#include <sync/rcu.h>
#include <sync/refcount.h>

struct percpu_ref {
	refcount_t base;                        /* the first reference, and the whole count while active is NULL */
	percpu_dyn_t active;                    /* r: = cells, or NULL */
	percpu_dyn_t cells;                     /* const: int64_t per CPU; NULL: counted in base always */
};

__must_check int percpu_ref_init(struct percpu_ref *r);                 /* 0 or -ENOMEM; may sleep */
void percpu_ref_fini(struct percpu_ref *r);                             /* after the last put, or unborn */
void percpu_ref_freeze_begin(struct percpu_ref *r);
__must_check bool percpu_ref_freeze_end(struct percpu_ref *r);          /* a grace period after begin; true when the count is 0 */
void percpu_ref_thaw(struct percpu_ref *r);                             /* frozen, and not 0 */
/* Frozen: take the count from `held` to 0 at once, so that percpu_ref_try_get() fails from here on. */
__must_check bool percpu_ref_end(struct percpu_ref *r, unsigned held);
/* Freeze for good and drop the first reference: true when it was the last. May sleep. */
__must_check bool percpu_ref_kill(struct percpu_ref *r);

/* One more, by who holds one. */
static inline void percpu_ref_get(struct percpu_ref *r)
{
	percpu_dyn_t active;

	rcu_read_lock();                        /* a change of mode waits for us */
	active = load_acquire(&r->active);      /* A, pairs with thaw's release: cells are zero */
	if (likely(active))
		percpu_dyn_add(active, 1);
	else
		refcount_get(&r->base);
	rcu_read_unlock();
}
/* In the caller's own RCU read section. False when it has ended. */
static inline bool percpu_ref_try_get(struct percpu_ref *r)
{
	percpu_dyn_t active = load_acquire(&r->active);     /* A */

	if (unlikely(!active))
		return refcount_try_get(&r->base);
	percpu_dyn_add(active, 1);
	return true;
}
/* True for the last: the caller frees. */
static inline bool __must_check percpu_ref_put(struct percpu_ref *r)
{
	percpu_dyn_t active;

	rcu_read_lock();
	active = load_acquire(&r->active);      /* A */
	if (likely(active))
		percpu_dyn_add(active, -1);     /* the grace period before the sum orders our use of the object before its end */
	rcu_read_unlock();
	return unlikely(!active) && refcount_put(&r->base);
}

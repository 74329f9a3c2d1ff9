/*
 * futex_bucket.h - where waiters on user words stand: the part of futexes that knows no user memory.
 *
 *   the waiter                                     the waker
 *   nr_waiters += 1       (A, full fence)          store to the word (user mode)
 *   lock; load the word   (B)                      fence            (C)
 *   equal: queue, unlock, sleep                    nr_waiters == 0? (D) done; else lock, take, unlock, wake
 *
 *   Either D sees A, or B sees the new word: without the fences both could miss each other.
 *
 *   I1  w->bucket is the bucket whose list w stands in, changed under that bucket's lock;
 *       NULL once a waker has taken w: from then on the waker owns w until it stores w->woken
 *   I2  bucket->nr_waiters counts those in the list and those about to enter or just leaving
 *   I3  while the bucket is held (sync/hold.h), its list of waiters changes by who holds it only
 *
 * Users decide how many wait. Who would look at more than FUTEX_STEP of them, or wake more, holds the bucket and does so
 * many at a time: whoever comes meanwhile waits until it is done, so that to all others it is one step, as on Linux.
 *
 * Cost of waking nobody: 1 fence and a load of 1 line; of waiting: 3 atomics.
 * Locks: bucket lock (two: by address).   Context: task.
 */
#pragma once
#include <base/list.h>
#include <mm/futex_key.h>
#include <sync/hold.h>
#include <sync/tuning.h>

struct thread;

struct futex_bucket {
	atomic_uint nr_waiters;                 /* I2 */
	struct spinlock lock;
	struct hold hold;                       /* I3 */
	unsigned nr_pi;                         /* lock: pi_states, and waiters that may become theirs (futex_priv.h) */
	struct list waiters;                    /* lock; real-time ones by priority, then in order of arrival */
	struct list pi_states;                  /* lock */
} __cacheline_aligned;

struct futex_waiter {
	struct list node;
	struct futex_bucket *bucket;                  /* I1; a */
	struct futex_key key;                   /* lock */
	struct thread *thread;
	uint32_t bitset;
	atomic_bool woken;
	uint8_t prio;                           /* real-time priority, or 0; const, of a pi_state's: bucket lock */
	bool is_pi;                             /* const: in a struct pi_waiter */
};

static inline bool futex_key_equal(const struct futex_key *x, const struct futex_key *y)
{
	return x->a == y->a && x->b == y->b;
}

void futex_bucket_init(struct futex_bucket *b);
/* Announce a waiter, then lock; the word is looked at behind that (A, B). */
static inline void futex_bucket_enter(struct futex_bucket *b) __no_lock_analysis
{
	fetch_add_relaxed(&b->nr_waiters, 1);   /* relaxed: the fence orders */
	fence_seq_cst();                        /* A, pairs with C: announce, then look at the word */
	spin_lock_unheld(&b->lock, &b->hold);
}
/* The word has the value: stand in the queue, and unlock. */
void futex_bucket_queue(struct futex_bucket *b, struct futex_waiter *w);
/* It has not: unlock, and be gone. */
static inline void futex_bucket_abandon(struct futex_bucket *b) __no_lock_analysis
{
	spin_unlock(&b->lock);
	fetch_sub_relaxed(&b->nr_waiters, 1);   /* relaxed: too high a count costs a look */
}
static inline bool futex_waiter_is_woken(const struct futex_waiter *w) { return load_acquire(&w->woken); }      /* pairs with futex_wake_taken() */
/* Leave the bucket. True when a waker was faster: then w is woken. */
bool futex_waiter_leave(struct futex_waiter *w);

/* After the word was changed: certainly nobody waits (C, D). */
static inline bool futex_bucket_is_empty(const struct futex_bucket *b)
{
	fence_seq_cst();                        /* C, pairs with A: the word was changed, then D looks for waiters */
	return !load_relaxed(&b->nr_waiters);   /* D */
}
/* Are at most FUTEX_STEP waiters to be looked at in order to find n? Locked. */
bool futex_bucket_is_long(const struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset);
static inline bool futex_bucket_is_short_locked(const struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset)
{
	return likely(load_relaxed(&b->nr_waiters) <= FUTEX_STEP) || !futex_bucket_is_long(b, key, n, bitset);
}
/* Take up to n waiters on key out into `taken`; how many. Locked, in an RCU section that lasts until they are woken. */
unsigned futex_bucket_take_locked(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset,
				  struct list *taken);
/* The same in steps, and wake them. Nothing locked; the caller holds b. */
long futex_bucket_wake_held(struct futex_bucket *b, const struct futex_key *key, unsigned n, uint32_t bitset);
/* Wake them: wakers touch a sleeping thread's struct after its waiter is given back, hence RCU. */
void futex_wake_taken(struct list *taken);

/* Both, by address; x may be y. unheld: and not held. */
void futex_buckets_lock_unheld(struct futex_bucket *x, struct futex_bucket *y);
void futex_buckets_lock(struct futex_bucket *x, struct futex_bucket *y);
void futex_buckets_unlock(struct futex_bucket *x, struct futex_bucket *y);
/* Move up to n waiters on key to to_key; `to` is announced by the caller meanwhile. Both locked. */
unsigned futex_bucket_move_locked(struct futex_bucket *from, struct futex_bucket *to, const struct futex_key *key,
				  const struct futex_key *to_key, unsigned n);
/* The same in steps. Nothing locked; the caller holds both. */
unsigned futex_bucket_move_held(struct futex_bucket *from, struct futex_bucket *to, const struct futex_key *key,
				const struct futex_key *to_key, unsigned n);

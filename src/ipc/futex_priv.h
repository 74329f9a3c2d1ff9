/*
 * futex_priv.h - what futex.c (plain words), futex_pi.c (words with an owner) and futex_pi_wait.c share.
 *
 * A word with an owner has a pi_state in its bucket from the first waiter until the last is gone; the word then holds
 * the owner's tid and FUTEX_WAITERS. A waiter that may be moved to such a word (FUTEX_WAIT_REQUEUE_PI) stands among
 * the plain ones until then.
 *
 *   I1  s->owner is whose tid the word holds, but for s->is_fixing: then the owner is about to write it
 *   I2  s->waiters is in order of urgency, equals in order of arrival; s->top_prio is the first one's
 *   I3  a task runs at least at the greatest top_prio of what it owns
 *   I4  task->pi_blocked is the one waiter that stands in some s->waiters on the task's behalf
 * Lock order: bucket (two: by address), pi_lock of one task at a time. The other way round, along a chain, by trying.
 */
#pragma once
#include <ipc/futex.h>
#include <sync/waitq.h>
#include "futex_bucket.h"

struct task;

struct pi_state {
	struct list bucket_node;                /* bucket lock */
	struct futex_bucket *bucket;            /* const */
	struct futex_key key;                   /* const */
	struct list waiters;                    /* bucket lock: pi_waiter.w.node */
	struct task *owner;                     /* bucket lock; not counted: who ends hands on what it owns */
	struct list owner_node;                 /* the owner's pi_lock */
	uint8_t top_prio;                       /* bucket lock and the owner's pi_lock to write, either to read */
	bool is_fixing;                         /* bucket lock: holds the state even without waiters */
};

struct pi_waiter {
	struct futex_waiter w;                  /* w.bucket NULL: it was given the word */
	struct pi_state *state;                 /* bucket lock; NULL: not moved yet */
	struct futex_key pi_key;                /* const: of the word that it may be moved to */
	struct pi_state *to_fix;                /* set with w.woken: the word is to be written first */
};

struct futex_bucket *futex_bucket_of(const struct futex_key *k);
/* 0, -EINVAL, -EFAULT, -ENOMEM. May sleep. writable: of a word that the call may write. */
__must_check int futex_key_get(uaddr_t word, bool is_private, struct futex_key *out);
__must_check int futex_key_get_writable(uaddr_t word, bool is_private, struct futex_key *out);
/* Stand in the bucket of word if *word == expected. 0 and queued, -EAGAIN, -EFAULT, -EINVAL. */
__must_check int futex_waiter_enqueue(struct futex_waiter *w, uaddr_t word, bool is_private, uint32_t expected);
/* Until is_woken(arg). 0, or, unless that holds by now, -ETIMEDOUT, -ERESTARTSYS. */
int futex_sleep_realtime(bool (*is_woken)(const void *arg), const void *arg, uint64_t ns);
static __always_inline int futex_sleep(bool (*is_woken)(const void *arg), const void *arg, struct futex_deadline d)
{
	int err = 0;

	if (unlikely(d.is_realtime))
		return futex_sleep_realtime(is_woken, arg, d.ns);
	do {
		park_begin(PARK_INTERRUPTIBLE);
		if (is_woken(arg))
			break;
		err = park(PARK_INTERRUPTIBLE, d.ns);
	} while (!err && !is_woken(arg));
	park_end();
	return err;
}
static inline bool futex_sleeper_is_woken(const void *waiter) { return futex_waiter_is_woken(waiter); }
/* A word that could not be written under a lock: have it there. 0: try again, -EFAULT. */
__must_check int futex_word_fault_in(uaddr_t word);

/* ---- futex_pi.c: owners. b: the bucket, locked ---- */

struct pi_state *pi_state_alloc(void);          /* NULL without memory */
void pi_state_free(struct pi_state *s);         /* NULL is fine */
struct pi_state *pi_state_find_locked(struct futex_bucket *b, const struct futex_key *key);
/* Is there a waiter on key for whom a plain wake-up, or a plain move, would be wrong? */
bool pi_stands_locked(struct futex_bucket *b, const struct futex_key *key);
/* Is there a waiter on key that stands behind no owner? */
bool pi_plain_stands_locked(struct futex_bucket *b, const struct futex_key *key);
/*
 * Take the word for t, or find whom it is to wait for. 1: taken; 0: *out is the state (*spare, then NULL, or one that was
 * there). marked: the word is to say FUTEX_WAITERS even if it is free; a state is then made for t itself.
 * -EFAULT: fault it in, -EAGAIN: again; -EDEADLK, -EINVAL, -ESRCH, -EPERM.
 */
__must_check int pi_word_take_locked(struct futex_bucket *b, uaddr_t word, const struct futex_key *key, struct task *t, bool marked,
				     struct pi_state **spare, struct pi_state **out);
/* w stands behind s->owner. Returns the owner, counted, for pi_chain_walk(). */
struct task *pi_waiter_add_locked(struct pi_state *s, struct pi_waiter *w);
/* Out again, not given the word. The owner, counted; *dead: a state for pi_state_free(). */
struct task *pi_waiter_del_locked(struct pi_waiter *w, struct pi_state **dead);
/* s goes from old to its first waiter, which is put into `taken`. A state for pi_state_free() or NULL. */
struct pi_state *pi_hand_over_locked(struct pi_state *s, struct task *old, struct list *taken, bool died);
/* The owner wrote the word. A state for pi_state_free() or NULL. */
struct pi_state *pi_fixed_locked(struct pi_state *s);
/*
 * What t waits for, or owns, changed: priorities along the chain of owners. t is counted, and given back here.
 * True: the chain leads to `me`, or has no end. No lock held.
 */
bool pi_chain_walk(struct task *t, const struct task *me);

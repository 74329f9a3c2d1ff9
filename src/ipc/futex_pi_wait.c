/*
 * futex_pi_wait.c - locking and unlocking words with an owner, and waiting to be moved to one.
 *
 *   waiter    stands in a pi_state (lock), or among the plain waiters until it is moved (wait and requeue)
 *   leaves    given the word: w.bucket is NULL, then w.woken set; or by itself, under the lock of the bucket it is in
 *
 * Words are read and written under the bucket's lock without faulting; on failure everything is undone, the page brought in,
 * retried. Rules of owners and chains: futex_priv.h.   Context: task, may sleep.
 */
#include <ipc/futex.h>
#include <task/task.h>
#include <task/pid.h>
#include <sched/sched.h>
#include <sync/waitq.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include "futex_priv.h"
#include <linux/futex.h>

int futex_word_fault_in(uaddr_t word)
{
	uint32_t value, seen;

	if (user_load_u32(word, &value))
		return -EFAULT;
	return user_cas_u32(word, value, value, &seen);
}

static void waiter_init(struct pi_waiter *w)
{
	struct thread *t = thread_current();

	*w = (struct pi_waiter){ .w = { .thread = t, .bitset = FUTEX_BITSET_MATCH_ANY, .is_pi = true,
					.prio = (uint8_t)sched_effective_prio(t) } };
}

/* ---- sleeping ---- */

/*
 * Not given the word: out of whatever queue w is in. True: a giver was faster, after all. Otherwise *moved says whether
 * it stood behind an owner.
 */
static bool pi_leave(struct pi_waiter *w, bool *moved)
{
	for (;;) {
		struct futex_bucket *b = load_acquire(&w->w.bucket);    /* pairs with pi_hand_over_locked() */
		struct pi_state *dead = NULL;
		struct task *owner = NULL;

		if (!b) {
			spin_until(load_acquire(&w->w.woken));  /* pairs with futex_wake_taken() */
			return true;
		}
		spin_lock_unheld(&b->lock, &b->hold);
		if (load_relaxed(&w->w.bucket) != b) {
			spin_unlock(&b->lock);
			continue;
		}
		*moved = w->state;
		if (w->state) {
			owner = pi_waiter_del_locked(w, &dead);
		} else {
			list_del(&w->w.node);
			b->nr_pi--;
		}
		spin_unlock(&b->lock);
		fetch_sub_relaxed(&b->nr_waiters, 1);
		pi_state_free(dead);
		if (owner)
			(void)pi_chain_walk(owner, NULL);
		return false;
	}
}

/* The last owner ended with the word in this state: write that it is ours. 0, -EFAULT (we own it still, but it does not say so). */
static int word_fix(uaddr_t word, struct pi_state *s)
{
	uint32_t mine = (uint32_t)pid_seen(task_current()->pid) | FUTEX_WAITERS | FUTEX_OWNER_DIED, value, seen;
	struct futex_bucket *b = s->bucket;
	struct pi_state *dead;
	int err = user_load_u32(word, &value);

	while (!err) {
		err = user_cas_u32(word, value, mine, &seen);
		if (!err && seen == value)
			break;
		value = seen;
	}
	spin_lock(&b->lock);
	dead = pi_fixed_locked(s);
	spin_unlock(&b->lock);
	pi_state_free(dead);
	return err;
}

/* Given the word, as pi_leave() or futex_waiter_is_woken() says. 0, -EFAULT. */
static int word_given(struct pi_waiter *w, uaddr_t word) { return w->to_fix ? word_fix(word, w->to_fix) : 0; }

/* Queued: sleep until the word is ours. 0, -EFAULT, or why not: -ETIMEDOUT, -ERESTARTSYS. */
static int wait_for_word(struct pi_waiter *w, uaddr_t word, struct futex_deadline deadline, bool *moved)
{
	int err = futex_sleep(futex_sleeper_is_woken, &w->w, deadline);

	if (!futex_waiter_is_woken(&w->w) && !pi_leave(w, moved))
		return err;
	return word_given(w, word);
}

/* ---- lock ---- */

/* 1: taken; 0: w stands in the queue, *owner (counted) before it; -EAGAIN: only_try. */
static int lock_or_queue(struct pi_waiter *w, uaddr_t word, const struct futex_key *key, bool only_try, struct task **owner)
{
	struct futex_bucket *b = futex_bucket_of(key);
	struct pi_state *spare = pi_state_alloc(), *s;
	int err;

	if (!spare)
		return -ENOMEM;
	for (;;) {
		futex_bucket_enter(b);
		err = pi_word_take_locked(b, word, key, task_current(), false, &spare, &s);
		if (!err && !only_try) {
			*owner = pi_waiter_add_locked(s, w);
			spin_unlock(&b->lock);
			break;
		}
		if (!err && list_empty(&s->waiters) && !s->is_fixing)
			spare = pi_fixed_locked(s);     /* made for nothing */
		futex_bucket_abandon(b);
		if (!err)
			err = -EWOULDBLOCK;
		else if (err == -EAGAIN || (err == -EFAULT && !futex_word_fault_in(word)))
			continue;
		break;
	}
	pi_state_free(spare);
	return err;
}

long futex_lock_pi(uaddr_t word, bool is_private, struct futex_deadline deadline, bool only_try)
{
	struct futex_key key;
	struct pi_waiter w;
	struct task *owner;
	bool moved;
	int err = futex_key_get_writable(word, is_private, &key);

	if (err)
		return err;
	waiter_init(&w);
	err = lock_or_queue(&w, word, &key, only_try, &owner);
	if (err)
		return err == 1 ? 0 : err;
	if (pi_chain_walk(owner, task_current()))
		return pi_leave(&w, &moved) ? word_given(&w, word) : -EDEADLK;  /* its owner may have ended just now */
	err = wait_for_word(&w, word, deadline, &moved);
	return err == -ERESTARTSYS ? -ERESTARTNOINTR : err;
}

/* ---- unlock ---- */

/* Give it to the first waiter, or free it. 0, -EINVAL, -EFAULT, -EAGAIN. b locked. */
static int unlock_locked(struct futex_bucket *b, uaddr_t word, const struct futex_key *key, uint32_t value, struct list *taken,
			 struct pi_state **dead)
{
	struct pi_state *s = pi_state_find_locked(b, key);
	struct task *me = task_current(), *heir;
	uint32_t next = 0, seen;

	if (s) {
		if (s->owner != me || list_empty(&s->waiters))
			return -EINVAL;
		heir = thread_to_task(list_first(&s->waiters, struct futex_waiter, node)->thread);
		next = FUTEX_WAITERS | (uint32_t)pid_seen(heir->pid);
	} else if (pi_plain_stands_locked(b, key)) {
		return -EINVAL;
	}
	if (user_cas_u32_nofault(word, value, next, &seen))
		return -EFAULT;
	if (seen != value)
		return !s || (seen & FUTEX_TID_MASK) == (value & FUTEX_TID_MASK) ? -EAGAIN : -EINVAL;
	if (s)
		*dead = pi_hand_over_locked(s, me, taken, false);
	return 0;
}

long futex_unlock_pi(uaddr_t word, bool is_private)
{
	struct list taken = LIST_INIT(taken);
	struct pi_state *dead = NULL;
	struct futex_bucket *b;
	struct futex_key key;
	uint32_t value;
	int err;

	do {
		if (user_load_u32(word, &value))
			return -EFAULT;
		if ((value & FUTEX_TID_MASK) != (uint32_t)pid_seen(task_current()->pid))
			return -EPERM;
		err = futex_key_get_writable(word, is_private, &key);
		if (err)
			return err;
		b = futex_bucket_of(&key);
		rcu_read_lock();                /* the heir is awake before our priority sinks */
		spin_lock(&b->lock);
		err = unlock_locked(b, word, &key, value, &taken, &dead);
		spin_unlock(&b->lock);
		futex_wake_taken(&taken);
		rcu_read_unlock();
		if (err == -EFAULT && !futex_word_fault_in(word))
			err = -EAGAIN;
	} while (err == -EAGAIN);
	pi_state_free(dead);
	return err;
}

/* ---- waiting to be moved ---- */

long futex_wait_requeue_pi(uaddr_t word, bool is_private, uint32_t expected, struct futex_deadline deadline, uaddr_t to)
{
	struct futex_key key;
	struct pi_waiter w;
	bool moved = false;
	int err;

	if (word.v == to.v)
		return -EINVAL;
	waiter_init(&w);
	err = futex_key_get_writable(to, is_private, &w.pi_key);
	if (!err)
		err = futex_key_get(word, is_private, &key);
	if (!err)
		err = futex_waiter_enqueue(&w.w, word, is_private, expected);
	if (err)
		return err;
	if (futex_key_equal(&key, &w.pi_key))
		return pi_leave(&w, &moved) ? 0 : -EINVAL;      /* one word at two addresses */
	err = wait_for_word(&w, to, deadline, &moved);
	if (err == -ERESTARTSYS)
		return moved ? -EWOULDBLOCK : -ERESTARTNOINTR;
	return err;
}

/* Both buckets are locked; nr_waiters of `to` counts us. */
struct move {
	struct futex_bucket *from, *to;
	struct futex_key key, to_key;
	uaddr_t to_word;
	struct pi_state *spare, *dead;
	struct list *at;                        /* the next of `from`'s waiters to look at */
	struct list taken;
	struct task *owner;                     /* of `to`, counted, once somebody was moved behind it */
};

/* The next of `from`'s waiters on key, or NULL; -EINVAL in *err: not one that may be moved there. */
static struct pi_waiter *next_to_move(struct move *m, int *err)
{
	while (m->at != &m->from->waiters) {
		struct futex_waiter *w = list_entry(m->at, struct futex_waiter, node);

		m->at = m->at->next;
		if (!futex_key_equal(&w->key, &m->key))
			continue;
		if (w->is_pi && futex_key_equal(&container_of(w, struct pi_waiter, w)->pi_key, &m->to_key))
			return container_of(w, struct pi_waiter, w);
		*err = -EINVAL;
		return NULL;
	}
	return NULL;
}

static void unqueue_locked(struct move *m, struct pi_waiter *w)
{
	list_del(&w->w.node);
	m->from->nr_pi--;
	fetch_sub_relaxed(&m->from->nr_waiters, 1);
}

static void give_locked(struct move *m, struct pi_waiter *w)
{
	unqueue_locked(m, w);
	store_release(&w->w.bucket, (struct futex_bucket *)NULL);       /* pairs with pi_leave() */
	list_append(&m->taken, &w->w.node);
}

static void move_locked(struct move *m, struct pi_waiter *w, struct pi_state *s)
{
	struct task *owner;

	unqueue_locked(m, w);
	fetch_add_relaxed(&m->to->nr_waiters, 1);
	owner = pi_waiter_add_locked(s, w);
	if (m->owner)
		task_put(owner);
	else
		m->owner = owner;
}

/* How many were given the word or moved behind its owner, or why not all. */
static long move_all_locked(struct move *m, unsigned n_move)
{
	struct pi_state *s = NULL, *made = NULL;
	struct pi_waiter *w;
	unsigned left = n_move;
	long done = 0;
	int err = 0;

	if (pi_state_find_locked(m->from, &m->key))
		return -EINVAL;
	m->at = m->from->waiters.next;
	w = next_to_move(m, &err);
	if (!w)
		return err;
	err = pi_word_take_locked(m->to, m->to_word, &m->to_key, thread_to_task(w->w.thread), n_move > 0, &m->spare, &s);
	if (err < 0)
		return err;
	if (err == 1) {
		give_locked(m, w);
		done = 1;
		s = made = n_move ? pi_state_find_locked(m->to, &m->to_key) : NULL;
		err = 0;
		w = n_move ? next_to_move(m, &err) : NULL;
	} else {
		left++;                         /* the first one does not count */
	}
	for (; w; done++) {
		if (thread_to_task(w->w.thread) == s->owner) {
			err = -EDEADLK;         /* it would wait for itself */
			break;
		}
		move_locked(m, w, s);
		w = --left ? next_to_move(m, &err) : NULL;
	}
	if (made)                               /* not one that an heir is about to fix: it frees its own */
		m->dead = pi_fixed_locked(made);
	return err ? err : done;
}

long futex_cmp_requeue_pi(uaddr_t from, uaddr_t to, bool is_private, unsigned n_move, uint32_t cmp)
{
	struct move m = { .to_word = to, .spare = pi_state_alloc() };
	uint32_t value;
	long done;

	if (!m.spare)
		return -ENOMEM;
	do {
		list_init(&m.taken);
		done = from.v == to.v ? -EINVAL : futex_key_get(from, is_private, &m.key);
		if (!done)
			done = futex_key_get_writable(to, is_private, &m.to_key);
		if (!done && futex_key_equal(&m.key, &m.to_key))
			done = -EINVAL;
		if (done)
			break;
		m.from = futex_bucket_of(&m.key);
		m.to = futex_bucket_of(&m.to_key);
		/* Those who are to be moved must be seen by wakers of `to` from the moment they can be there. */
		fetch_add_relaxed(&m.to->nr_waiters, 1);
		fence_seq_cst();
		futex_buckets_lock_unheld(m.from, m.to);
		rcu_read_lock();
		if (user_load_u32_nofault(from, &value))
			done = -EFAULT;
		else
			done = value == cmp ? move_all_locked(&m, n_move) : -EWOULDBLOCK;
		futex_buckets_unlock(m.from, m.to);
		fetch_sub_relaxed(&m.to->nr_waiters, 1);
		futex_wake_taken(&m.taken);
		rcu_read_unlock();
		if (done == -EFAULT && (user_load_u32(from, &value) || futex_word_fault_in(to)))
			break;
	} while (done == -EFAULT || (done == -EAGAIN && value == cmp));
	pi_state_free(m.spare);
	pi_state_free(m.dead);
	if (m.owner)
		(void)pi_chain_walk(m.owner, NULL);
	return done;
}

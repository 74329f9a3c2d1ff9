/*
 * futex_pi.c - words with an owner: who it is, who waits for it, and with what priority it runs therefore.
 *
 * Invariants I1 to I4 and the lock order: futex_priv.h. The word is handed over by who unlocks it (nobody can take it in
 * between); when its owner ended, its heir writes the word itself, for the owner may have seen it at another address.
 *
 * A chain (a waits for b, b owns that and waits for c ...) is followed with one pi_lock, and the bucket of what that task waits
 * for, which is only tried for: against the order, so on failure everything is let go and looked at again.
 * A state is freed with its last waiter. Locks: bucket, pi_lock.   Context: task; nothing here sleeps.
 */
#include <ipc/futex.h>
#include <task/task.h>
#include <task/pid.h>
#include <sched/sched.h>
#include <mm/slab.h>
#include <arch/cpu.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include "futex_priv.h"
#include <linux/futex.h>

#define CHAIN_MAX 1024                          /* as Linux: a longer one counts as a deadlock */

struct pi_state *pi_state_alloc(void)
{
	struct pi_state *s = kmalloc(sizeof *s, ALLOC_ZERO);

	if (s)
		list_init(&s->waiters);
	return s;
}

void pi_state_free(struct pi_state *s) { kfree(s); }

struct pi_state *pi_state_find_locked(struct futex_bucket *b, const struct futex_key *key)
{
	struct pi_state *s;

	list_for_each(s, &b->pi_states, bucket_node)
		if (futex_key_equal(&s->key, key))
			return s;
	return NULL;
}

bool pi_stands_locked(struct futex_bucket *b, const struct futex_key *key)
{
	struct futex_waiter *w;

	if (pi_state_find_locked(b, key))
		return true;
	list_for_each(w, &b->waiters, node)
		if (w->is_pi && futex_key_equal(&w->key, key))
			return true;
	return false;
}

static struct task *task_of(struct pi_waiter *w) { return thread_to_task(w->w.thread); }
static struct pi_waiter *first_of(struct pi_state *s) { return list_first(&s->waiters, struct pi_waiter, w.node); }
static uint8_t top_of(struct pi_state *s) { return list_empty(&s->waiters) ? 0 : first_of(s)->w.prio; }

/* I3. pi_lock held. */
static void lend_locked(struct task *t)
{
	struct pi_state *s;
	unsigned prio = 0;

	list_for_each(s, &t->pi_owned, owner_node)
		if (s->top_prio > prio)
			prio = s->top_prio;
	sched_lend_prio(&t->thread, prio);
}

static void waiter_insert(struct pi_state *s, struct pi_waiter *w)
{
	struct pi_waiter *before;

	/* Equals, as most are, stand at the end: many of them are not to be passed. */
	if (!list_empty(&s->waiters) && list_last(&s->waiters, struct pi_waiter, w.node)->w.prio >= w->w.prio) {
		list_append(&s->waiters, &w->w.node);
		return;
	}
	list_for_each(before, &s->waiters, w.node)
		if (before->w.prio < w->w.prio)
			break;
	list_append(&before->w.node, &w->w.node);       /* past the end, this is the list's head */
}

/* I2. The bucket is locked; the owner's priority follows by pi_chain_walk(). */
static void top_update_locked(struct pi_state *s)
{
	uint8_t top = top_of(s);

	if (s->top_prio == top)
		return;
	spin_lock(&s->owner->pi_lock);
	s->top_prio = top;
	spin_unlock(&s->owner->pi_lock);
}

/* ---- states ---- */

static void state_add_locked(struct futex_bucket *b, const struct futex_key *key, struct pi_state *s, struct task *owner)
{
	s->bucket = b;
	s->key = *key;
	s->owner = owner;
	list_append(&b->pi_states, &s->bucket_node);
	list_append(&owner->pi_owned, &s->owner_node);  /* its pi_lock is held, too */
	b->nr_pi++;
}

/* Nobody waits any more. pi_lock of the owner held. */
static void state_del_locked(struct pi_state *s)
{
	list_del(&s->owner_node);
	list_del(&s->bucket_node);
	s->bucket->nr_pi--;
}

/* The first waiter: make the state, for the owner whom the word names. */
static int state_make_locked(struct futex_bucket *b, uaddr_t word, const struct futex_key *key, uint32_t value,
			     struct pi_state **spare, struct pi_state **out)
{
	struct task *owner = value & FUTEX_TID_MASK ? task_lookup((int)(value & FUTEX_TID_MASK)) : NULL;
	bool is_gone = true;
	uint32_t seen;

	if (owner) {
		spin_lock(&owner->pi_lock);
		is_gone = owner->pi_is_gone;
		if (!is_gone) {
			state_add_locked(b, key, *spare, owner);
			*out = *spare;
			*spare = NULL;
		}
		spin_unlock(&owner->pi_lock);
		task_put(owner);
	}
	if (!is_gone)
		return 0;
	/* It ended; if it had this word in its robust list, the word shows it by now. */
	if (user_load_u32_nofault(word, &seen))
		return -EFAULT;
	return seen != value ? -EAGAIN : -ESRCH;
}

/* One waits already: the word must name the owner that we know. */
static int state_check_locked(const struct pi_state *s, uint32_t value)
{
	uint32_t tid = value & FUTEX_TID_MASK;

	if (s->is_fixing || ((value & FUTEX_OWNER_DIED) && !tid))
		return 0;
	return tid == (uint32_t)pid_seen(s->owner->pid) ? 0 : -EINVAL;
}

bool pi_plain_stands_locked(struct futex_bucket *b, const struct futex_key *key)
{
	struct futex_waiter *w;

	list_for_each(w, &b->waiters, node)
		if (futex_key_equal(&w->key, key))
			return true;
	return false;
}

/* The word has no owner: t's now. */
static int take_free_locked(struct futex_bucket *b, uaddr_t word, const struct futex_key *key, uint32_t value, struct task *t,
			    bool marked, struct pi_state **spare)
{
	uint32_t mine = (value & FUTEX_OWNER_DIED) | (uint32_t)pid_seen(t->pid) | (marked ? FUTEX_WAITERS : 0), seen;

	if (user_cas_u32_nofault(word, value, mine, &seen))
		return -EFAULT;
	if (seen != value)
		return -EAGAIN;
	if (marked) {
		spin_lock(&t->pi_lock);
		state_add_locked(b, key, *spare, t);
		(*spare)->is_fixing = true;     /* until the caller has moved whom it wants to move */
		spin_unlock(&t->pi_lock);
		*spare = NULL;
	}
	return 1;
}

int pi_word_take_locked(struct futex_bucket *b, uaddr_t word, const struct futex_key *key, struct task *t, bool marked,
			struct pi_state **spare, struct pi_state **out)
{
	struct pi_state *s = pi_state_find_locked(b, key);
	uint32_t value, seen;

	if (user_load_u32_nofault(word, &value))
		return -EFAULT;
	if ((value & FUTEX_TID_MASK) == (uint32_t)pid_seen(t->pid))
		return -EDEADLK;
	if (s) {
		*out = s;
		return state_check_locked(s, value);
	}
	if (pi_plain_stands_locked(b, key))
		return -EINVAL;
	if (!(value & FUTEX_TID_MASK))
		return take_free_locked(b, word, key, value, t, marked, spare);
	if (!(value & FUTEX_WAITERS)) {
		if (user_cas_u32_nofault(word, value, value | FUTEX_WAITERS, &seen))
			return -EFAULT;
		if (seen != value)
			return -EAGAIN;
		value |= FUTEX_WAITERS;
	}
	return state_make_locked(b, word, key, value, spare, out);
}

/* ---- waiters ---- */

struct task *pi_waiter_add_locked(struct pi_state *s, struct pi_waiter *w)
{
	struct task *t = task_of(w);

	w->w.key = s->key;
	spin_lock(&t->pi_lock);
	w->w.prio = (uint8_t)sched_effective_prio(&t->thread);
	w->state = s;
	store_release(&w->w.bucket, s->bucket);         /* pairs with pi_leave() */
	t->pi_blocked = w;
	spin_unlock(&t->pi_lock);
	waiter_insert(s, w);
	top_update_locked(s);
	task_get(s->owner);
	return s->owner;
}

struct task *pi_waiter_del_locked(struct pi_waiter *w, struct pi_state **dead)
{
	struct pi_state *s = w->state;
	struct task *t = task_of(w), *owner = s->owner;

	spin_lock(&t->pi_lock);
	t->pi_blocked = NULL;
	spin_unlock(&t->pi_lock);
	list_del(&w->w.node);
	task_get(owner);
	top_update_locked(s);
	*dead = NULL;
	if (list_empty(&s->waiters) && !s->is_fixing) {
		spin_lock(&owner->pi_lock);
		state_del_locked(s);
		spin_unlock(&owner->pi_lock);
		*dead = s;
	}
	return owner;
}

struct pi_state *pi_hand_over_locked(struct pi_state *s, struct task *old, struct list *taken, bool died)
{
	struct pi_waiter *w = first_of(s);
	struct task *heir = task_of(w);
	struct futex_bucket *b = s->bucket;
	struct pi_state *dead = NULL;

	list_del(&w->w.node);
	spin_lock(&old->pi_lock);
	list_del(&s->owner_node);
	lend_locked(old);
	spin_unlock(&old->pi_lock);

	spin_lock(&heir->pi_lock);
	heir->pi_blocked = NULL;
	s->owner = heir;
	s->top_prio = top_of(s);
	list_append(&heir->pi_owned, &s->owner_node);
	s->is_fixing = died;
	if (list_empty(&s->waiters) && !died) {
		state_del_locked(s);
		dead = s;
	}
	lend_locked(heir);
	w->to_fix = died ? s : NULL;
	store_release(&w->w.bucket, (struct futex_bucket *)NULL);       /* pairs with pi_leave(); with pi_lock: see pi_chain_walk() */
	spin_unlock(&heir->pi_lock);
	list_append(taken, &w->w.node);
	fetch_sub_relaxed(&b->nr_waiters, 1);
	return dead;
}

struct pi_state *pi_fixed_locked(struct pi_state *s)
{
	s->is_fixing = false;
	if (!list_empty(&s->waiters))
		return NULL;
	spin_lock(&s->owner->pi_lock);
	state_del_locked(s);
	spin_unlock(&s->owner->pi_lock);
	return s;
}

/* ---- chains ---- */

/* With t's pi_lock and b held: t's waiter goes where its priority now belongs. The next owner, counted. */
static struct task *reorder_locked(struct task *t, struct pi_waiter *w)
{
	struct pi_state *s = w->state;
	uint8_t prio = (uint8_t)sched_effective_prio(&t->thread);

	if (w->w.prio != prio) {
		w->w.prio = prio;
		list_del(&w->w.node);
		waiter_insert(s, w);
	}
	task_get(s->owner);
	return s->owner;
}

bool pi_chain_walk(struct task *t, const struct task *me) __no_lock_analysis
{
	unsigned depth = 0;

	while (t != me && depth < CHAIN_MAX) {
		struct futex_bucket *b;
		struct pi_waiter *w;
		struct task *next;

		spin_lock(&t->pi_lock);
		lend_locked(t);
		w = t->pi_blocked;
		if (!w || (!me && w->w.prio == sched_effective_prio(&t->thread))) {
			spin_unlock(&t->pi_lock);
			task_put(t);
			return false;
		}
		b = load_relaxed(&w->w.bucket);         /* not NULL while pi_blocked is w */
		if (!spin_trylock(&b->lock)) {
			spin_unlock(&t->pi_lock);
			cpu_relax();
			continue;
		}
		next = reorder_locked(t, w);
		spin_unlock(&t->pi_lock);
		top_update_locked(w->state);
		spin_unlock(&b->lock);
		task_put(t);
		t = next;
		depth++;
	}
	task_put(t);
	return true;
}

void futex_pi_adjust(struct task *t)
{
	bool waits;

	spin_lock(&t->pi_lock);                 /* who begins to wait takes its priority under it */
	waits = t->pi_blocked;
	spin_unlock(&t->pi_lock);
	if (!waits)
		return;
	task_get(t);
	(void)pi_chain_walk(t, NULL);
}

/* ---- the end of an owner ---- */

void futex_pi_exit(struct task *t)
{
	for (;;) {
		struct list taken = LIST_INIT(taken);
		struct pi_state *s, *dead = NULL;
		struct futex_bucket *b;

		spin_lock(&t->pi_lock);
		t->pi_is_gone = true;
		if (list_empty(&t->pi_owned)) {
			spin_unlock(&t->pi_lock);
			return;
		}
		s = list_first(&t->pi_owned, struct pi_state, owner_node);
		b = s->bucket;
		spin_unlock(&t->pi_lock);
		rcu_read_lock();
		spin_lock(&b->lock);
		/* Others cannot give it away, but the last waiter may have gone, and the state with it. */
		spin_lock(&t->pi_lock);
		if (list_empty(&t->pi_owned) || list_first(&t->pi_owned, struct pi_state, owner_node) != s || s->bucket != b)
			s = NULL;
		spin_unlock(&t->pi_lock);
		if (s)
			dead = pi_hand_over_locked(s, t, &taken, true);
		spin_unlock(&b->lock);
		futex_wake_taken(&taken);
		rcu_read_unlock();
		pi_state_free(dead);
	}
}

/* exec: what the old program owned is given away, the new one may own again. */
void futex_pi_restart(struct task *t)
{
	futex_pi_exit(t);
	spin_lock(&t->pi_lock);
	t->pi_is_gone = false;
	spin_unlock(&t->pi_lock);
}

/*
 * mutex.c - sleeping locks.
 *
 * owner:   0            free, nobody waits
 *          T            held by thread T
 *          T | WAITERS  held, somebody is queued: unlock takes the slow path
 *          WAITERS      free, one waiter was woken to take it; anyone may steal it
 *
 * Taking: CAS 0 -> T. Failing that, spin while the owner runs on a CPU (it will
 * be done sooner than we could sleep and wake), then queue and park. A woken
 * waiter competes with newcomers; one that lost once is starved, and the next
 * unlock gives it the lock directly. So a waiter is passed over at most by those
 * who came during one wake-up.
 *
 *   I1  WAITERS is set while the queue is not empty (set by the queued, cleared
 *       by the last to leave), except between a queue's last leaving and its clearing,
 *       both under wait_lock
 *   I2  a free lock with a queue has a woken waiter, or one awake under wait_lock
 * Lock order: wait_lock, run queue.  Context: task, may sleep.
 * Spinning looks at the owner's thread without a reference: preemption is off,
 * and threads are freed after an RCU grace period.
 */
#include <sync/mutex.h>
#include <sync/debug.h>
#include <sync/tuning.h>
#include <sync/waitq.h>
#include <base/err.h>
#include <arch/cpu.h>
#include <trace/klog.h>

#define WAITERS  1ul

struct mutex_waiter {
	struct list node;                       /* m->waiters; wait_lock */
	struct thread *thread;
	bool starved;                           /* wait_lock: was woken and lost to a thief */
};

static unsigned long self_word(void) { return (unsigned long)park_self(); }
static unsigned long owner_of(unsigned long v) { return v & ~WAITERS; }

#ifdef CONFIG_DEBUG
static void debug_take(struct mutex *m, unsigned rank)
{
	might_sleep();
	held_locks_push(park_self_locks(), m, rank, "mutex");
}
static void debug_note(struct mutex *m) { held_locks_note(park_self_locks(), m, m->rank, "mutex"); }
static void debug_give(struct mutex *m) { held_locks_pop(park_self_locks(), m, "mutex"); }
#define mutex_rank(m) ((m)->rank)
#else
static inline void debug_take(struct mutex *m, unsigned rank) { (void)m; (void)rank; }
static inline void debug_note(struct mutex *m) { (void)m; }
static inline void debug_give(struct mutex *m) { (void)m; }
#define mutex_rank(m) RANK_NONE
#endif

void mutex_init(struct mutex *m, enum lock_rank rank)
{
	*m = (struct mutex)MUTEX_INIT(*m, rank);
}

static bool take_free(struct mutex *m)
{
	unsigned long v = load_relaxed(&m->owner);      /* relaxed: the CAS checks it */

	return !owner_of(v) && cas_acquire(&m->owner, &v, v | self_word());   /* pairs with mutex_unlock() */
}

/* Spin while the owner runs and nobody wants this CPU. True when taken. */
static bool spin_on_owner(struct mutex *m)
{
	bool taken = false;

	preempt_disable();
	for (unsigned i = 0; i < MUTEX_SPIN_MAX; i++) {
		unsigned long v = load_relaxed(&m->owner);

		if (!owner_of(v)) {
			taken = take_free(m);
			if (taken)
				break;
		} else if (!thread_is_on_cpu((struct thread *)owner_of(v)) || preempt_is_wanted()) {
			break;
		}
		cpu_relax();
	}
	preempt_enable();
	return taken;
}

static void leave_queue_locked(struct mutex *m, struct mutex_waiter *w)
{
	list_del(&w->node);
	if (list_empty(&m->waiters))
		fetch_and_relaxed(&m->owner, ~WAITERS); /* relaxed: ordering comes from taking and giving */
}

/* Under wait_lock: take the lock if it is free or was given to us. */
static bool take_queued_locked(struct mutex *m)
{
	unsigned long v = load_relaxed(&m->owner);      /* relaxed: a direct hand-over happens under wait_lock, too */

	for (;;) {
		if (owner_of(v) == self_word())
			return true;
		if (!owner_of(v)) {
			if (cas_acquire(&m->owner, &v, self_word() | WAITERS))
				return true;
		} else if ((v & WAITERS) || cas_relaxed(&m->owner, &v, v | WAITERS)) {
			return false;
		}
	}
}

/* Somebody must be awake for a free lock (I2): the leaving waiter may have been the one. */
static void pass_wakeup_locked(struct mutex *m)
{
	if (!owner_of(load_relaxed(&m->owner)) && !list_empty(&m->waiters))
		unpark(list_first(&m->waiters, struct mutex_waiter, node)->thread);
}

static int lock_queued(struct mutex *m, enum park_mode mode)
{
	struct mutex_waiter w = { .thread = park_self() };
	int err = 0;

	spin_lock(&m->wait_lock);
	list_append(&m->waiters, &w.node);
	while (!take_queued_locked(m)) {
		if (err) {
			leave_queue_locked(m, &w);
			pass_wakeup_locked(m);
			spin_unlock(&m->wait_lock);
			return -EINTR;
		}
		park_begin(mode);                       /* before the unlock: an unpark from here on counts */
		spin_unlock(&m->wait_lock);
		err = park(mode, ~0ull);
		spin_lock(&m->wait_lock);
		w.starved = true;
	}
	leave_queue_locked(m, &w);
	spin_unlock(&m->wait_lock);
	return 0;
}

static int lock_slow(struct mutex *m, enum park_mode mode)
{
	return spin_on_owner(m) ? 0 : lock_queued(m, mode);
}

static inline bool lock_fast(struct mutex *m)
{
	unsigned long free = 0;

	return likely(cas_acquire(&m->owner, &free, self_word()));      /* pairs with mutex_unlock() */
}

void mutex_lock_nested(struct mutex *m, enum lock_rank rank)
{
	debug_take(m, rank);
	if (!lock_fast(m))
		(void)lock_slow(m, PARK_UNINTERRUPTIBLE);       /* cannot fail uninterruptibly */
}

void mutex_lock(struct mutex *m)
{
	debug_take(m, mutex_rank(m));
	if (!lock_fast(m))
		(void)lock_slow(m, PARK_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *m)
{
	int err;

	debug_take(m, mutex_rank(m));
	if (lock_fast(m))
		return 0;
	err = lock_slow(m, PARK_INTERRUPTIBLE);
	if (err)
		debug_give(m);
	return err;
}

bool mutex_trylock(struct mutex *m)
{
	if (!take_free(m))
		return false;
	debug_note(m);
	return true;
}

static __noinline void unlock_slow(struct mutex *m)
{
	struct mutex_waiter *w;

	spin_lock(&m->wait_lock);
	if (list_empty(&m->waiters)) {
		store_release(&m->owner, 0);    /* pairs with the takers' acquires; so do the next two */
	} else {
		w = list_first(&m->waiters, struct mutex_waiter, node);
		store_release(&m->owner, WAITERS | (w->starved ? (unsigned long)w->thread : 0));
		unpark(w->thread);              /* it cannot leave before it has wait_lock */
	}
	spin_unlock(&m->wait_lock);
}

void mutex_unlock(struct mutex *m)
{
	unsigned long mine = self_word();

	assert(mutex_is_held(m));
	debug_give(m);
	if (unlikely(!cas_release(&m->owner, &mine, 0ul)))
		unlock_slow(m);
}

bool mutex_is_held(const struct mutex *m)
{
	return owner_of(load_relaxed(&m->owner)) == self_word();        /* relaxed: own word cannot change under us */
}

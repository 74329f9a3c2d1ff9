/*
 * waitq.h - wait queues with a waiter count: waking nobody is one load.
 *
 * No wake-up is lost when the state change is ordered before the count is read:
 *   waitq_wake_*_ordered()  the caller did a read-modify-write, released a mutex or fenced since the
 *                           change; a spinlock's release, being a plain store, does NOT count
 *   waitq_wake_*()          issues the fence itself
 * Waiters announce themselves (count), fence, then test their condition.
 *
 *   err = wait_event_interruptible(&p->readers, pipe_has_data(p));
 *
 * Cost of waking nobody: a load, 0 atomic instructions; waitq_wake_*() 1 fence. 1 line.
 * The queue's lock is an irq_spinlock taken only when somebody waits: wakers may
 * be in interrupt context. `cond` is evaluated without the lock, may be evaluated
 * often, and must not sleep.
 */
#pragma once
#include <sync/spinlock.h>
#include <sync/debug.h>
#include <base/list.h>

struct thread;

struct waitq {
	atomic_uint nr_waiters;                 /* lock to write, a to peek */
	struct irq_spinlock lock;
	struct list waiters;                    /* non-exclusive first, exclusive last; lock */
};

struct waiter {
	struct list node;                       /* q->waiters; q->lock */
	struct waitq *q;
	struct thread *thread;
	bool exclusive;                         /* wake_one stops after one of these that was woken */
	bool woken;                             /* exclusive: has a wake-up that it has not yet used; q->lock */
	bool rearmed;                           /* own: used a wake-up, and looked again; q->lock     */
	bool gave_up;                           /* own: leaves on an error, not because cond holds  */
	/* Called under q->lock with the waker's event mask; NULL: unpark thread. Returns true when it woke somebody. */
	bool (*wake)(struct waiter *w, uint32_t events);
};

#define WAITQ_INIT(name) { 0, IRQ_SPINLOCK_INIT(RANK_WAITQ), LIST_INIT((name).waiters) }
void waitq_init(struct waitq *q);

/* Add / remove w; adding ends in a full fence. A waiter removed twice is harmless. Any task context. */
void waitq_add(struct waitq *q, struct waiter *w);
void waitq_remove(struct waiter *w);
void waitq_rearm(struct waiter *w);         /* maybe woken in vain: may be chosen again. After park_begin() */
/* Somebody waits here; for a hint only. */
static inline bool waitq_is_active(const struct waitq *q) { return load_relaxed(&q->nr_waiters) != 0; }

void waitq_wake_slow(struct waitq *q, unsigned nr_exclusive, uint32_t events);
void waitq_wake_locked(struct waitq *q, unsigned nr_exclusive, uint32_t events);        /* q->lock held */
static inline void waitq_wake_events_ordered(struct waitq *q, unsigned nr, uint32_t events)
{
	fence_after_rmw();                      /* B, pairs with C in waitq_add(); an instruction on no x86 */
	if (unlikely(load_relaxed(&q->nr_waiters)))
		waitq_wake_slow(q, nr, events);
}
static inline void waitq_wake_all_ordered(struct waitq *q) { waitq_wake_events_ordered(q, ~0u, ~0u); }
static inline void waitq_wake_one_ordered(struct waitq *q) { waitq_wake_events_ordered(q, 1, ~0u); }
static inline void waitq_wake_all(struct waitq *q) { fence_seq_cst(); waitq_wake_all_ordered(q); }
static inline void waitq_wake_one(struct waitq *q) { fence_seq_cst(); waitq_wake_one_ordered(q); }

/*
 * Parking the running thread (hooks that sched fills). park_begin() announces
 * that the thread is about to sleep; an unpark from then on makes park() return.
 * park() returns 0 when unparked, -ETIMEDOUT at deadline_ns (absolute monotonic; ~0 none),
 * -ERESTARTSYS when `mode` allows and a signal is pending.
 */
enum park_mode { PARK_UNINTERRUPTIBLE, PARK_INTERRUPTIBLE, PARK_KILLABLE };
void park_begin(enum park_mode mode);
int park(enum park_mode mode, uint64_t deadline_ns);
void park_end(void);                        /* back to running without having slept */
void unpark(struct thread *t);              /* any context; idempotent              */
struct thread *park_self(void);
bool thread_is_on_cpu(const struct thread *t);  /* a hint: it may have stopped meanwhile */

uint64_t sync_now_ns(void);                 /* monotonic (time fills it) */

#define wait_event_common(q_, cond, mode, deadline, excl) ({ \
	int werr_ = 0; \
	might_sleep(); \
	if (!(cond)) { \
		struct waiter w_ = { .thread = park_self(), .exclusive = (excl) }; \
		waitq_add((q_), &w_); \
		for (;;) { \
			park_begin(mode); \
			if (unlikely(load_relaxed(&w_.woken))) \
				waitq_rearm(&w_); \
			if (cond) { werr_ = 0; break; } \
			if (werr_) { w_.gave_up = true; break; } \
			werr_ = park((mode), (deadline)); \
		} \
		park_end(); \
		waitq_remove(&w_); \
	} \
	werr_; })
/* waitq_add() appends; an exclusive waiter that is woken but leaves early passes the wake-up on in waitq_remove(). */
#define wait_event(q, cond) ((void)wait_event_common((q), cond, PARK_UNINTERRUPTIBLE, ~0ull, false))
#define wait_event_interruptible(q, cond) wait_event_common((q), cond, PARK_INTERRUPTIBLE, ~0ull, false)
#define wait_event_interruptible_exclusive(q, cond) wait_event_common((q), cond, PARK_INTERRUPTIBLE, ~0ull, true)
#define wait_event_killable(q, cond) wait_event_common((q), cond, PARK_KILLABLE, ~0ull, false)
#define wait_event_deadline(q, cond, deadline_ns) wait_event_common((q), cond, PARK_INTERRUPTIBLE, (deadline_ns), false)

/*
 * poll.h - readiness: pollables, and tables of waits for poll, select and epoll.
 *
 * Everything that can be polled owns a pollable: wait queue with waiter count, watcher count,
 * generation. The generation is bumped only while somebody watches; 0 means "not maintained,
 * poll me". epoll caches a poll result under the generation.
 */
#pragma once
#include <sync/generation.h>
#include <sync/waitq.h>
#include <linux/eventpoll.h>

struct pollable {
	struct waitq waitq;
	struct generation gen;                  /* watched by epoll items that cache */
};
void pollable_init(struct pollable *p);
/* State changed in a way that may make `events` ready: wakes waiters. _ordered as in waitq.h. Any context. */
void pollable_notify_slow(struct pollable *p, uint32_t events);
static inline void pollable_notify_ordered(struct pollable *p, uint32_t events)
{
	fence_after_rmw();                      /* pairs with waitq_add() and gen_watch() */
	if (unlikely(load_relaxed(&p->waitq.nr_waiters) | load_relaxed(&p->gen.nr_watchers)))
		pollable_notify_slow(p, events);
}
static inline void pollable_notify(struct pollable *p, uint32_t events) { fence_seq_cst(); pollable_notify_ordered(p, events); }
/* State changed, and nothing became ready: cached results are void. */
static inline void pollable_touch_ordered(struct pollable *p) { gen_bump_ordered(&p->gen); }

/*
 * A poll operation is called with the caller's locks held (epoll's mutex, RCU never): it looks at
 * single words and takes spinlocks at most. It registers first and looks afterwards.
 */
struct poll_table {
	/* Register interest; called by a file's poll operation for each queue it may wait on. */
	void (*add)(struct poll_table *pt, struct waitq *q);
	int error;                              /* -ENOMEM from add */
};
static inline void poll_wait_queue(struct poll_table *pt, struct waitq *q) { if (pt) pt->add(pt, q); }
static inline void poll_wait(struct poll_table *pt, struct pollable *p) { poll_wait_queue(pt, &p->waitq); }

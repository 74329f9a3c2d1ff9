/*
 * poll.h - readiness: pollables, and tables of waits for poll, select and epoll.
 *
 * Everything that can be polled owns a pollable: wait queue with waiter count, watcher count,
 * generation. The generation is bumped only while somebody watches; 0 means "not maintained,
 * poll me". epoll caches a poll result under the generation.
 */
#pragma once
#include <sync/waitq.h>
#include <linux/eventpoll.h>

struct pollable {
	struct waitq waitq;
	atomic_uint nr_watchers;                /* epoll items that cache */
	atomic_ulong generation;                /* starts at 1; grows with every change while watched */
};
void pollable_init(struct pollable *p);
/* State changed in a way that may make `events` ready: wakes waiters. _ordered as in waitq.h. Any context. */
void pollable_notify_slow(struct pollable *p, uint32_t events);
static inline void pollable_notify_ordered(struct pollable *p, uint32_t events)
{
	if (unlikely(load_relaxed(&p->waitq.nr_waiters) | load_relaxed(&p->nr_watchers)))
		pollable_notify_slow(p, events);
}
static inline void pollable_notify(struct pollable *p, uint32_t events) { fence_seq_cst(); pollable_notify_ordered(p, events); }
/* State changed, and nothing became ready: cached results are void. */
static inline void pollable_touch_ordered(struct pollable *p)
{
	if (unlikely(load_relaxed(&p->nr_watchers)))
		fetch_add_release(&p->generation, 1);   /* pairs with epoll's load: a reader of the new number polls anew */
}

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

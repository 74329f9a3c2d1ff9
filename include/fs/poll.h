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
	atomic_ulong generation;
};
void pollable_init(struct pollable *p);
/* State changed in a way that may make `events` ready: wakes waiters. _ordered as in waitq.h. */
void pollable_notify_slow(struct pollable *p, uint32_t events);
static inline void pollable_notify_ordered(struct pollable *p, uint32_t events)
{
	if (unlikely(load_relaxed(&p->waitq.nr_waiters) | load_relaxed(&p->nr_watchers)))
		pollable_notify_slow(p, events);
}
static inline void pollable_notify(struct pollable *p, uint32_t events) { fence_seq_cst(); pollable_notify_ordered(p, events); }

struct poll_table {
	/* Register interest; called by a file's poll operation for each queue it may wait on. */
	void (*add)(struct poll_table *pt, struct pollable *p);
	int error;                              /* -ENOMEM from add */
};
static inline void poll_wait(struct poll_table *pt, struct pollable *p) { if (pt) pt->add(pt, p); }

/*
 * poll.c - telling waiters and watchers that something changed.
 *
 * The generation is raised before the waiters are woken: an epoll that is woken never takes a result
 * cached under the old number for the new state. It starts at 1, 0 being "not maintained".
 * Context: any but NMI.
 */
#include <fs/poll.h>

void pollable_init(struct pollable *p)
{
	waitq_init(&p->waitq);
	p->nr_watchers = 0;
	p->generation = 1;
}

void pollable_notify_slow(struct pollable *p, uint32_t events)
{
	if (load_relaxed(&p->nr_watchers))             /* relaxed: ordered by the caller, waitq.h */
		fetch_add_release(&p->generation, 1);  /* pairs with epoll's load before it polls */
	waitq_wake_events_ordered(&p->waitq, 1, events);
}

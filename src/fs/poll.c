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
	gen_init(&p->gen);
}

void pollable_notify_slow(struct pollable *p, uint32_t events)
{
	gen_bump_ordered(&p->gen);
	waitq_wake_events_ordered(&p->waitq, 1, events);
}

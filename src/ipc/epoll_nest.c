/*
 * epoll_nest.c - epolls that watch epolls: no cycles, no deep chains.
 *
 * A wake-up runs from an epoll to those that watch it, taking a lock at each step; so the chains must end, and the
 * locks need an order. Both come from the level (I5 of epoll_priv.h): an epoll that is to watch another rises above
 * it, and those above rise with it, or nothing changes and the answer is ELOOP. Levels never sink.
 * The search visits MAX_NEST_VISITS epolls at most: wide graphs may be refused, as by Linux.
 * Locks: nest_lock (RANK_POLL).        Context: task.
 * Tests: tests/abi/event/epoll_nested.c.
 */
#include "epoll_priv.h"

#define MAX_NEST_VISITS 1000u

static struct spinlock nest_lock = SPINLOCK_INIT(RANK_POLL);

static void level_set(struct epoll *ep, unsigned level)
{
	ep->level = level;
#ifdef CONFIG_DEBUG
	ep->wait.lock.inner.rank = ep->pollable.waitq.lock.inner.rank = (uint16_t)level_rank(ep);
#endif
}

void epoll_level_init(struct epoll *ep) { level_set(ep, 0); }

/* May ep rise to `level`, and those above it accordingly? nest_lock held. Recursion is EPOLL_MAX_LEVEL deep. */
static bool level_may_rise_locked(struct epoll *ep, unsigned level, unsigned *visits)
{
	struct item *it;

	if (ep->level >= level)
		return true;
	if (level > EPOLL_MAX_LEVEL || ++*visits > MAX_NEST_VISITS)
		return false;
	list_for_each(it, &ep->outers, outer_node)
		if (!level_may_rise_locked(it->ep, level + 1, visits))
			return false;
	return true;
}

static void level_rise_locked(struct epoll *ep, unsigned level)
{
	struct item *it;

	if (ep->level >= level)
		return;
	level_set(ep, level);
	list_for_each(it, &ep->outers, outer_node)
		level_rise_locked(it->ep, level + 1);
}

int item_nest(struct epoll *outer, struct epoll *inner, struct item *it)
{
	unsigned visits = 0;
	int err = -ELOOP;

	spin_lock(&nest_lock);
	list_push(&inner->outers, &it->outer_node);    /* so that a cycle leads back here */
	if (level_may_rise_locked(outer, inner->level + 1, &visits)) {
		level_rise_locked(outer, inner->level + 1);
		err = 0;
	} else {
		list_del(&it->outer_node);
	}
	spin_unlock(&nest_lock);
	return err;
}

void item_unnest(struct item *it)
{
	spin_lock(&nest_lock);
	list_del(&it->outer_node);
	spin_unlock(&nest_lock);
}

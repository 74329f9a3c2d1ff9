/*
 * epoll_nest.c - epolls that watch epolls: no cycles, no deep chains.
 *
 * A wake-up runs from an epoll to those that watch it, taking a lock at each step; so the chains must end, and the
 * locks need an order. Both come from the level (I5 of epoll_priv.h): an epoll that is to watch another rises above
 * it, and those above rise with it, or nothing changes and the answer is ELOOP. Levels never sink.
 * The search visits MAX_NEST_VISITS epolls at most: wide graphs may be refused, as by Linux.
 *
 * A wake-up takes every way that leads up from the file, with interrupts off, and layers that watch each other have as many as the
 * product of their widths. So the ways are counted, by length, before they can be taken (I6): when a file comes below epolls that
 * are watched, and for all files below an epoll when it is to be watched.
 * Locks: nest_lock (RANK_EPOLL_NEST); visit_lock: one walks down at a time.        Context: task.
 * Tests: tests/abi/event/epoll_nested.c, epoll_paths.c.
 */
#include "epoll_priv.h"

#define MAX_NEST_VISITS 1000u

static struct spinlock nest_lock = SPINLOCK_INIT(RANK_EPOLL_NEST);
static struct mutex visit_lock = MUTEX_INIT(visit_lock, RANK_EPOLL_VISIT);
static uint64_t last_visit;                     /* visit_lock */
/* Ways from a file over so many epolls to the outermost one: as in Linux. Over none: any number, they are a list that is walked. */
static const unsigned paths_max[EPOLL_MAX_LEVEL + 1] = { UINT32_MAX, 500, 100, 50, 10 };

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

/* ---- ways up ---- */

/* Count the ways from ep, to which `length` epolls lead. False when there are too many. nest_lock held. */
static bool count_up_locked(const struct epoll *ep, unsigned length, unsigned *count)
{
	const struct item *it;

	if (list_empty(&ep->outers))
		return ++count[length] <= paths_max[length];
	list_for_each(it, &ep->outers, outer_node)
		if (!count_up_locked(it->ep, length + 1, count))        /* I5: no longer than the levels are high */
			return false;
	return true;
}

bool item_paths_fit(const struct file *f)
{
	unsigned count[EPOLL_MAX_LEVEL + 1] = { 0 };
	bool fit = true;

	spin_lock(&nest_lock);
	spin_lock(watch_lock(f));
	for (const struct item *it = f->watches; it && fit; it = it->next_watch)
		fit = count_up_locked(it->ep, 0, count);
	spin_unlock(watch_lock(f));
	spin_unlock(&nest_lock);
	return fit;
}

/* I6 for all files below ep, each epoll looked at once. visit_lock held. Recursion is EPOLL_MAX_LEVEL deep. */
static bool paths_below_fit(struct epoll *ep)
{
	bool fit = true;

	epoll_lock(ep);
	ep->visit = last_visit;
	for (struct rbnode *n = rbtree_first(&ep->items); n && fit; n = rbtree_next(n)) {
		const struct file *f = container_of(n, struct item, node)->file;        /* there as long as the item is: I3 */
		struct epoll *inner = file_is_epoll(f) ? f->priv : NULL;

		if (!inner)
			fit = item_paths_fit(f);
		else if (inner->visit != last_visit)
			fit = paths_below_fit(inner);
	}
	mutex_unlock(&ep->lock);
	return fit;
}

/* ---- nesting ---- */

static int link_outer(struct epoll *outer, struct epoll *inner, struct item *it)
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

int item_nest(struct epoll *outer, struct epoll *inner, struct item *it)
{
	int err = link_outer(outer, inner, it);
	bool fit;

	if (err)
		return err;
	mutex_lock(&visit_lock);
	last_visit++;
	fit = paths_below_fit(inner);
	mutex_unlock(&visit_lock);
	if (fit)
		return 0;
	item_unnest(it);
	return -EINVAL;
}

void item_unnest(struct item *it)
{
	spin_lock(&nest_lock);
	list_del(&it->outer_node);
	spin_unlock(&nest_lock);
}

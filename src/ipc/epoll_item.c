/*
 * epoll_item.c - the items of an epoll: who pays, which file and queues they hang in, how they end.
 *
 * Each watched file has an item in the epoll's tree, by (file, fd), and a waiter in each of the file's wait queues.
 * It holds no reference on the file: the file's last put finds its items through file->watches and removes them
 * (I3 of epoll_priv.h), racing with an epoll that ends and with EPOLL_CTL_DEL. Whoever gets ep->lock first does it.
 * Locks: ep->lock, watch bucket (RANK_POLL), waitq of the file, ready_lock.      Context: task, may sleep.
 * Tests: tests/abi/event/epoll_close.c, epoll_ctl.c, limits.c.
 */
#include "epoll_priv.h"
#include "ipc_priv.h"
#include <lib/hash.h>
#include <mm/slab.h>

#define NR_WATCH_LOCKS 16u

static struct slab_cache *item_cache __ro_after_init;
static struct spinlock watch_locks[NR_WATCH_LOCKS];
uint64_t epoll_max_user_watches;

/* One more for the user that made ep; root's are not counted. */
static bool item_charge(struct epoll *ep)
{
	if (ep->account == &account_root)
		return true;
	if (fetch_add_relaxed(&ep->account->epoll_watches, 1) < (long)load_relaxed(&epoll_max_user_watches))     /* relaxed: a limit */
		return true;
	fetch_sub_relaxed(&ep->account->epoll_watches, 1);
	return false;
}

static void item_discharge(struct epoll *ep)
{
	if (ep->account != &account_root)
		fetch_sub_relaxed(&ep->account->epoll_watches, 1);      /* relaxed: a limit */
}

int item_alloc(struct epoll *ep, struct file *target, int fd, struct item **out)
{
	struct item *it;

	if (!item_charge(ep))
		return -ENOSPC;
	it = slab_alloc(item_cache, ALLOC_ZERO);
	if (!it) {
		item_discharge(ep);
		return -ENOMEM;
	}
	it->ep = ep;
	it->file = target;
	it->fd = fd;
	*out = it;
	return 0;
}

void item_free(struct item *it)
{
	item_discharge(it->ep);
	slab_free(item_cache, it);
}

static int item_compare(const struct item *it, const struct file *file, int fd)
{
	if (it->file != file)
		return (uintptr_t)file < (uintptr_t)it->file ? -1 : 1;
	return fd < it->fd ? -1 : fd > it->fd;
}

struct item *item_find(const struct epoll *ep, const struct file *file, int fd)
{
	struct rbnode *n = ep->items.root;

	while (n) {
		struct item *it = container_of(n, struct item, node);
		int c = item_compare(it, file, fd);

		if (!c)
			return it;
		n = c < 0 ? n->left : n->right;
	}
	return NULL;
}

/* ---- linked to files ---- */

struct spinlock *watch_lock(const struct file *f)
{
	return &watch_locks[hash_u64((uintptr_t)f / sizeof *f) % NR_WATCH_LOCKS];
}

struct item_table { struct poll_table table; struct item *item; };

/* A queue of the item's file: wait in it. */
static void item_add_wait(struct poll_table *pt, struct waitq *q)
{
	struct item *it = container_of(pt, struct item_table, table)->item;
	struct item_wait *w = it->waits ? kzalloc(sizeof *w) : &it->first_wait;

	if (!w) {
		pt->error = -ENOMEM;
		return;
	}
	w->item = it;
	w->waiter.wake = item_wake;
	w->waiter.exclusive = it->events & EPOLLEXCLUSIVE;
	w->next = it->waits;
	it->waits = w;
	waitq_add(q, &w->waiter);
}

static void item_watch(struct item *it)
{
	struct file *f = it->file;

	spin_lock(watch_lock(f));
	it->next_watch = f->watches;
	it->prev_watch = (struct item **)&f->watches;
	if (it->next_watch)
		it->next_watch->prev_watch = &it->next_watch;
	f->watches = it;
	spin_unlock(watch_lock(f));
	if (f->pollable) {
		it->is_watcher = true;
		gen_watch(&f->pollable->gen);          /* before our first poll */
	}
}

void item_remove(struct item *it)
{
	struct epoll *ep = it->ep;
	struct file *f = it->file;
	irqflags_t flags;

	while (it->waits) {
		struct item_wait *w = it->waits;

		it->waits = w->next;
		waitq_remove(&w->waiter);
		if (w != &it->first_wait)
			kfree(w);
	}
	flags = irq_spin_lock_nested(&ep->ready_lock, level_rank(ep));
	if (it->is_ready)
		list_del(&it->ready_node);
	irq_spin_unlock(&ep->ready_lock, flags);
	rbtree_remove(&ep->items, &it->node);
	if (it->is_watcher)
		gen_unwatch(&f->pollable->gen);
	if (file_is_epoll(f))
		item_unnest(it);
	spin_lock(watch_lock(f));
	*it->prev_watch = it->next_watch;
	if (it->next_watch)
		it->next_watch->prev_watch = it->prev_watch;
	spin_unlock(watch_lock(f));                    /* f may be gone from here on */
	item_free(it);
}

/* The link where (file, fd) would stand; NULL when it does stand there. */
static struct rbnode **item_slot(struct epoll *ep, const struct file *file, int fd, struct rbnode **parent)
{
	struct rbnode **link = &ep->items.root;

	*parent = NULL;
	while (*link) {
		int c = item_compare(container_of(*link, struct item, node), file, fd);

		if (!c)
			return NULL;
		*parent = *link;
		link = c < 0 ? &(*link)->left : &(*link)->right;
	}
	return link;
}

int item_insert_locked(struct item *it)
{
	struct item_table pt = { .table = { .add = item_add_wait }, .item = it };
	struct rbnode *parent, **link = item_slot(it->ep, it->file, it->fd, &parent);

	if (!link)
		return -EEXIST;
	rbtree_insert(&it->ep->items, &it->node, parent, link);
	item_watch(it);
	/* An epoll's own files were looked at when it was nested (item_nest()); who nests ours from here on finds the item. */
	if (unlikely(!list_empty(&it->ep->outers)) && !item_paths_fit(it->file)) {
		item_remove(it);
		return -EINVAL;
	}
	file_poll(it->file, &pt.table);
	if (pt.table.error) {
		item_remove(it);
		return pt.table.error;
	}
	item_check(it);
	return 0;
}

/*
 * The last reference on f is gone. An item still linked keeps its epoll alive: whoever destroys
 * that unlinks the item first, under the bucket's lock. So the count taken here never starts at zero.
 */
static void watches_release(struct file *f)
{
	for (;;) {
		struct item *it;
		struct epoll *ep;
		int fd;

		spin_lock(watch_lock(f));
		it = f->watches;
		if (!it) {
			spin_unlock(watch_lock(f));
			return;
		}
		ep = it->ep;
		fd = it->fd;
		refcount_get(&ep->refs);
		spin_unlock(watch_lock(f));
		epoll_lock(ep);
		it = item_find(ep, f, fd);
		if (it)
			item_remove(it);
		mutex_unlock(&ep->lock);
		epoll_put(ep);
	}
}

void epoll_item_init(void)
{
	struct mm_stats m;

	item_cache = slab_cache_create("eventpoll_epi", sizeof(struct item), CACHELINE);
	mm_stats_read(&m);
	epoll_max_user_watches = m.total * PAGE_SIZE / 25 / (sizeof(struct item) + 64);      /* a 25th of memory, as Linux */
	for (unsigned n = 0; n < NR_WATCH_LOCKS; n++)
		spin_init(&watch_locks[n], RANK_POLL);
	file_watches_release = watches_release;
}

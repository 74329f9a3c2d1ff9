/*
 * epoll.c - many files watched at once, epoll(7).
 *
 * Every watched file has an item in the epoll's tree and a waiter in each of the file's wait queues. A
 * change there runs item_wake(), which puts the item on the ready list; epoll_wait() takes items off it,
 * polls them, and reports. So a wait costs what is ready, not what is watched; with nothing ready it is
 * one load. A poll's result is kept under the generation of the file's pollable, if it maintains one.
 *
 *   I1  an item that is ready by edge (ET) or level is on `ready`, or on the list of a collector that holds
 *       ep->lock and has not polled it yet: it leaves a list first, and is polled then
 *   I2  is_ready says that the item is on one of these lists; ready_lock
 *   I3  an item does not count its file; it is unlinked when the file ends (watches_release()), before the
 *       file's queues go. While it is in file->watches, both the file and the epoll exist.
 *   I4  while a collector has items off `ready`, `taken` is odd: an empty list then says nothing, and who
 *       asks must wait for ep->lock. A level-triggered file is never seen as not ready in between.
 *   I5  an epoll's level is above the levels of those that it watches, at most MAX_LEVEL: no cycles
 * Lock order: ep->lock (outer epolls first), nest_lock or watch bucket, waitq of the file, then by level
 * ready_lock or waitqs of the epoll (RANK_WAITQ_EPOLL + level), run queue.
 * Context: task, may sleep; item_wake() anywhere but NMI.
 */
#include <ipc/epoll.h>
#include <ipc/sysv.h>
#include <lib/hash.h>
#include <lib/printf.h>
#include <lib/rbtree.h>
#include <mm/slab.h>
#include <sync/mutex.h>
#include <sync/seqlock.h>
#include <task/cred.h>
#include "ipc_priv.h"

#define MAX_LEVEL 4u                            /* depth of epolls in epolls, as in Linux */
#define MAX_NEST_VISITS 1000u
#define NR_WATCH_LOCKS 16u
#define EVENTS_PRIVATE (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)
#define EVENTS_ALWAYS (EPOLLERR | EPOLLHUP)
#define EVENTS_EXCLUSIVE_OK (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)

struct epoll {
	struct mutex lock;                      /* items; collecting */
	struct rbtree items;                    /* by (file, fd); lock */
	struct irq_spinlock ready_lock;
	struct list ready;                      /* ready_lock */
	struct seqcount taken;                  /* lock; its readers do not wait: epoll_is_ready() */
	struct waitq wait;                      /* epoll_wait() sleeps here */
	struct pollable pollable;               /* watched itself */
	struct list outers;                     /* items of epolls that watch this one; nest_lock */
	unsigned level;                         /* nest_lock to write */
	refcount_t refs;                        /* its file; watches_release() at work */
	struct user_account *account;           /* counted: whose items they are */
};

struct item_wait {
	struct waiter waiter;
	struct item *item;
	struct item_wait *next;
};

struct item {           /* keys: l ep->lock, r ep->ready_lock, w watch bucket, c const */
	struct rbnode node;                     /* l */
	struct epoll *ep;                       /* c */
	struct file *file;                      /* c */
	int fd;                                 /* c */
	atomic_uint events;                     /* l to write */
	uint64_t data;                          /* l */
	struct list ready_node;                 /* r */
	bool is_ready;                          /* r */
	bool is_watcher;                        /* c: counted in file->pollable */
	uint32_t cached_mask;                   /* l: poll result ... */
	unsigned long cached_generation;        /* l: ... of this generation; 0 none */
	struct item *next_watch, **prev_watch;  /* file->watches; w */
	struct list outer_node;                 /* target's outers; nest_lock */
	struct item_wait first_wait;            /* l; most files have one queue */
	struct item_wait *waits;
};

static struct slab_cache *item_cache __ro_after_init, *epoll_cache __ro_after_init;
static struct spinlock watch_locks[NR_WATCH_LOCKS];
static struct spinlock nest_lock = SPINLOCK_INIT(RANK_POLL);
static const struct file_ops epoll_ops;
uint64_t epoll_max_user_watches;

bool file_is_epoll(const struct file *f) { return f->ops == &epoll_ops; }

static struct spinlock *watch_lock(const struct file *f)
{
	return &watch_locks[hash_u64((uintptr_t)f / sizeof *f) % NR_WATCH_LOCKS];
}

static enum lock_rank level_rank(const struct epoll *ep) { return (enum lock_rank)(RANK_WAITQ_EPOLL + ep->level); }

static void epoll_lock(struct epoll *ep) __acquires(ep->lock) __no_lock_analysis
{
	mutex_lock_nested(&ep->lock, (enum lock_rank)(RANK_EPOLL + MAX_LEVEL - ep->level));
}

static void epoll_put(struct epoll *ep)
{
	if (!refcount_put(&ep->refs))
		return;
	account_put(ep->account);
	slab_free(epoll_cache, ep);
}

/* ---- becoming ready ---- */

static void epoll_wake(struct epoll *ep)
{
	waitq_wake_one(&ep->wait);
	pollable_notify_ordered(&ep->pollable, EPOLLIN | EPOLLRDNORM);
}

static void item_push_ready(struct item *it)
{
	struct epoll *ep = it->ep;
	irqflags_t f = irq_spin_lock_nested(&ep->ready_lock, level_rank(ep));

	if (!it->is_ready) {
		it->is_ready = true;
		list_append(&ep->ready, &it->ready_node);
	}
	irq_spin_unlock(&ep->ready_lock, f);
}

/* Under the lock of the file's wait queue. */
static bool item_wake(struct waiter *w, uint32_t events)
{
	struct item *it = container_of(w, struct item_wait, waiter)->item;
	uint32_t wanted = load_relaxed(&it->events);   /* relaxed: a MOD polls afterwards itself */
	bool sleeper = waitq_is_active(&it->ep->wait);

	if (!(wanted & ~EVENTS_PRIVATE) || !(events & wanted))
		return false;
	item_push_ready(it);
	epoll_wake(it->ep);
	return sleeper;
}

/* ---- items ---- */

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

static void item_free(struct epoll *ep, struct item *it)
{
	if (ep->account != &account_root)
		fetch_sub_relaxed(&ep->account->epoll_watches, 1);      /* relaxed: a limit */
	slab_free(item_cache, it);
}

static int item_compare(const struct item *it, const struct file *file, int fd)
{
	if (it->file != file)
		return (uintptr_t)file < (uintptr_t)it->file ? -1 : 1;
	return fd < it->fd ? -1 : fd > it->fd;
}

/* The link where (file, fd) stands or would stand. */
static struct rbnode **item_slot(struct epoll *ep, const struct file *file, int fd, struct rbnode **parent)
{
	struct rbnode **link = &ep->items.root;

	*parent = NULL;
	while (*link) {
		int c = item_compare(container_of(*link, struct item, node), file, fd);

		if (!c)
			break;
		*parent = *link;
		link = c < 0 ? &(*link)->left : &(*link)->right;
	}
	return link;
}

static uint32_t item_poll(struct item *it)
{
	struct pollable *p = it->file->pollable;
	unsigned long generation = 0;

	if (p && it->is_watcher) {
		/* acquire: a poll after this sees what the generation stands for; pairs with pollable_notify_slow() */
		generation = gen_read(&p->gen);
		if (generation == it->cached_generation)
			return it->cached_mask;
	}
	it->cached_mask = file_poll(it->file, NULL);
	it->cached_generation = generation;
	return it->cached_mask;
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

/* Unlink and free; the file and its queues may go once its watches are empty. ep->lock held. */
static void item_remove(struct item *it)
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
	if (file_is_epoll(f)) {
		spin_lock(&nest_lock);
		list_del(&it->outer_node);
		spin_unlock(&nest_lock);
	}
	spin_lock(watch_lock(f));
	*it->prev_watch = it->next_watch;
	if (it->next_watch)
		it->next_watch->prev_watch = it->prev_watch;
	spin_unlock(watch_lock(f));                    /* f may be gone from here on */
	item_free(ep, it);
}

/*
 * The last reference on f is gone. An item still linked keeps its epoll alive: whoever destroys
 * that unlinks the item first, under the bucket's lock. So the count taken here never starts at zero.
 */
static void watches_release(struct file *f)
{
	for (;;) {
		struct rbnode *parent, **link;
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
		link = item_slot(ep, f, fd, &parent);
		if (*link)
			item_remove(container_of(*link, struct item, node));
		mutex_unlock(&ep->lock);
		epoll_put(ep);
	}
}

/* ---- epolls in epolls ---- */

static void level_set(struct epoll *ep, unsigned level)
{
	ep->level = level;
#ifdef CONFIG_DEBUG
	ep->wait.lock.inner.rank = ep->pollable.waitq.lock.inner.rank = (uint16_t)level_rank(ep);
#endif
}

/* May ep rise to `level`, and those above it accordingly? nest_lock held. Recursion is MAX_LEVEL deep. */
static bool level_may_rise_locked(struct epoll *ep, unsigned level, unsigned *visits)
{
	struct item *it;

	if (ep->level >= level)
		return true;
	if (level > MAX_LEVEL || ++*visits > MAX_NEST_VISITS)
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

/* `it` of an epoll not yet locked is to watch another epoll. 0 or -ELOOP. */
static int item_nest(struct epoll *outer, struct epoll *inner, struct item *it)
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

static void item_unnest(struct item *it)
{
	spin_lock(&nest_lock);
	list_del(&it->outer_node);
	spin_unlock(&nest_lock);
}

/* ---- epoll_ctl ---- */

/* Poll a new or changed item: a change before that had no one to tell. ep->lock held. */
static void item_check(struct item *it)
{
	it->cached_generation = 0;
	if (item_poll(it) & it->events) {
		item_push_ready(it);
		epoll_wake(it->ep);
	}
}

static int item_insert_locked(struct epoll *ep, struct item *it)
{
	struct item_table pt = { .table = { .add = item_add_wait }, .item = it };
	struct rbnode *parent, **link = item_slot(ep, it->file, it->fd, &parent);

	if (*link)
		return -EEXIST;
	rbtree_insert(&ep->items, &it->node, parent, link);
	item_watch(it);
	file_poll(it->file, &pt.table);
	if (pt.table.error) {
		item_remove(it);
		return pt.table.error;
	}
	item_check(it);
	return 0;
}

static bool epoll_has(struct epoll *ep, const struct file *target, int fd)
{
	struct rbnode *parent;
	bool has;

	epoll_lock(ep);
	has = *item_slot(ep, target, fd, &parent);
	mutex_unlock(&ep->lock);
	return has;
}

static int epoll_add(struct epoll *ep, int fd, struct file *target, uint32_t events, uint64_t data)
{
	bool nested = file_is_epoll(target);
	struct item *it;
	int err;

	if (!item_charge(ep))
		return epoll_has(ep, target, fd) ? -EEXIST : -ENOSPC;
	it = slab_alloc(item_cache, ALLOC_ZERO);
	if (!it) {
		if (ep->account != &account_root)
			fetch_sub_relaxed(&ep->account->epoll_watches, 1);
		return -ENOMEM;
	}
	it->ep = ep;
	it->file = target;
	it->fd = fd;
	it->events = events;
	it->data = data;
	if (nested) {
		err = item_nest(ep, target->priv, it);
		if (err)
			goto free;
	}
	epoll_lock(ep);
	err = item_insert_locked(ep, it);
	mutex_unlock(&ep->lock);
	if (err != -EEXIST)
		return err;                            /* other errors have freed it */
	if (nested)
		item_unnest(it);
free:
	item_free(ep, it);
	return err;
}

static int epoll_modify(struct epoll *ep, int fd, struct file *target, uint32_t events, uint64_t data)
{
	struct rbnode *parent, **link;
	struct item *it;
	int err = -ENOENT;

	epoll_lock(ep);
	link = item_slot(ep, target, fd, &parent);
	if (*link) {
		it = container_of(*link, struct item, node);
		err = it->events & EPOLLEXCLUSIVE ? -EINVAL : 0;
		if (!err) {
			store_relaxed(&it->events, events);
			it->data = data;
			fence_seq_cst();               /* a change before the poll sees the new mask, or the poll sees it */
			item_check(it);
		}
	}
	mutex_unlock(&ep->lock);
	return err;
}

static int epoll_delete(struct epoll *ep, int fd, struct file *target)
{
	struct rbnode *parent, **link;
	int err = -ENOENT;

	epoll_lock(ep);
	link = item_slot(ep, target, fd, &parent);
	if (*link) {
		item_remove(container_of(*link, struct item, node));
		err = 0;
	}
	mutex_unlock(&ep->lock);
	return err;
}

static int check_exclusive(int op, uint32_t events, const struct file *target)
{
	if (!(events & EPOLLEXCLUSIVE) || op == EPOLL_CTL_DEL)
		return 0;
	if (op == EPOLL_CTL_MOD || file_is_epoll(target) || (events & ~EVENTS_EXCLUSIVE_OK))
		return -EINVAL;
	return 0;
}

int epoll_control(struct file *epf, int op, int fd, struct file *target, const struct epoll_event *e)
{
	struct epoll *ep = epf->priv;
	uint32_t events = (e->events & ~EPOLLWAKEUP) | EVENTS_ALWAYS;
	int err;

	if (!target->ops->poll)
		return -EPERM;
	if (!file_is_epoll(epf) || target == epf)
		return -EINVAL;
	err = check_exclusive(op, e->events, target);
	if (err)
		return err;
	switch (op) {
	case EPOLL_CTL_ADD:
		return epoll_add(ep, fd, target, events, e->data);
	case EPOLL_CTL_MOD:
		return epoll_modify(ep, fd, target, events, e->data);
	case EPOLL_CTL_DEL:
		return epoll_delete(ep, fd, target);
	default:
		return -EINVAL;
	}
}

int epoll_target(struct file *epf, int fd, unsigned nth, const struct file **out)
{
	struct epoll *ep = epf->priv;
	struct rbnode *n;
	int err = -ENOENT;

	if (!file_is_epoll(epf))
		return -EINVAL;
	epoll_lock(ep);
	for (n = rbtree_first(&ep->items); n && err; n = rbtree_next(n)) {
		const struct item *it = container_of(n, struct item, node);

		if (it->fd == fd && !nth--) {
			*out = it->file;
			err = 0;
		}
	}
	mutex_unlock(&ep->lock);
	return err;
}

/* ---- epoll_wait ---- */

/* False only if nothing was ready at some moment of this call. */
static bool epoll_is_ready(const struct epoll *ep)
{
	unsigned seq = load_acquire(&ep->taken.seq);    /* pairs with seq_write_end() in ready_return() */

	return (seq & 1) || load_relaxed(&ep->ready.next) != &ep->ready || seq_retry(&ep->taken, seq);
}

/* The first item of a collector's list, off it; NULL when there is none. */
static struct item *collect_next(struct epoll *ep, struct list *from)
{
	struct item *it = NULL;
	irqflags_t f = irq_spin_lock_nested(&ep->ready_lock, level_rank(ep));

	if (!list_empty(from)) {
		it = list_first(from, struct item, ready_node);
		list_del(&it->ready_node);
		it->is_ready = false;                  /* before it is polled: I1 */
	}
	irq_spin_unlock(&ep->ready_lock, f);
	return it;
}

/* ep->lock is held until ready_return(). With nothing to take, others need not look again: they would for ever. */
static void ready_take(struct epoll *ep, struct list *to)
{
	irqflags_t f = irq_spin_lock_nested(&ep->ready_lock, level_rank(ep));

	if (!list_empty(&ep->ready))
		seq_write_begin(&ep->taken);
	list_splice_append(to, &ep->ready);
	irq_spin_unlock(&ep->ready_lock, f);
}

/* Give back what was not looked at, in front. */
static void ready_return(struct epoll *ep, struct list *from)
{
	if (!list_empty(from)) {
		irqflags_t f = irq_spin_lock_nested(&ep->ready_lock, level_rank(ep));

		list_splice_append(from, &ep->ready);
		list_splice_append(&ep->ready, from);
		irq_spin_unlock(&ep->ready_lock, f);
	}
	if (ep->taken.seq & 1)
		seq_write_end(&ep->taken);
}

/* Store one event and do what its mode says; ep->lock held. 0 or -EFAULT. */
static int item_report(struct item *it, uint32_t mask, uaddr_t to)
{
	struct epoll_event e = { .events = mask, .data = it->data };

	if (user_write(to, &e)) {
		item_push_ready(it);
		return -EFAULT;
	}
	if (it->events & EPOLLONESHOT)
		store_relaxed(&it->events, it->events & EVENTS_PRIVATE);
	else if (!(it->events & EPOLLET))
		item_push_ready(it);                   /* level: look again next time */
	return 0;
}

static long epoll_collect(struct epoll *ep, uaddr_t events, int max)
{
	struct list todo;
	struct item *it;
	long n = 0;

	list_init(&todo);
	epoll_lock(ep);
	ready_take(ep, &todo);
	while (n < max && (it = collect_next(ep, &todo))) {
		uint32_t mask = item_poll(it) & it->events;

		if (!mask)
			continue;
		if (item_report(it, mask, uaddr_add(events, (uint64_t)n * sizeof(struct epoll_event)))) {
			n = n ? n : -EFAULT;
			break;
		}
		n++;
	}
	ready_return(ep, &todo);
	mutex_unlock(&ep->lock);
	if (epoll_is_ready(ep))
		waitq_wake_one_ordered(&ep->wait);     /* another waiter may take what is left */
	return n;
}

long epoll_wait_events(struct file *epf, uaddr_t events, int max, uint64_t deadline_ns)
{
	struct epoll *ep = epf->priv;
	long n;
	int err;

	if (!file_is_epoll(epf))
		return -EINVAL;
	for (;;) {
		if (epoll_is_ready(ep)) {
			n = epoll_collect(ep, events, max);
			if (n)
				return n;
		}
		if (!deadline_ns)
			return 0;
		err = wait_event_common(&ep->wait, epoll_is_ready(ep), PARK_INTERRUPTIBLE, deadline_ns, true);
		if (err == -ETIMEDOUT)
			deadline_ns = 0;               /* one last look */
		else if (err)
			return -EINTR;
	}
}

/* ---- the epoll's own file ---- */

/* Exact: items that are no longer ready leave the list. */
static uint32_t epoll_poll(struct file *f, struct poll_table *pt)
{
	struct epoll *ep = f->priv;
	struct list todo;
	struct item *it;
	uint32_t mask = 0;

	poll_wait(pt, &ep->pollable);
	if (!epoll_is_ready(ep))
		return 0;
	list_init(&todo);
	epoll_lock(ep);
	ready_take(ep, &todo);
	while (!mask && (it = collect_next(ep, &todo))) {
		if (item_poll(it) & it->events) {
			item_push_ready(it);
			mask = EPOLLIN | EPOLLRDNORM;
		}
	}
	ready_return(ep, &todo);
	mutex_unlock(&ep->lock);
	return mask;
}

static void epoll_release(struct file *f)
{
	struct epoll *ep = f->priv;

	epoll_lock(ep);
	while (ep->items.root)
		item_remove(container_of(rbtree_first(&ep->items), struct item, node));
	mutex_unlock(&ep->lock);
	epoll_put(ep);
}

static void epoll_fdinfo(struct file *f, char *buf, size_t size)
{
	struct epoll *ep = f->priv;
	int n = 0;

	epoll_lock(ep);
	for (struct rbnode *r = rbtree_first(&ep->items); r && (size_t)n < size; r = rbtree_next(r)) {
		const struct item *it = container_of(r, struct item, node);

		n += scnprintf(buf + n, size - (size_t)n, "tfd: %8d events: %8x data: %16lx  pos:%ld ino:%lx sdev:%x\n", it->fd,
			       it->events, it->data, it->file->pos, it->file->inode->ino, it->file->inode->super->dev);
	}
	mutex_unlock(&ep->lock);
}

static const struct file_ops epoll_ops = {
	.poll = epoll_poll,
	.release = epoll_release,
	.show_fdinfo = epoll_fdinfo,
};

int epoll_create_file(int flags, struct file **out)
{
	struct epoll *ep;
	int err;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	ep = slab_alloc(epoll_cache, ALLOC_ZERO);
	if (!ep)
		return -ENOMEM;
	mutex_init(&ep->lock, RANK_EPOLL);
	irq_spin_init(&ep->ready_lock, RANK_WAITQ_EPOLL);
	list_init(&ep->ready);
	list_init(&ep->outers);
	seq_init(&ep->taken);
	waitq_init(&ep->wait);
	pollable_init(&ep->pollable);
	level_set(ep, 0);
	refcount_set(&ep->refs, 1);
	ep->account = cred_current()->account;
	account_get(ep->account);
	err = anon_file_create("eventpoll", &epoll_ops, ep, O_RDWR, 0, out);
	if (err)
		epoll_put(ep);
	else
		(*out)->mode |= FILE_SEEK_NOOP;
	return err;
}

void epoll_init(void)
{
	struct mm_stats m;

	item_cache = slab_cache_create("eventpoll_epi", sizeof(struct item), CACHELINE);
	epoll_cache = slab_cache_create("eventpoll", sizeof(struct epoll), CACHELINE);
	mm_stats_read(&m);
	epoll_max_user_watches = m.total * PAGE_SIZE / 25 / (sizeof(struct item) + 64);      /* a 25th of memory, as Linux */
	for (unsigned n = 0; n < NR_WATCH_LOCKS; n++)
		spin_init(&watch_locks[n], RANK_POLL);
	file_watches_release = watches_release;
}

void ipc_init(void)
{
	pipe_init();
	eventfd_init();
	timerfd_init();
	signalfd_init();
	epoll_init();
	sysv_init();
	ipc_limits_init();
}

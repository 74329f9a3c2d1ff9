/*
 * epoll.c - many files watched at once, epoll(7): epoll_ctl, epoll_wait, and the epoll's own file.
 *
 * Every watched file has an item in the epoll's tree and a waiter in each of the file's wait queues
 * (epoll_item.c). A change there runs item_wake(), which puts the item on the ready list; epoll_wait() takes items
 * off it, polls them, and reports. So a wait costs what is ready, not what is watched; with nothing ready it is
 * one load. A poll's result is kept under the generation of the file's pollable, if it maintains one.
 *
 * Invariants and lock order: epoll_priv.h.       Context: task, may sleep; item_wake() anywhere but NMI.
 * Tests: tests/abi/event, tests/abi/socket/epoll.c.
 */
#include "epoll_priv.h"
#include "ipc_priv.h"
#include <ipc/sysv.h>
#include <lib/printf.h>
#include <mm/slab.h>

#define EVENTS_PRIVATE (EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE)
#define EVENTS_ALWAYS (EPOLLERR | EPOLLHUP)
#define EVENTS_EXCLUSIVE_OK (EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)

static struct slab_cache *epoll_cache __ro_after_init;
static const struct file_ops epoll_ops;

bool file_is_epoll(const struct file *f) { return f->ops == &epoll_ops; }

void epoll_put(struct epoll *ep)
{
	if (!refcount_put(&ep->refs))
		return;
	account_put(ep->account);
	slab_free(epoll_cache, ep);
}

/* ---- becoming ready ---- */

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

static void epoll_wake(struct epoll *ep)
{
	waitq_wake_one(&ep->wait);
	pollable_notify_ordered(&ep->pollable, EPOLLIN | EPOLLRDNORM);
}

bool item_wake(struct waiter *w, uint32_t events)
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

/* ---- epoll_ctl ---- */

void item_check(struct item *it)
{
	it->cached_generation = 0;
	if (item_poll(it) & it->events) {
		item_push_ready(it);
		epoll_wake(it->ep);
	}
}

static bool epoll_has(struct epoll *ep, const struct file *target, int fd)
{
	bool has;

	epoll_lock(ep);
	has = item_find(ep, target, fd);
	mutex_unlock(&ep->lock);
	return has;
}

static int epoll_add(struct epoll *ep, int fd, struct file *target, uint32_t events, uint64_t data)
{
	bool nested = file_is_epoll(target);
	struct item *it;
	int err = item_alloc(ep, target, fd, &it);

	if (err)
		return err == -ENOSPC && epoll_has(ep, target, fd) ? -EEXIST : err;
	it->events = events;
	it->data = data;
	if (nested) {
		err = item_nest(ep, target->priv, it);
		if (err == -EINVAL && epoll_has(ep, target, fd))
			err = -EEXIST;                 /* its ways were counted twice */
		if (err)
			goto free;
	}
	epoll_lock(ep);
	err = item_insert_locked(it);
	mutex_unlock(&ep->lock);
	if (err != -EEXIST)
		return err;                            /* other errors have freed it */
	if (nested)
		item_unnest(it);
free:
	item_free(it);
	return err;
}

static int epoll_modify(struct epoll *ep, int fd, struct file *target, uint32_t events, uint64_t data)
{
	struct item *it;
	int err = -ENOENT;

	epoll_lock(ep);
	it = item_find(ep, target, fd);
	if (it)
		err = it->events & EPOLLEXCLUSIVE ? -EINVAL : 0;
	if (!err) {
		store_relaxed(&it->events, events);
		it->data = data;
		fence_seq_cst();                       /* a change before the poll sees the new mask, or the poll sees it */
		item_check(it);
	}
	mutex_unlock(&ep->lock);
	return err;
}

static int epoll_delete(struct epoll *ep, int fd, struct file *target)
{
	struct item *it;

	epoll_lock(ep);
	it = item_find(ep, target, fd);
	if (it)
		item_remove(it);
	mutex_unlock(&ep->lock);
	return it ? 0 : -ENOENT;
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

/* There is no network to poll busily for, the one thing that could be asked. */
static long epoll_ioctl(struct file *f, unsigned cmd, uint64_t arg) { return -EINVAL; }

static const struct file_ops epoll_ops = {
	.ioctl = epoll_ioctl,
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
	epoll_level_init(ep);
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
	epoll_cache = slab_cache_create("eventpoll", sizeof(struct epoll), CACHELINE);
	epoll_item_init();
}

void ipc_init(void)
{
	pipe_init();
	eventfd_init();
	timerfd_init();
	signalfd_init();
	epoll_init();
	aio_init();
	sysv_init();
	ipc_limits_init();
}

/*
 * eventfd.c - a counter to wait for, eventfd(2).
 *
 * The counter is one word, read and written without a lock: eventfd_count.h.
 *   I1  a reader sleeps while count == 0, a writer while count + its value exceeds EVENTFD_MAX
 * Owned by its file.   Context: task, may sleep.
 */
#include <ipc/eventfd.h>
#include <lib/printf.h>
#include <mm/slab.h>
#include "eventfd_count.h"
#include "ipc_priv.h"

struct eventfd {
	atomic_ulong count;
	bool is_semaphore;
	struct pollable pollable;
};
static struct slab_cache *eventfd_cache __ro_after_init;

static bool eventfd_take(struct eventfd *e, uint64_t *out) { return eventfd_count_take(&e->count, e->is_semaphore, out); }
static bool eventfd_add(struct eventfd *e, uint64_t n) { return eventfd_count_add(&e->count, n); }

static ssize_t eventfd_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct eventfd *e = f->priv;
	uint64_t v;

	if (u->left < sizeof v)
		return -EINVAL;
	if (unlikely(!eventfd_take(e, &v))) {
		int err;

		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&e->pollable.waitq, eventfd_take(e, &v));
		if (err)
			return err;
	}
	pollable_notify_ordered(&e->pollable, EPOLLOUT | EPOLLWRNORM);
	return uio_copy_to(u, &v, sizeof v) == sizeof v ? (ssize_t)sizeof v : -EFAULT;
}

static ssize_t eventfd_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct eventfd *e = f->priv;
	uint64_t v;

	if (u->left != sizeof v)
		return -EINVAL;
	if (uio_copy_from(u, &v, sizeof v) != sizeof v)
		return -EFAULT;
	if (v == ~0ull)
		return -EINVAL;
	if (unlikely(!eventfd_add(e, v))) {
		int err;

		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(&e->pollable.waitq, eventfd_add(e, v));
		if (err)
			return err;
	}
	pollable_notify_ordered(&e->pollable, EPOLLIN | EPOLLRDNORM);
	return sizeof v;
}

static uint32_t eventfd_poll(struct file *f, struct poll_table *pt)
{
	struct eventfd *e = f->priv;
	uint64_t v;

	poll_wait(pt, &e->pollable);
	v = load_acquire(&e->count);                   /* pairs with the exchanges */
	return (v ? EPOLLIN : 0) | (v == ~0ull ? EPOLLERR : 0) | (v < EVENTFD_MAX ? EPOLLOUT : 0);
}

static void eventfd_release(struct file *f)
{
	slab_free(eventfd_cache, f->priv);
}

static void eventfd_fdinfo(struct file *f, char *buf, size_t size)
{
	const struct eventfd *e = f->priv;

	scnprintf(buf, size, "eventfd-count: %16lx\neventfd-id: %u\neventfd-semaphore: %d\n",
		  load_relaxed(&e->count), (unsigned)f->inode->ino, e->is_semaphore);
}

static const struct file_ops eventfd_ops = {
	.read = eventfd_read,
	.write = eventfd_write,
	.poll = eventfd_poll,
	.release = eventfd_release,
	.show_fdinfo = eventfd_fdinfo,
};

bool file_is_eventfd(const struct file *f) { return f->ops == &eventfd_ops; }

void eventfd_signal(struct file *f)
{
	struct eventfd *e = f->priv;
	unsigned long v = load_relaxed(&e->count);     /* relaxed: the exchange checks it */

	do {
		if (v == ~0ul)
			break;
	} while (!cas_acq_rel(&e->count, &v, v + 1));
	pollable_notify(&e->pollable, EPOLLIN | EPOLLRDNORM);
}

int eventfd_create(unsigned count, int flags, struct file **out)
{
	struct eventfd *e;
	int err;

	if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
		return -EINVAL;
	e = slab_alloc(eventfd_cache, ALLOC_ZERO);
	if (!e)
		return -ENOMEM;
	e->count = count;
	e->is_semaphore = flags & EFD_SEMAPHORE;
	pollable_init(&e->pollable);
	err = anon_file_create("eventfd", &eventfd_ops, e, O_RDWR | (flags & EFD_NONBLOCK), 0, out);
	if (err) {
		slab_free(eventfd_cache, e);
		return err;
	}
	(*out)->pollable = &e->pollable;
	(*out)->mode |= FILE_SEEK_NOOP;
	return 0;
}

void eventfd_init(void)
{
	eventfd_cache = slab_cache_create("eventfd", sizeof(struct eventfd), 0);
}

/*
 * pipe.c - pipes and FIFOs: bytes between tasks.
 *
 *   I1  used is the number of bytes in the ring: written under p->lock, read by anybody
 *   I2  a reader sleeps only while (used == 0 or held) and a writer exists; a writer only while its
 *       bytes do not fit and a reader exists
 *   I3  a write of up to PIPE_BUF bytes is never interleaved with another
 *   I5  limit is the number of bytes that may be held: the ring's size, or `used` when no further packet fits
 *   I4  `held`: splice looks at the bytes without p->lock; other readers see an empty pipe meanwhile
 *
 * Wake-ups: one reader for the first bytes; one writer once a page is free. Sleepers are exclusive, so
 * whoever was woken and leaves something over (bytes, room) wakes the next of its kind. The counts
 * are looked at after mutex_unlock(), whose locked instruction orders them behind the change
 * of `used` (sync/waitq.h); the common case, nobody waits, is one OR of four loads.
 *
 * Lifetime: counted by its open files; RCU-freed, as open() of a FIFO finds it through inode->priv.
 * Lock order: p->lock (RANK_PIPE), page faults, waitq.   Context: task, may sleep.
 * Tests: tests/unit/ipc/pipe_ring.c, tests/busybox (pipelines, fifos).
 */
#include <ipc/pipe.h>
#include <mm/slab.h>
#include <sync/mutex.h>
#include <task/cred.h>
#include <task/signal.h>
#include <asm/ioctls.h>
#include <linux/limits.h>
#include <linux/capability.h>
#include "ipc_priv.h"
#include "pipe_ring.h"

#define PIPE_SIZE_LIMIT (1u << 31)
#define MANY_SLOTS 65536u                       /* of a ring at most: what Linux finds room for in one piece */
#define FEW_SLOTS 2u                            /* of a pipe beyond its user's soft limit */
#define PIPE_IN  (EPOLLIN | EPOLLRDNORM)
#define PIPE_OUT (EPOLLOUT | EPOLLWRNORM)

struct pipe {
	struct mutex lock;
	atomic_uint used;                       /* I1 */
	atomic_bool held;                       /* I4; lock to write */
	atomic_uint limit;                      /* I5; lock to write */
	atomic_uint readers, writers;           /* open files that may; lock to write */
	unsigned reader_opens, writer_opens;    /* ever; lock: a FIFO's open waits for a change */
	struct waitq read_wait, write_wait;
	struct pollable pollable;
	struct pipe_ring ring;                  /* lock */
	struct pipe_packets *packets;           /* lock; NULL until the first write with O_DIRECT */
	struct user_account *account;           /* counted: who pays for ring.nr_slots pages */
	refcount_t refs;                        /* open files */
	struct rcu_head rcu;
};

static struct slab_cache *pipe_cache __ro_after_init;
int pipe_max_size = 1024 * 1024;
uint64_t pipe_user_pages_soft = 16 * 1024, pipe_user_pages_hard;

static bool pipe_may_read(const struct pipe *p)
{
	return (load_relaxed(&p->used) && !load_relaxed(&p->held)) || !load_relaxed(&p->writers);
}

static size_t pipe_room(const struct pipe *p) { return load_relaxed(&p->limit) - load_relaxed(&p->used); }

static bool pipe_may_write(const struct pipe *p, size_t need)
{
	return pipe_room(p) >= need || !load_relaxed(&p->readers);
}

/* ---- birth ---- */

void *ring_page_alloc(void)
{
	struct page *p = page_alloc(0, 0, PAGE_KERNEL);

	return p ? page_address(p) : NULL;
}

void ring_page_free(void *page) { page_put(virt_to_page(page)); }

static bool is_privileged(void) { return capable(CAP_SYS_RESOURCE) || capable(CAP_SYS_ADMIN); }

/* Root's pipes are not counted. Returns how many pages the account has now. */
static uint64_t account_pages(struct user_account *a, long pages)
{
	if (a == &account_root)
		return 0;
	return (uint64_t)(fetch_add_relaxed(&a->pipe_pages, pages) + pages);   /* relaxed: compared with a limit */
}

static bool beyond(uint64_t pages, uint64_t limit) { return limit && unlikely(pages > limit); }

/* Have the current user pay for the first pages; beyond the soft limit they are few. 0 or -ENFILE. */
static int pipe_charge(struct pipe *p)
{
	unsigned want = RING_FIRST_SLOTS, max = (unsigned)load_relaxed(&pipe_max_size) / PAGE_SIZE;
	struct user_account *a = cred_current()->account;
	uint64_t pages;

	if (unlikely(want > max) && !capable(CAP_SYS_RESOURCE))
		want = max;
	pages = account_pages(a, want);
	if (beyond(pages, pipe_user_pages_soft) && want > FEW_SLOTS && !is_privileged()) {
		pages = account_pages(a, (long)FEW_SLOTS - (long)want);
		want = FEW_SLOTS;
	}
	if (beyond(pages, pipe_user_pages_hard) && !is_privileged()) {
		account_pages(a, -(long)want);
		return -ENFILE;
	}
	account_get(a);
	p->account = a;
	p->ring.nr_slots = want;                       /* empty: its first slots, fewer of them */
	return 0;
}

static void pipe_discharge(struct pipe *p)
{
	account_pages(p->account, -(long)p->ring.nr_slots);
	account_put(p->account);
}

/* NULL without memory, or when the user has too many. */
static struct pipe *pipe_alloc(int *err)
{
	struct pipe *p = slab_alloc(pipe_cache, ALLOC_ZERO);

	*err = -ENOMEM;
	if (!p)
		return NULL;
	mutex_init(&p->lock, RANK_PIPE);
	waitq_init(&p->read_wait);
	waitq_init(&p->write_wait);
	pollable_init(&p->pollable);
	ring_init(&p->ring);
	*err = pipe_charge(p);
	if (*err) {
		slab_free(pipe_cache, p);
		return NULL;
	}
	p->limit = (unsigned)ring_size(&p->ring);
	refcount_set(&p->refs, 1);
	return p;
}

static void pipe_free_rcu(struct rcu_head *head)
{
	slab_free(pipe_cache, container_of(head, struct pipe, rcu));
}

/* Drop an open file's reference; the last one takes the pipe out of its inode. */
static void pipe_put(struct pipe *p, struct inode *i)
{
	void *mine = p;

	if (!refcount_put(&p->refs))
		return;
	(void)cas_release(&i->priv, &mine, (void *)NULL);  /* unless a new open() has replaced it */
	pipe_discharge(p);
	kfree(p->packets);
	ring_fini(&p->ring);
	rcu_call(&p->rcu, pipe_free_rcu);
}

static void pipe_attach(struct pipe *p, struct file *f)
{
	f->priv = p;
	f->pollable = &p->pollable;
}

int pipe_create(uint32_t flags, struct file **rd, struct file **wr)
{
	struct inode *i;
	struct file *r, *w;
	int err;
	struct pipe *p = pipe_alloc(&err);

	if (!p)
		return err;
	i = anon_inode_create(S_IFIFO | 0600, &fifo_ops, p);
	if (!i) {
		pipe_discharge(p);
		slab_free(pipe_cache, p);
		return -ENOMEM;
	}
	p->readers = p->writers = p->reader_opens = p->writer_opens = 1;
	refcount_set(&p->refs, 2);
	inode_get(i);                                  /* one for each end */
	err = file_alloc(&fifo_ops, NULL, i, O_RDONLY | (flags & ~O_DIRECT), &r);
	if (err)
		goto put_pipe;
	r->anon_class = "pipe";
	pipe_attach(p, r);
	err = file_alloc(&fifo_ops, NULL, i, O_WRONLY | flags, &w);
	if (err)
		goto put_reader;
	w->anon_class = "pipe";
	pipe_attach(p, w);
	*rd = r;
	*wr = w;
	return 0;
put_pipe:
	pipe_put(p, i);
	pipe_put(p, i);
	inode_put(i);
	return err;
put_reader:
	inode_get(i);
	file_put(r);                                   /* its reference on the pipe, too */
	pipe_put(p, i);
	inode_put(i);
	return err;
}

/* ---- wake-ups, after p->lock was released ---- */

static bool pipe_is_watched(const struct pipe *p)
{
	return load_relaxed(&p->read_wait.nr_waiters) | load_relaxed(&p->write_wait.nr_waiters) |
	       load_relaxed(&p->pollable.waitq.nr_waiters) | gen_is_watched(&p->pollable.gen);
}

static void pipe_wake_sleepers(struct pipe *p)
{
	if (load_relaxed(&p->used) && !load_relaxed(&p->held))
		waitq_wake_events_ordered(&p->read_wait, 1, PIPE_IN);
	if (pipe_room(p) >= PAGE_SIZE)
		waitq_wake_events_ordered(&p->write_wait, 1, PIPE_OUT);
}

static __noinline void pipe_read_wake_slow(struct pipe *p, size_t room_before)
{
	pipe_wake_sleepers(p);
	if (room_before < PAGE_SIZE && pipe_room(p) >= PAGE_SIZE)
		pollable_notify_ordered(&p->pollable, PIPE_OUT);
	else
		pollable_touch_ordered(&p->pollable);
}

/* Every write is news to an edge-triggered epoll, as in Linux. */
static __noinline void pipe_write_wake_slow(struct pipe *p)
{
	pipe_wake_sleepers(p);
	pollable_notify_ordered(&p->pollable, PIPE_IN);
}

static void pipe_wake_all(struct pipe *p)
{
	waitq_wake_all(&p->read_wait);
	waitq_wake_all(&p->write_wait);
	pollable_notify(&p->pollable, PIPE_IN | PIPE_OUT | EPOLLERR | EPOLLHUP);
}

/* ---- packets: writes with O_DIRECT keep their borders ---- */

/*
 * The bytes of the ring as pieces, oldest first: packets, and runs of plain bytes. A read ends with a packet and
 * drops what it had no room for. One piece for each page that fits at most, so that packets need no more room
 * than pages would.
 */
struct pipe_packets {
	unsigned nr, first, size;               /* pieces held; index of the oldest; places */
	uint32_t piece[];                       /* length, and PACKET for one that keeps its border */
};
#define PACKET (1u << 31)

static uint32_t *piece_at(struct pipe_packets *q, unsigned n) { return &q->piece[(q->first + n) % q->size]; }

static struct pipe_packets *packets_alloc(unsigned size)
{
	struct pipe_packets *q = kmalloc(sizeof *q + size * sizeof q->piece[0], 0);

	if (q)
		*q = (struct pipe_packets){ .size = size };
	return q;
}

static void packets_add(struct pipe_packets *q, uint32_t len, bool packet)
{
	uint32_t *last = q->nr ? piece_at(q, q->nr - 1) : NULL;

	/* As in Linux, whose packets join plain bytes before them in a page with room. */
	if (last && !(*last & PACKET) && (!packet || (len % PAGE_SIZE && *last % PAGE_SIZE + len <= PAGE_SIZE)))
		*last += len;
	else
		*piece_at(q, q->nr++) = len | (packet ? PACKET : 0);
}

static void packets_consume(struct pipe_packets *q, size_t n)
{
	while (n) {
		uint32_t *p = piece_at(q, 0), len = *p & ~PACKET, part = (uint32_t)MIN((size_t)len, n);

		*p -= part;
		n -= part;
		if (part == len) {
			q->first = (q->first + 1) % q->size;
			q->nr--;
		}
	}
}

/* I5, after a change of the pieces. p->lock held. */
static void limit_update(struct pipe *p)
{
	bool is_full = p->packets && p->packets->nr >= p->packets->size;

	store_relaxed(&p->limit, is_full ? p->used : (unsigned)ring_size(&p->ring));
}

/* A packet of at most a page is to be written. 0 or -ENOMEM. p->lock held. */
static int packets_prepare(struct pipe *p, size_t *want)
{
	*want = MIN(*want, PAGE_SIZE);
	if (p->packets)
		return 0;
	p->packets = packets_alloc(p->ring.nr_slots);
	if (!p->packets)
		return -ENOMEM;
	if (p->used)
		packets_add(p->packets, p->used, false);
	return 0;
}

/* Bytes moved: up to the end of a packet. Short on a fault. */
static size_t packets_read(struct pipe *p, struct uio *u)
{
	struct pipe_packets *q = p->packets;
	size_t done = 0;

	while (q->nr && u->left) {
		uint32_t piece = *piece_at(q, 0), len = piece & ~PACKET;
		size_t want = MIN(u->left, (size_t)len), n = ring_read(&p->ring, u, want);

		done += n;
		packets_consume(q, n);
		if (n < want)
			break;
		if (piece & PACKET) {
			ring_consume(&p->ring, len - n);        /* what did not fit is lost */
			packets_consume(q, len - n);
			break;
		}
	}
	return done;
}

/* ---- reading ---- */

/* Wait, with p->lock, for something to read. 0, -EAGAIN, -ERESTARTSYS; p->lock is held on return. */
static int pipe_wait_readable(struct pipe *p, bool may_wait)
{
	int err = 0;

	while (!pipe_may_read(p) && !err) {
		if (!may_wait)
			return -EAGAIN;
		mutex_unlock(&p->lock);
		err = wait_event_interruptible_exclusive(&p->read_wait, pipe_may_read(p));
		mutex_lock(&p->lock);
	}
	return err;
}

static ssize_t pipe_read_op(struct file *f, struct uio *u, loff_t *pos)
{
	struct pipe *p = f->priv;
	size_t used, limit, n = 0;
	int err = 0;

	if (unlikely(!u->left))
		return 0;
	mutex_lock(&p->lock);
	if (unlikely(!p->used || p->held))
		err = pipe_wait_readable(p, !(f->mode & FILE_NONBLOCK) && !(u->how & UIO_NO_WAIT));
	used = p->used;
	limit = p->limit;
	if (likely(!err && used && !p->held)) {
		n = likely(!p->packets) ? ring_read(&p->ring, u, MIN(u->left, used)) : packets_read(p, u);
		store_relaxed(&p->used, (unsigned)ring_used(&p->ring));
		if (unlikely(p->packets))
			limit_update(p);
		if (unlikely(!n))
			err = -EFAULT;
	}
	mutex_unlock(&p->lock);
	if (unlikely(pipe_is_watched(p)))
		pipe_read_wake_slow(p, limit - used);
	return err ? err : (ssize_t)n;
}

/* ---- writing ---- */

static int pipe_broken(void)
{
	siginfo_t info;

	siginfo_init_user(&info, SIGPIPE, SI_USER);
	signal_send_task(task_current(), &info);
	return -EPIPE;
}

/*
 * Wait until `need` bytes fit; p->lock is held on entry and return, and released while asleep.
 * 0 also without readers; -EAGAIN, -ERESTARTSYS.
 */
static int pipe_wait_writable(struct pipe *p, size_t need, bool may_wait)
{
	int err = 0;

	while (!pipe_may_write(p, need) && !err) {
		if (!may_wait)
			return -EAGAIN;
		mutex_unlock(&p->lock);
		pipe_write_wake_slow(p);               /* what is in there so far */
		err = wait_event_interruptible_exclusive(&p->write_wait, pipe_may_write(p, need));
		mutex_lock(&p->lock);
	}
	return err;
}

ssize_t pipe_write(struct file *f, struct uio *u, bool may_wait)
{
	struct pipe *p = f->priv;
	size_t need = u->left <= PIPE_BUF ? u->left : 1, done = 0;
	int err = 0;

	if (unlikely(!u->left))
		return 0;
	mutex_lock(&p->lock);
	do {
		size_t n, want;

		if (unlikely(pipe_room(p) < need)) {
			err = pipe_wait_writable(p, need, may_wait);
			if (err)
				break;
		}
		if (unlikely(!p->readers)) {
			err = -EPIPE;
			break;
		}
		want = MIN(u->left, pipe_room(p));
		if (unlikely(f->flags & O_DIRECT) && (err = packets_prepare(p, &want)))
			break;
		n = ring_write(&p->ring, u, want, &err);
		store_relaxed(&p->used, p->used + (unsigned)n);
		if (unlikely(p->packets) && n) {
			packets_add(p->packets, (uint32_t)n, f->flags & O_DIRECT);
			limit_update(p);
		}
		done += n;
		if (unlikely(n < want)) {
			err = err ? err : -EFAULT;
			break;
		}
	} while (u->left);
	mutex_unlock(&p->lock);
	if (unlikely(pipe_is_watched(p)))
		pipe_write_wake_slow(p);
	if (unlikely(err == -EPIPE))
		pipe_broken();
	return done ? (ssize_t)done : err;
}

static ssize_t pipe_write_op(struct file *f, struct uio *u, loff_t *pos)
{
	return pipe_write(f, u, !(f->mode & FILE_NONBLOCK) && !(u->how & UIO_NO_WAIT));
}

/* ---- looking without reading: poll, FIONREAD, splice ---- */

static uint32_t pipe_poll(struct file *f, struct poll_table *pt)
{
	struct pipe *p = f->priv;
	uint32_t mask = 0;

	poll_wait(pt, &p->pollable);
	if (f->mode & FILE_READ) {
		if (load_acquire(&p->used))
			mask |= PIPE_IN;
		if (!load_acquire(&p->writers) && f->dir_cursor != load_relaxed(&p->writer_opens))
			mask |= EPOLLHUP;
	}
	if (f->mode & FILE_WRITE) {
		if (pipe_room(p) >= PAGE_SIZE)
			mask |= PIPE_OUT;
		if (!load_acquire(&p->readers))
			mask |= EPOLLERR;
	}
	return mask;
}

static long pipe_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct pipe *p = f->priv;
	int used;

	if (cmd != FIONREAD)
		return -ENOTTY;
	used = (int)load_relaxed(&p->used);
	return user_write(UADDR(arg), &used);
}

ssize_t pipe_hold(struct file *f, bool may_wait)
{
	struct pipe *p = f->priv;
	ssize_t n;

	mutex_lock(&p->lock);
	n = pipe_wait_readable(p, may_wait && !(f->mode & FILE_NONBLOCK));
	if (!n && p->used && !p->held) {
		n = (ssize_t)p->used;
		store_relaxed(&p->held, true);
	}
	mutex_unlock(&p->lock);
	return n;
}

void pipe_unhold(struct file *f, size_t consumed)
{
	struct pipe *p = f->priv;
	size_t room;

	mutex_lock(&p->lock);
	room = pipe_room(p);
	ring_consume(&p->ring, consumed);
	store_relaxed(&p->used, p->used - (unsigned)consumed);
	if (unlikely(p->packets)) {
		packets_consume(p->packets, consumed);
		limit_update(p);
	}
	store_relaxed(&p->held, false);
	mutex_unlock(&p->lock);
	pipe_read_wake_slow(p, room);
}

/* Without p->lock: only the holder moves the tail, and resizing refuses while held. */
const void *pipe_held_span(struct file *f, size_t off, size_t *len)
{
	return ring_span(&((struct pipe *)f->priv)->ring, off, len);
}

ssize_t pipe_wait_room(struct file *f, bool may_wait)
{
	struct pipe *p = f->priv;
	ssize_t room;

	mutex_lock(&p->lock);
	room = pipe_wait_writable(p, 1, may_wait && !(f->mode & FILE_NONBLOCK));
	if (!room)
		room = p->readers ? (ssize_t)pipe_room(p) : -EPIPE;
	mutex_unlock(&p->lock);
	return room == -EPIPE ? pipe_broken() : room;
}

/* ---- size ---- */

long pipe_get_size(struct file *f)
{
	return file_is_pipe(f) ? (long)ring_size(&((struct pipe *)f->priv)->ring) : -EBADF;
}

uint64_t pipe_size_round(uint64_t bytes)
{
	uint64_t size = PAGE_SIZE;

	while (size < bytes)
		size *= 2;
	return size;
}

/* May the pipe have so many pages, paid for? p->lock held. 0, -EPERM, -EBUSY: then nothing is charged. */
static int resize_charge(struct pipe *p, unsigned slots)
{
	unsigned old = p->ring.nr_slots;
	uint64_t pages;
	int err = 0;

	if (slots > old && slots > (unsigned)load_relaxed(&pipe_max_size) / PAGE_SIZE && !capable(CAP_SYS_RESOURCE))
		return -EPERM;
	pages = account_pages(p->account, (long)slots - (long)old);
	if (slots > old && (beyond(pages, pipe_user_pages_soft) || beyond(pages, pipe_user_pages_hard)) && !is_privileged())
		err = -EPERM;
	else if (p->used > (uint64_t)slots * PAGE_SIZE || p->held || (p->packets && p->packets->nr > slots))
		err = -EBUSY;
	if (err)
		account_pages(p->account, (long)old - (long)slots);
	return err;
}

/* p->lock held. 0, -EPERM, -EBUSY, -ENOMEM: then it is as before. */
static int pipe_resize(struct pipe *p, unsigned slots)
{
	struct pipe_packets *q = NULL;
	unsigned old = p->ring.nr_slots;
	int err = resize_charge(p, slots);

	if (err)
		return err;
	if (slots > MANY_SLOTS || (p->packets && !(q = packets_alloc(slots))))
		err = -ENOMEM;
	if (!err)
		err = ring_resize(&p->ring, slots);
	if (err) {
		account_pages(p->account, (long)old - (long)slots);
		kfree(q);
		return err;
	}
	while (q && p->packets->nr) {
		uint32_t piece = *piece_at(p->packets, 0);

		packets_add(q, piece & ~PACKET, piece & PACKET);
		packets_consume(p->packets, piece & ~PACKET);
	}
	if (q) {
		kfree(p->packets);
		p->packets = q;
	}
	limit_update(p);
	return 0;
}

long pipe_set_size(struct file *f, unsigned long bytes)
{
	struct pipe *p = f->priv;
	uint32_t size;
	long err;

	if (!file_is_pipe(f))
		return -EBADF;
	if (bytes > PIPE_SIZE_LIMIT)
		return -EINVAL;
	size = (uint32_t)pipe_size_round(bytes);
	mutex_lock(&p->lock);
	err = pipe_resize(p, size / PAGE_SIZE);
	mutex_unlock(&p->lock);
	pipe_wake_all(p);
	return err ? err : (long)size;
}

/* ---- FIFOs: open and close ---- */

/* The inode's pipe, counted; a new one when there is none or it is going. NULL without memory. */
static struct pipe *fifo_pipe_get(struct inode *i, int *err)
{
	struct pipe *fresh = NULL;
	void *found;

	for (;;) {
		rcu_read_lock();
		found = load_acquire(&i->priv);        /* pairs with cas_acq_rel below: p is initialised */
		if (found && refcount_try_get(&((struct pipe *)found)->refs)) {
			rcu_read_unlock();
			if (fresh) {
				pipe_discharge(fresh);
				slab_free(pipe_cache, fresh);
			}
			return found;
		}
		rcu_read_unlock();
		if (!fresh)
			fresh = pipe_alloc(err);
		if (!fresh || cas_acq_rel(&i->priv, &found, (void *)fresh))
			return fresh;
	}
}

/* Whom an open has to wait for: nobody when the other side was there as we came in. */
struct rendezvous { bool is_alone; unsigned seen; };

/*
 * Count an open, and tell whether the other side is there, under one hold of p->lock: an opener that comes and goes
 * right after us has found us, and its going must not make us wait for another.
 */
static struct rendezvous fifo_count(struct pipe *p, uint32_t mode)
{
	struct rendezvous r;

	mutex_lock(&p->lock);
	if (mode & FILE_READ) {
		store_relaxed(&p->readers, p->readers + 1);
		store_relaxed(&p->reader_opens, p->reader_opens + 1);
	}
	if (mode & FILE_WRITE) {
		store_relaxed(&p->writers, p->writers + 1);
		store_relaxed(&p->writer_opens, p->writer_opens + 1);
	}
	r.is_alone = mode & FILE_READ ? !p->writers : !p->readers;
	r.seen = mode & FILE_READ ? p->writer_opens : p->reader_opens;
	mutex_unlock(&p->lock);
	waitq_wake_all(&p->read_wait);
	waitq_wake_all(&p->write_wait);
	pollable_touch_ordered(&p->pollable);          /* an EPOLLHUP or EPOLLERR is over */
	return r;
}

static void pipe_release(struct file *f)
{
	struct pipe *p = f->priv;
	bool ended;

	if (!p)                                        /* open failed */
		return;
	mutex_lock(&p->lock);
	if (f->mode & FILE_READ)
		store_relaxed(&p->readers, p->readers - 1);
	if (f->mode & FILE_WRITE)
		store_relaxed(&p->writers, p->writers - 1);
	ended = !p->readers || !p->writers;
	mutex_unlock(&p->lock);
	if (ended && pipe_is_watched(p))
		pipe_wake_all(p);
	pipe_put(p, f->inode);
}

/* Blocking open of a FIFO for one direction: wait for the other side. 0, -ERESTARTSYS. */
static int fifo_rendezvous(struct pipe *p, struct file *f, const struct rendezvous *r)
{
	if (!r->is_alone)
		return 0;
	if (inode_is_anon(f->inode))                   /* pipe(2)'s, through /proc/PID/fd: both sides have been there */
		return 0;
	if (!(f->mode & FILE_READ))
		return wait_event_interruptible(&p->write_wait, load_relaxed(&p->reader_opens) != r->seen);
	if (f->mode & FILE_NONBLOCK) {
		f->dir_cursor = r->seen;               /* no EPOLLHUP before a writer came */
		return 0;
	}
	return wait_event_interruptible(&p->read_wait, load_relaxed(&p->writer_opens) != r->seen);
}

static int fifo_open(struct inode *i, struct file *f)
{
	struct rendezvous r;
	struct pipe *p;
	int err;

	f->dir_cursor = ~0ull;
	p = fifo_pipe_get(i, &err);
	if (!p)
		return err;
	if ((f->mode & (FILE_READ | FILE_WRITE)) == FILE_WRITE && (f->mode & FILE_NONBLOCK) && !load_relaxed(&p->readers) &&
	    !inode_is_anon(i)) {
		pipe_put(p, i);
		return -ENXIO;
	}
	r = fifo_count(p, f->mode);
	pipe_attach(p, f);
	err = fifo_rendezvous(p, f, &r);
	if (err) {
		pipe_release(f);
		f->priv = NULL;
		f->pollable = NULL;
	}
	return err;
}

const struct file_ops fifo_ops = {
	.read = pipe_read_op,
	.write = pipe_write_op,
	.poll = pipe_poll,
	.ioctl = pipe_ioctl,
	.open = fifo_open,
	.release = pipe_release,
	.sends_sigio = true,
};

void pipe_init(void)
{
	fifo_file_ops = &fifo_ops;
	pipe_cache = slab_cache_create("pipe", sizeof(struct pipe), CACHELINE);
}

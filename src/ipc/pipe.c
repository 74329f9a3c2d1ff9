/*
 * pipe.c - bytes between tasks: a pipe's life, reading, writing, and looking without reading.
 *
 * The type and its invariants are in pipe_priv.h; how a FIFO's two sides meet is in fifo.c, how large a pipe may be
 * in pipe_size.c.
 *
 * Wake-ups: one reader for the first bytes; one writer once a page is free. Sleepers are exclusive, so
 * whoever was woken and leaves something over (bytes, room) wakes the next of its kind. The counts
 * are looked at after mutex_unlock(), whose locked instruction orders them behind the change
 * of `used` (sync/waitq.h); the common case, nobody waits, is one OR of four loads.
 *
 * Lock order: p->lock (RANK_PIPE), page faults, waitq.   Context: task, may sleep.
 * Tests: tests/abi/pipe, tests/busybox (pipelines, fifos).
 */
#include "pipe_priv.h"
#include "ipc_priv.h"
#include "pipe_watch.h"
#include <mm/slab.h>
#include <task/signal.h>
#include <asm/ioctls.h>
#include <linux/limits.h>

#define PIPE_IN  (EPOLLIN | EPOLLRDNORM)
#define PIPE_OUT (EPOLLOUT | EPOLLWRNORM)

static struct slab_cache *pipe_cache __ro_after_init;

/* ---- birth ---- */

void *ring_page_alloc(void)
{
	struct page *p = page_alloc(0, 0, PAGE_KERNEL);

	return p ? page_address(p) : NULL;
}

void ring_page_free(void *page) { page_put(virt_to_page(page)); }
void pieces_page_put(struct page *page) { page_put(page); }

struct pipe *pipe_alloc(int *err)
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

void pipe_free_unused(struct pipe *p)
{
	pipe_discharge(p);
	slab_free(pipe_cache, p);
}

static void pipe_free_rcu(struct rcu_head *head)
{
	slab_free(pipe_cache, container_of(head, struct pipe, rcu));
}

void pipe_put(struct pipe *p, struct inode *i)
{
	void *mine = p;

	if (!refcount_put(&p->refs))
		return;
	(void)cas_release(&i->priv, &mine, (void *)NULL);  /* unless a new open() has replaced it */
	pipe_discharge(p);
	pieces_free(p->pieces);
	ring_fini(&p->ring);
	rcu_call(&p->rcu, pipe_free_rcu);
}

void pipe_attach(struct pipe *p, struct file *f)
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
		pipe_free_unused(p);
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
	return pipe_ends_watched(&p->read_wait, &p->write_wait, &p->pollable);
}

static void pipe_wake_sleepers(struct pipe *p)
{
	if (load_relaxed(&p->used) && !load_relaxed(&p->held))
		waitq_wake_events_ordered(&p->read_wait, 1, PIPE_IN);
	if (pipe_has_room(p))
		waitq_wake_events_ordered(&p->write_wait, 1, PIPE_OUT);
}

static __noinline void pipe_read_wake_slow(struct pipe *p, size_t room_before)
{
	pipe_wake_sleepers(p);
	if (room_before < PAGE_SIZE && pipe_has_room(p))
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

void pipe_wake_all(struct pipe *p)
{
	waitq_wake_all(&p->read_wait);
	waitq_wake_all(&p->write_wait);
	pollable_notify(&p->pollable, PIPE_IN | PIPE_OUT | EPOLLERR | EPOLLHUP);
}

/* ---- pieces: packets and lent pages. p->lock held ---- */

/* Pieces are to be noted from now on. 0 or -ENOMEM. */
static int pieces_prepare(struct pipe *p)
{
	struct pipe_pieces *q;

	if (p->pieces)
		return 0;
	q = pieces_alloc(p->ring.nr_slots, p->ring.tail & (PAGE_SIZE - 1), p->used);
	if (!q)
		return -ENOMEM;
	store_release(&p->pieces, q);           /* pairs with pipe_held_span() */
	pipe_limit_update(p);
	return 0;
}

static void pieces_drop(struct pipe *p, size_t n)
{
	ring_consume(&p->ring, pieces_consume(p->pieces, n));
	store_relaxed(&p->used, p->pieces->bytes);
	pipe_limit_update(p);
}

/* What lies at the cursor, in one piece: the cursor moves on to the next piece when it stands at the end of one. */
static void pieces_span(struct pipe *p, struct pipe_cursor *at, struct pipe_span *out)
{
	const struct pipe_piece *piece = pieces_at(p->pieces, at->piece);

	if (at->in_piece == piece->len) {
		piece = pieces_at(p->pieces, ++at->piece);
		at->in_piece = 0;
	}
	out->page = piece->page;
	if (piece->page) {
		out->data = (char *)page_address(piece->page) + piece->off + at->in_piece;
		out->len = piece->len - at->in_piece;
	} else {
		out->data = ring_span(&p->ring, at->in_ring, &out->len);
		out->len = MIN(out->len, piece->len - at->in_piece);
	}
}

/* Bytes moved: up to the end of a packet. Short on a fault. */
static __noinline size_t pieces_read(struct pipe *p, struct uio *u)
{
	struct pipe_pieces *q = p->pieces;
	bool ends = false;
	size_t done = 0;

	while (q->nr && u->left && !ends) {
		const struct pipe_piece *piece = pieces_at(q, 0);
		size_t len = piece->len, want;
		bool is_packet = piece->is_packet;
		struct pipe_cursor first = { 0 };
		struct pipe_span s;

		pieces_span(p, &first, &s);
		want = MIN(u->left, s.len);
		if (uio_copy_to(u, s.data, want) != want)
			break;
		done += want;
		ends = is_packet && (!u->left || want == len);
		pieces_drop(p, ends ? len : want);      /* what did not fit of a packet is lost */
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
		if (likely(!p->pieces)) {
			n = ring_read(&p->ring, u, MIN(u->left, used));
			store_relaxed(&p->used, (unsigned)ring_used(&p->ring));
		} else {
			n = pieces_read(p, u);
		}
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
		if (unlikely(f->flags & O_DIRECT)) {
			err = pieces_prepare(p);
			if (err)
				break;
			want = MIN(u->left, PAGE_SIZE);         /* is whole, or waits */
			if (pipe_room(p) < want) {
				need = want;
				continue;
			}
		}
		n = ring_write(&p->ring, u, want, &err);
		store_relaxed(&p->used, p->used + (unsigned)n);
		if (unlikely(p->pieces) && n) {
			pieces_add(p->pieces, (uint32_t)n, f->flags & O_DIRECT);
			pipe_limit_update(p);
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
		if (pipe_has_room(p))
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
	n = pipe_wait_readable(p, may_wait);
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
	if (unlikely(p->pieces)) {
		pieces_drop(p, consumed);
	} else {
		ring_consume(&p->ring, consumed);
		store_relaxed(&p->used, p->used - (unsigned)consumed);
	}
	store_relaxed(&p->held, false);
	mutex_unlock(&p->lock);
	pipe_read_wake_slow(p, room);
}

/*
 * Only the holder moves the tail, and resizing refuses while held: so the bytes stay. Pieces may come meanwhile, and
 * find the cursor in the first one, where it belongs.
 */
void pipe_held_span(struct file *f, struct pipe_cursor *at, struct pipe_span *out)
{
	struct pipe *p = f->priv;

	if (likely(!load_acquire(&p->pieces))) {        /* pairs with pieces_prepare() */
		out->page = NULL;
		out->data = ring_span(&p->ring, at->in_ring, &out->len);
		return;
	}
	mutex_lock(&p->lock);
	pieces_span(p, at, out);
	mutex_unlock(&p->lock);
}

/* The spans as far as there are pages free. Bytes, or -ENOMEM. p->lock held. */
static ssize_t lend_locked(struct pipe *p, const struct pipe_span *s, unsigned nr)
{
	ssize_t done = 0;
	int err = pieces_prepare(p);

	if (err)
		return err;
	for (; nr && !pieces_is_full(p->pieces); s++, nr--) {
		page_get(s->page);
		pieces_lend(p->pieces, s->page, (uint32_t)((char *)s->data - (char *)page_address(s->page)), (uint32_t)s->len);
		done += (ssize_t)s->len;
	}
	store_relaxed(&p->used, p->pieces->bytes);
	pipe_limit_update(p);
	return done;
}

ssize_t pipe_lend(struct file *f, const struct pipe_span *s, unsigned nr, bool may_wait)
{
	struct pipe *p = f->priv;
	ssize_t n;

	mutex_lock(&p->lock);
	do {
		n = pipe_wait_writable(p, p->pieces ? PAGE_SIZE : 1, may_wait);
		if (!n)
			n = p->readers ? lend_locked(p, s, nr) : -EPIPE;
	} while (!n);                                   /* the pieces that came up first needed every page */
	mutex_unlock(&p->lock);
	if (n > 0 && pipe_is_watched(p))
		pipe_write_wake_slow(p);
	return n == -EPIPE ? pipe_broken() : n;
}

ssize_t pipe_wait_room(struct file *f, bool may_wait)
{
	struct pipe *p = f->priv;
	ssize_t room;

	mutex_lock(&p->lock);
	room = pipe_wait_writable(p, PAGE_SIZE, may_wait);
	if (!room)
		room = p->readers ? (ssize_t)pipe_room(p) : -EPIPE;
	mutex_unlock(&p->lock);
	return room == -EPIPE ? pipe_broken() : room;
}

void pipe_release(struct file *f)
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

/*
 * fifo.c - open(2) of a FIFO: how the two sides of a pipe with a name meet.
 *
 * The inode's priv is its pipe while anybody has it open; the last file takes it out, and the next open puts a new
 * one in. An open counts itself and looks for the other side under one hold of p->lock, then waits for a change
 * of the number of opens ever, not of those that are open: one who came and went has been there.
 * Lock order: RCU, then the pipe's reference; p->lock (RANK_PIPE), waitq.    Context: task, may sleep.
 * Tests: tests/abi/file, tests/busybox (fifos).
 */
#include "pipe_priv.h"

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
			if (fresh)
				pipe_free_unused(fresh);
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

int fifo_open(struct inode *i, struct file *f)
{
	struct rendezvous r;
	struct pipe *p;
	int err;

	f->dir_cursor = ~0ull;
	if (!(f->mode & (FILE_READ | FILE_WRITE)))
		return -EINVAL;                 /* O_ACCMODE: neither side */
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

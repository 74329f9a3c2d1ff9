/*
 * pipe_priv.h - the type of a pipe, shared by pipe.c, pipe_size.c and fifo.c.
 *
 *   I1  used is the number of bytes held, all in the ring unless there are pieces: written under p->lock, read by anybody
 *   I2  a reader sleeps only while (used == 0 or held) and a writer exists; a writer only while its
 *       bytes do not fit and a reader exists
 *   I3  a write of up to PIPE_BUF bytes is never interleaved with another
 *   I4  `held`: splice looks at the bytes without p->lock; other readers see an empty pipe meanwhile
 *   I5  limit is the number of bytes that may be held: the ring's size, or with pieces what fits beside them
 *
 * Lifetime: counted by its open files; RCU-freed, as open() of a FIFO finds it through inode->priv.
 * Lock order: p->lock (RANK_PIPE), page faults, waitq.
 */
#pragma once
#include <ipc/pipe.h>
#include <sync/mutex.h>
#include <task/cred.h>
#include "pipe_pieces.h"
#include "pipe_ring.h"

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
	struct pipe_pieces *pieces;             /* lock to write; NULL until the first packet or lent page, then for good */
	struct user_account *account;           /* counted: who pays for ring.nr_slots pages */
	refcount_t refs;                        /* open files */
	struct rcu_head rcu;
};

static inline bool pipe_may_read(const struct pipe *p)
{
	return (load_relaxed(&p->used) && !load_relaxed(&p->held)) || !load_relaxed(&p->writers);
}

static inline size_t pipe_room(const struct pipe *p) { return load_relaxed(&p->limit) - load_relaxed(&p->used); }

/* Is there room for a page? What room there is may be negative for a moment to who looks without p->lock. */
static inline bool pipe_has_room(const struct pipe *p) { return (int)pipe_room(p) >= (int)PAGE_SIZE; }

static inline bool pipe_may_write(const struct pipe *p, size_t need)
{
	return pipe_room(p) >= need || !load_relaxed(&p->readers);
}

/* I5, after a change of the pieces. p->lock held. */
static inline void pipe_limit_update(struct pipe *p)
{
	size_t limit = p->pieces ? p->used + pieces_room(p->pieces) : ring_size(&p->ring);

	store_relaxed(&p->limit, (unsigned)limit);
}

/* ---- pipe.c ---- */
/* A pipe with one reference and no side open. NULL without memory, or when the user has too many: see *err. */
struct pipe *pipe_alloc(int *err);
void pipe_free_unused(struct pipe *p);         /* one that no file has been attached to */
void pipe_attach(struct pipe *p, struct file *f);      /* f takes over a reference */
/* Drop an open file's reference; the last one takes the pipe out of its inode. */
void pipe_put(struct pipe *p, struct inode *i);
void pipe_wake_all(struct pipe *p);            /* p->lock not held */
void pipe_release(struct file *f);

/* ---- pipe_size.c ---- */
/* Have the current user pay for the first pages of the new p; beyond the soft limit they are few. 0 or -ENFILE. */
__must_check int pipe_charge(struct pipe *p);
void pipe_discharge(struct pipe *p);           /* the account's reference goes, too */

/* ---- fifo.c ---- */
/* open(2) of a FIFO, or of a pipe through /proc/PID/fd. 0, -ENXIO, -ENFILE, -ENOMEM, -ERESTARTSYS. */
__must_check int fifo_open(struct inode *i, struct file *f);

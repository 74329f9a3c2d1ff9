/*
 * flock_priv.h - locks on files: flock.c and flock_record.c to each other. Their heads say what holds.
 */
#pragma once
#include <fs/file.h>
#include <linux/fs.h>
#include <mm/slab.h>
#include <sync/waitq.h>
#include "file_priv.h"
#include "lock_walk.h"

enum { KIND_RECORD, KIND_FLOCK };

struct file_lock {
	struct file_lock *next;
	uint8_t kind;                           /* KIND_* */
	int8_t type;                            /* F_RDLCK, F_WRLCK (also for flock) */
	int pid;                                /* as F_GETLK tells: -1 for OFD */
	uint64_t start, end;                    /* inclusive */
	void *owner;                            /* fdtable (POSIX) or file (OFD, flock) */
	const struct file *file;                /* through which it was set: compared, never followed */
	struct told told;                       /* in place->told */
};

struct lock_place {
	struct spinlock lock;
	struct waitq waitq;                     /* woken when a lock of the inode goes */
	struct told_tree told;                  /* the locks, and struct waiting; lock */
	const struct inode *inode;
	struct place_list *in;
	struct told entry;                      /* in->lock */
};
struct waiting { struct told_waiter waiter; const struct file_lock *want; };

/* NULL: no lock was ever set. */
static inline struct lock_place *flock_place_find(struct inode *i)
{
	return load_acquire(&i->lock_place);    /* pairs with flock_place_make_slow() */
}

struct lock_place *flock_place_make_slow(struct inode *i);
/* NULL without memory. */
static inline struct lock_place *flock_place_make(struct inode *i)
{
	struct lock_place *b = flock_place_find(i);

	return likely(b) ? b : flock_place_make_slow(i);
}

static inline struct file_lock **flock_list_of(struct inode *i) { return (struct file_lock **)&i->flock_list; }

extern struct slab_cache *flock_cache;      /* a line each: owners on other CPUs share none */
/* In no list; the rest is the caller's to fill in. */
static inline struct file_lock *flock_alloc(void)
{
	struct file_lock *l = slab_alloc(flock_cache, 0);

	if (l)
		l->next = NULL;
	return l;
}
static inline void flock_list_free(struct file_lock *l)
{
	while (l) {
		struct file_lock *next = l->next;

		slab_free(flock_cache, l);
		l = next;
	}
}
/* From the inode's list in front of another; place->lock held. */
static inline void flock_take_out(struct lock_place *b, struct file_lock **from, struct file_lock **to)
{
	struct file_lock *l = *from;

	told_remove(&b->told, &l->told);
	*from = l->next;
	l->next = *to;
	*to = l;
}

/* l comes before what *at points to; place->lock held. */
static inline void flock_insert(struct lock_place *b, struct file_lock *l, struct file_lock **at)
{
	told_add(&b->told, &l->told);
	l->next = *at;
	store_relaxed(at, l);                  /* relaxed: who closes looks only for locks of its own */
}

struct file_lock *flock_find_conflict_locked(struct inode *i, const struct file_lock *want);

/*
 * Wait until nothing conflicts with want, then return 0 with place->lock held.
 * -EAGAIN if may not wait, -EDEADLK, -ERESTARTSYS, without the lock.
 */
__must_check int flock_lock_free_of_conflict(struct lock_place *b, struct inode *i, const struct file_lock *want, bool is_posix, bool may_wait);
/*
 * Locks of owner on i go or change; place->lock held, so nobody begins to wait for them meanwhile. Who waits
 * for them is woken: until it has looked again it waits for nobody, and makes no circle.
 */
void flock_blocked_release_locked(const struct inode *i, const void *owner);

/*
 * epoll_priv.h - an epoll and its items, shared by epoll.c, epoll_item.c and epoll_nest.c.
 *
 *   I1  an item that is ready by edge (ET) or level is on `ready`, or on the list of a collector that holds
 *       ep->lock and has not polled it yet: it leaves a list first, and is polled then
 *   I2  is_ready says that the item is on one of these lists; ready_lock
 *   I3  an item does not count its file; it is unlinked when the file ends (watches_release()), before the
 *       file's queues go. While it is in file->watches, both the file and the epoll exist.
 *   I4  while a collector has items off `ready`, `taken` is odd: an empty list then says nothing, and who
 *       asks must wait for ep->lock. A level-triggered file is never seen as not ready in between.
 *   I5  an epoll's level is above the levels of those that it watches, at most EPOLL_MAX_LEVEL: no cycles
 *   I6  from a file lead no more ways up to outermost epolls than `paths_max` of epoll_nest.c: who changes the file takes them all
 * Lock order: visit_lock, ep->lock (outer epolls first), nest_lock, watch bucket, waitq of the file, then by level
 * ready_lock or waitqs of the epoll (RANK_WAITQ_EPOLL + level), run queue.
 */
#pragma once
#include <ipc/epoll.h>
#include <lib/rbtree.h>
#include <sync/mutex.h>
#include <sync/seqlock.h>
#include <task/cred.h>

#define EPOLL_MAX_LEVEL 4u                      /* depth of epolls in epolls, as in Linux */

struct epoll {
	struct mutex lock;                      /* items; collecting */
	struct rbtree items;                    /* by (file, fd); lock */
	struct irq_spinlock ready_lock;
	struct list ready;                      /* ready_lock */
	struct seqcount taken;                  /* lock; its readers do not wait: epoll_is_ready() */
	struct waitq wait;                      /* epoll_wait() sleeps here */
	struct pollable pollable;               /* watched itself */
	struct list outers;                     /* items of epolls that watch this one; nest_lock */
	uint64_t visit;                         /* the last one that came here; visit_lock */
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

static inline enum lock_rank level_rank(const struct epoll *ep) { return (enum lock_rank)(RANK_WAITQ_EPOLL + ep->level); }

static inline void epoll_lock(struct epoll *ep) __acquires(ep->lock) __no_lock_analysis
{
	mutex_lock_nested(&ep->lock, (enum lock_rank)(RANK_EPOLL + EPOLL_MAX_LEVEL - ep->level));
}

/* ---- epoll.c ---- */
/* One reference less; the last one frees it. */
void epoll_put(struct epoll *ep);
/* Runs under the lock of the file's wait queue; any context but NMI. */
bool item_wake(struct waiter *w, uint32_t events);
/* Poll a new or changed item: a change before that had no one to tell. ep->lock held. */
void item_check(struct item *it);

/* ---- epoll_item.c ---- */
/* The item of (file, fd), or NULL. ep->lock held. */
struct item *item_find(const struct epoll *ep, const struct file *file, int fd);
/* An item paid for by ep's user, not yet in ep. 0, -ENOSPC, -ENOMEM. */
__must_check int item_alloc(struct epoll *ep, struct file *target, int fd, struct item **out);
void item_free(struct item *it);                /* one that is not in its epoll */
/* Into its epoll and the queues of its file; polled once. 0; -EEXIST; -ENOMEM or -EINVAL (I6): then it is freed. ep->lock held. */
__must_check int item_insert_locked(struct item *it);
/* Guards f->watches. */
struct spinlock *watch_lock(const struct file *f);
/* Unlink and free; the file and its queues may go once its watches are empty. ep->lock held. */
void item_remove(struct item *it);
void epoll_item_init(void);

/* ---- epoll_nest.c ---- */
void epoll_level_init(struct epoll *ep);
/* `it` of an epoll not yet locked is to watch the epoll `inner`. 0; -ELOOP, or -EINVAL (I6). */
__must_check int item_nest(struct epoll *outer, struct epoll *inner, struct item *it);
void item_unnest(struct item *it);
/* Does I6 hold for f, whose items are all in f->watches? */
bool item_paths_fit(const struct file *f);

/* aio_priv.h - a context of Linux AIO, between its ring (aio.c) and the requests that wait (aio_poll.c). */
#pragma once
#include <ipc/aio.h>
#include <sync/mutex.h>

struct aio {            /* keys: c const, s space->lock, l lock, a atomic */
	struct aio *next;                       /* s, RCU: space->aio, by number */
	unsigned number;                        /* c: the ring's id */
	unsigned nr;                            /* c: places in the ring */
	unsigned max;                           /* c: as in io_setup() */
	unsigned nr_pages;                      /* c */
	struct page **pages;                    /* c: of the ring, counted */
	uint64_t id;                            /* a: address of the ring */
	bool dead;                              /* s to write */
	refcount_t refs;
	struct mutex read_lock;                 /* who takes results: the ring's head */
	struct waitq wait;                      /* for results; for the last request */
	struct spinlock lock;
	unsigned tail;                          /* l */
	unsigned inflight;                      /* l to write */
	struct list polls;                      /* l: aio_poll.c */
	struct rcu_head rcu;
};

void aio_cancel_all(struct aio *a);

/*
 * aio_poll.c - IOCB_CMD_POLL: a request that waits until its file is ready.
 *
 * Its waiters stand in the file's queues. The first wake-up that matters takes the request (`taken`) and has it looked
 * at in a thread, for the end of a request may sleep. Who has taken it polls, and completes it or lets go:
 *
 *      who looks (nothing ready)               who wakes, or cancels
 *      taken = false                           the file is ready; cancelled = true
 *      fence                                   compare-and-exchange of taken (a fence): fails before
 *      looks once more                         the left side's store, then its second look sees the change
 *
 * Lifetime: one reference until completion, one of whoever looks: the file is there as long. Locks: aio->lock for its list; queues' locks.
 */
#include <base/err.h>
#include <ipc/aio.h>
#include <mm/slab.h>
#include <sync/defer.h>
#include "aio_priv.h"

#define QUEUES_MAX 2u                                   /* that one file waits on: a terminal has two */

struct aio_poll;
struct aio_poll_wait { struct waiter waiter; struct aio_poll *poll; };

struct aio_poll {       /* keys: c const, l aio->lock, a atomic, t who has taken it */
	struct aio *aio;                        /* c: counted */
	struct io_event result;                 /* c but for res: t */
	struct file *file, *eventfd;            /* c: counted */
	uint32_t events;                        /* c */
	uint32_t woken_by;                      /* t: what the wake-up says is ready, and is the result; 0: it does not say */
	bool cancelled;                         /* l to write */
	bool listed;                            /* l */
	atomic_bool taken;                      /* a */
	refcount_t refs;
	struct list node;                       /* l: aio->polls */
	unsigned nr_waits;                      /* c once armed */
	struct aio_poll_wait waits[QUEUES_MAX];
	struct defer work;                      /* t */
};

struct aio_table { struct poll_table table; struct aio_poll *poll; };

static void poll_put(struct aio_poll *p)
{
	if (!refcount_put(&p->refs))
		return;
	file_put(p->file);
	aio_put(p->aio);
	kfree(p);
}

static bool poll_take(struct aio_poll *p)
{
	bool free = false;

	return cas_acq_rel(&p->taken, &free, true);
}

static void poll_unlist_locked(struct aio_poll *p)
{
	if (p->listed)
		list_del(&p->node);
	p->listed = false;
}

/* No more wake-ups, no more cancelling. */
static void poll_detach(struct aio_poll *p)
{
	for (unsigned i = 0; i < p->nr_waits; i++)
		waitq_remove(&p->waits[i].waiter);
	spin_lock(&p->aio->lock);
	poll_unlist_locked(p);
	spin_unlock(&p->aio->lock);
}

/* We have taken p: complete it if there is a reason to. */
static void poll_look(struct aio_poll *p)
{
	for (;;) {
		uint32_t mask = p->woken_by ? p->woken_by : file_poll(p->file, NULL) & p->events;

		if (mask || load_acquire(&p->cancelled)) {      /* pairs with poll_cancel_locked() */
			p->result.res = mask;
			break;
		}
		store_release(&p->taken, false);
		fence_seq_cst();                                /* see the top */
		if (!(file_poll(p->file, NULL) & p->events) && !load_acquire(&p->cancelled))
			return;
		if (!poll_take(p))
			return;                                 /* to another, who looks after us */
	}
	poll_detach(p);
	aio_complete(p->aio, &p->result, p->eventfd);
	poll_put(p);
}

static void poll_work(struct defer *d)
{
	struct aio_poll *p = container_of(d, struct aio_poll, work);

	refcount_get(&p->refs);
	poll_look(p);
	poll_put(p);
}

/* Under the lock of the file's queue, in any context. */
static bool poll_wake(struct waiter *w, uint32_t events)
{
	struct aio_poll *p = container_of(w, struct aio_poll_wait, waiter)->poll;

	if ((events & p->events) && poll_take(p)) {
		p->woken_by = events == ~0u ? 0 : events;
		defer_call(&p->work, poll_work);
	}
	return false;
}

static void poll_add_queue(struct poll_table *pt, struct waitq *q)
{
	struct aio_poll *p = container_of(pt, struct aio_table, table)->poll;
	struct aio_poll_wait *w = &p->waits[p->nr_waits];

	if (p->nr_waits == QUEUES_MAX) {
		pt->error = -EINVAL;
		return;
	}
	p->nr_waits++;
	w->poll = p;
	w->waiter.wake = poll_wake;
	waitq_add(q, &w->waiter);
}

int aio_poll(struct aio *a, const struct io_event *e, struct file *f, struct file *eventfd, uint32_t events)
{
	struct aio_poll *p = kzalloc(sizeof *p);
	struct aio_table t = { .table.add = poll_add_queue, .poll = p };

	if (!p)
		return -ENOMEM;
	p->aio = a;
	p->result = *e;
	p->file = f;
	p->eventfd = eventfd;
	p->events = events;
	p->taken = true;                                        /* by us: wake-ups are for later */
	refcount_set(&p->refs, 2);
	(void)file_poll(f, &t.table);
	if (t.table.error) {
		poll_detach(p);
		kfree(p);
		return t.table.error;
	}
	refcount_get(&a->refs);
	spin_lock(&a->lock);
	list_append(&a->polls, &p->node);
	p->listed = true;
	p->cancelled = a->dead;                                 /* aio_cancel_all() came before us, or will see it */
	spin_unlock(&a->lock);
	poll_look(p);
	poll_put(p);
	return 0;
}

/* ---- cancelling ---- */

static void poll_cancel_locked(struct aio_poll *p)
{
	store_release(&p->cancelled, true);
	poll_unlist_locked(p);
	if (poll_take(p))
		defer_call(&p->work, poll_work);
}

int aio_cancel(struct aio *a, uint64_t obj)
{
	struct aio_poll *p;
	int ret = -EINVAL;

	spin_lock(&a->lock);
	list_for_each(p, &a->polls, node) {
		if (p->result.obj == obj) {
			poll_cancel_locked(p);
			ret = -EINPROGRESS;
			break;
		}
	}
	spin_unlock(&a->lock);
	return ret;
}

void aio_cancel_all(struct aio *a)
{
	spin_lock(&a->lock);
	while (!list_empty(&a->polls))
		poll_cancel_locked(list_first(&a->polls, struct aio_poll, node));
	spin_unlock(&a->lock);
}

/*
 * aio.c - Linux AIO: contexts and their rings.
 *
 * The ring is memory that the space maps, so that a program may look for results without a call. What user mode
 * writes there is not believed: head is taken modulo the size, the rest is read from struct aio.
 *   I1  inflight + results not yet taken <= nr - 1: each request that aio_begin() let in finds a place
 *   I2  a context stands in space->aio until it is destroyed; readers look under RCU, changes hold space->lock
 * Lifetime: counted (the space, a call, each poll); freed after a grace period.
 * Lock order: read_lock, page faults; lock (leaf).     Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/shmem.h>
#include <ipc/eventfd.h>
#include <linux/mman.h>
#include <mm/slab.h>
#include <task/signal.h>
#include <mm/space.h>
#include <percpu/percpu.h>
#include "aio_priv.h"
#include "ipc_priv.h"

/* What user mode sees at the head of a ring: libaio and liburing's ancestors read it, no UAPI header has it. */
struct aio_ring {
	uint32_t id, nr, head, tail, magic, compat_features, incompat_features, header_length;
};
static_assert(sizeof(struct aio_ring) == sizeof(struct io_event), "the header takes the place of one event");

#define RING_MAGIC 0xa10a10a1u
#define EVENTS_PER_PAGE (PAGE_SIZE / sizeof(struct io_event))
#define RING_BYTES_MAX 0x10000000ul

uint64_t aio_max_nr = 65536;                            /* /proc/sys/fs/aio-max-nr */
atomic_long aio_nr;                                     /* requests that all contexts were made for */

static struct aio_ring *ring_of(const struct aio *a) { return page_address(a->pages[0]); }
static unsigned ring_head(const struct aio *a) { return load_relaxed((atomic_uint *)&ring_of(a)->head) % a->nr; }

static struct io_event *ring_event(const struct aio *a, unsigned n)
{
	return (struct io_event *)page_address(a->pages[(n + 1) / EVENTS_PER_PAGE]) + (n + 1) % EVENTS_PER_PAGE;
}

unsigned aio_nr_events(const struct aio *a) { return a->nr; }

/* ---- birth and death ---- */

static void aio_free_rcu(struct rcu_head *h)
{
	struct aio *a = container_of(h, struct aio, rcu);

	for (unsigned i = 0; i < a->nr_pages; i++)
		page_put(a->pages[i]);
	kfree(a->pages);
	kfree(a);
}

void aio_put(struct aio *a)
{
	if (refcount_put(&a->refs))
		rcu_call(&a->rcu, aio_free_rcu);
}

static struct aio *aio_alloc(unsigned nr_pages)
{
	struct aio *a = kzalloc(sizeof *a);

	if (!a)
		return NULL;
	a->pages = kmalloc(nr_pages * sizeof *a->pages, ALLOC_ZERO);
	if (!a->pages) {
		kfree(a);
		return NULL;
	}
	refcount_set(&a->refs, 1);
	spin_init(&a->lock, RANK_POLL);
	mutex_init(&a->read_lock, RANK_AIO);
	list_init(&a->polls);
	waitq_init(&a->wait);
	return a;
}

/* The ring's pages, mapped into the current space. */
static int ring_make(struct aio *a, unsigned nr_pages)
{
	uint64_t len = nr_pages * PAGE_SIZE;
	struct file *f;
	int err = shmem_file_create("[aio]", 0600, len, F_SEAL_SEAL, NULL, &f);

	if (err)
		return err;
	for (; a->nr_pages < nr_pages && !err; a->nr_pages += !err)
		err = filemap_get(&f->inode->map, a->nr_pages, &a->pages[a->nr_pages]);
	if (!err)
		err = space_map(task_current()->space, 0, len, PROT_READ | PROT_WRITE, MAP_SHARED, 0, &f->inode->map, f, 0, &a->id);
	file_put(f);
	return err;
}

/* Number it and show it. s->lock orders those who do. */
static void aio_publish(struct space *s, struct aio *a)
{
	struct aio **link = &s->aio;

	mutex_lock(&s->lock);
	while (*link && (*link)->number == a->number) {         /* the list is sorted: the first gap */
		a->number++;
		link = &(*link)->next;
	}
	*ring_of(a) = (struct aio_ring){ .id = a->number, .nr = a->nr, .magic = RING_MAGIC, .compat_features = 1,
					 .header_length = sizeof(struct aio_ring) };
	a->next = *link;
	store_release(link, a);                                 /* pairs with the load in aio_find() */
	mutex_unlock(&s->lock);
}

int aio_create(unsigned nr, uint64_t *id)
{
	uint64_t wanted = 2ul * MAX(nr, nr_cpus * 4) + 2, bytes;
	struct aio *a;
	int err;

	if (wanted - 2 > RING_BYTES_MAX / sizeof(struct io_event))
		return -EINVAL;
	if (nr > load_relaxed(&aio_max_nr))                     /* relaxed: a limit, here and below */
		return -EAGAIN;
	bytes = ALIGN_UP(sizeof(struct aio_ring) + wanted * sizeof(struct io_event), PAGE_SIZE);
	a = aio_alloc((unsigned)(bytes >> PAGE_SHIFT));
	if (!a)
		return -ENOMEM;
	a->nr = (unsigned)(bytes / sizeof(struct io_event)) - 1;
	a->max = nr;
	err = -EAGAIN;
	if ((uint64_t)fetch_add_relaxed(&aio_nr, (long)nr) + nr > load_relaxed(&aio_max_nr))
		goto uncount;
	err = ring_make(a, (unsigned)(bytes >> PAGE_SHIFT));
	if (err)
		goto uncount;
	aio_publish(task_current()->space, a);
	*id = a->id;
	return 0;
uncount:
	fetch_sub_relaxed(&aio_nr, (long)nr);
	aio_put(a);
	return err == -ENOSPC ? -ENOMEM : err;
}

/* Counted, under the number that the ring says. */
static struct aio *aio_find(struct space *s, unsigned number)
{
	struct aio *a;

	rcu_read_lock();
	for (a = load_acquire(&s->aio); a; a = load_acquire(&a->next))   /* pairs with aio_publish() */
		if (a->number == number)
			break;
	if (a && (load_acquire(&a->dead) || !refcount_try_get(&a->refs)))
		a = NULL;
	rcu_read_unlock();
	return a;
}

struct aio *aio_lookup(uint64_t id)
{
	struct space *s = task_current()->space;
	struct page *p = NULL;
	uint32_t number;
	struct aio *a;

	if (!load_relaxed(&s->aio) || user_read(&number, UADDR(id)))
		return NULL;
	a = aio_find(s, number);
	if (!a || load_relaxed(&a->id) == id)
		return a;
	/* mremap(2) may have moved the ring. */
	if (!(id & ~PAGE_MASK) && !space_get_page(s, id, false, &p) && p == a->pages[0]) {
		store_relaxed(&a->id, id);
		page_put(p);
		return a;
	}
	if (p)
		page_put(p);
	aio_put(a);
	return NULL;
}

/* Out of its space's list. False when another was first. */
static bool aio_unlink(struct space *s, struct aio *a)
{
	struct aio **link = &s->aio;
	bool first;

	mutex_lock(&s->lock);
	first = !a->dead;
	if (first) {
		store_release(&a->dead, true);
		while (*link != a)
			link = &(*link)->next;
		store_release(link, a->next);
	}
	mutex_unlock(&s->lock);
	return first;
}

/* It is in no list any more: end what waits, and wait for that. */
static void aio_end(struct aio *a)
{
	waitq_wake_all(&a->wait);
	aio_cancel_all(a);
	wait_event(&a->wait, !load_acquire(&a->inflight));      /* pairs with aio_unreserve_locked() */
	fetch_sub_relaxed(&aio_nr, (long)a->max);
}

int aio_destroy(uint64_t id)
{
	struct space *s = task_current()->space;
	struct aio *a = aio_lookup(id);
	int err = 0;

	if (!a)
		return -EINVAL;
	if (aio_unlink(s, a)) {
		aio_end(a);
		(void)!space_unmap(s, a->id, a->nr_pages * PAGE_SIZE);
		aio_put(a);
	} else {
		err = -EINVAL;
	}
	aio_put(a);
	return err;
}

/* The space's last user is gone. */
static void aio_space_end(struct space *s)
{
	struct aio *a;

	while ((a = s->aio)) {
		s->aio = a->next;
		aio_end(a);
		aio_put(a);
	}
}

void aio_init(void) { space_aio_end = aio_space_end; }

/* ---- requests ---- */

bool aio_begin(struct aio *a)
{
	bool fits;

	spin_lock(&a->lock);
	fits = a->inflight + (a->tail + a->nr - ring_head(a)) % a->nr < a->nr - 1;      /* I1 */
	a->inflight += fits;
	spin_unlock(&a->lock);
	return fits;
}

/* One request less; whoever ends the context may wait for the last. */
static void aio_unreserve_locked(struct aio *a) { store_release(&a->inflight, a->inflight - 1); }

void aio_abandon(struct aio *a)
{
	spin_lock(&a->lock);
	aio_unreserve_locked(a);
	spin_unlock(&a->lock);
	if (unlikely(load_acquire(&a->dead)))
		waitq_wake_all(&a->wait);
}

void aio_complete(struct aio *a, const struct io_event *e, struct file *eventfd)
{
	spin_lock(&a->lock);
	*ring_event(a, a->tail) = *e;
	a->tail = (a->tail + 1) % a->nr;
	store_release((atomic_uint *)&ring_of(a)->tail, a->tail);       /* user mode, too, reads the event behind it */
	aio_unreserve_locked(a);
	spin_unlock(&a->lock);
	if (eventfd) {
		eventfd_signal(eventfd);
		file_put(eventfd);
	}
	waitq_wake_all(&a->wait);
}

/* ---- taking results ---- */

/* As the ring says: a program that writes there gets what it wrote, as on Linux. */
static unsigned ring_tail(const struct aio *a)
{
	return load_acquire((atomic_uint *)&ring_of(a)->tail) % a->nr;  /* pairs with aio_complete() */
}

static bool ring_is_empty(const struct aio *a) { return ring_head(a) == ring_tail(a); }

/* Up to nr results to user memory: how many, or -EFAULT. read_lock held. */
static long ring_take(struct aio *a, long nr, uaddr_t to)
{
	unsigned head = ring_head(a), tail = ring_tail(a);
	long done = 0;

	while (done < nr && head != tail) {
		unsigned n = (unsigned)MIN((uint64_t)(head < tail ? tail - head : a->nr - head), (uint64_t)(nr - done));

		n = MIN(n, (unsigned)(EVENTS_PER_PAGE - (head + 1) % EVENTS_PER_PAGE));
		if (user_copy_out(uaddr_add(to, (uint64_t)done * sizeof(struct io_event)), ring_event(a, head), n * sizeof(struct io_event)))
			return -EFAULT;
		done += n;
		head = (head + n) % a->nr;
	}
	store_release((atomic_uint *)&ring_of(a)->head, head);          /* read before their places are free */
	return done;
}

/* True when there is no more to wait for; *got: what aio_collect() returns then. */
static bool collect_some(struct aio *a, long min, long nr, uaddr_t to, long *got)
{
	long n;

	mutex_lock(&a->read_lock);
	n = ring_take(a, nr - *got, uaddr_add(to, (uint64_t)*got * sizeof(struct io_event)));
	mutex_unlock(&a->read_lock);
	if (n > 0)
		*got += n;
	if (n >= 0 && load_acquire(&a->dead))
		n = -EINVAL;
	if (!*got && n < 0)
		*got = n;
	return n < 0 || *got >= min;
}

long aio_collect(struct aio *a, long min, long nr, uaddr_t events, uint64_t deadline_ns)
{
	long got = 0;

	while (!collect_some(a, min, nr, events, &got) && deadline_ns) {
		int err = wait_event_deadline(&a->wait, !ring_is_empty(a) || load_acquire(&a->dead), deadline_ns);

		if (err || signal_is_fatal_pending()) {         /* who keeps changing head and tail may be killed */
			collect_some(a, min, nr, events, &got);
			break;
		}
	}
	return got;
}

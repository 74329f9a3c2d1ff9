/*
 * filemap.c - cached pages of an inode.
 *
 *   I1  a page in the tree has kind PAGE_FILE, owner = the map, index = its
 *       place, PG_CACHED, and one reference of the map
 *   I2  PG_CACHED is cleared before the page is unmapped from VMAs, and that is
 *       done before the map's reference is dropped; a fault enters a page only
 *       after it saw PG_CACHED under its table's lock
 *   I3  a page without PG_UPTODATE is locked (PG_LOCKED) by whoever reads it in, or has failed (PG_FAILED), or is
 *       reserved: zeroes that count as a hole until filemap_get() finds them
 * Locks: map->lock (RANK_FILEMAP) around tree changes; during truncation around
 * unmapping, too, so that VMAs and their tables stay. Users decide how many mappings a file has and how much they show:
 * beyond WALK_STEP they are walked in steps, with map->hold, so that the list and its VMAs stay as they are between steps.
 * Waiting for a locked page: hashed wait queues.
 * Context: task; filemap_find() and peeks never sleep, the rest may.
 */
#include "space_priv.h"
#include <base/err.h>
#include <lib/hash.h>
#include <lib/string.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include "mm_priv.h"
#include "radix.h"

#define DROP_BATCH 256                      /* pages per hold of map->lock */
#define WALK_STEP 256                       /* so much of zap_filemap_vma()'s cost, too */
#define LOOK_STEP 1024                      /* mappings only looked at */
#define NR_PAGE_WAITQS 16

static struct waitq page_waitqs[NR_PAGE_WAITQS];

static struct waitq *page_waitq(const struct page *p) { return &page_waitqs[hash_u64((uintptr_t)p) % NR_PAGE_WAITQS]; }
static struct radix *tree_of(const struct filemap *m) { return (struct radix *)&m->tree; }
static bool has_store(const struct filemap *m) { return m->ops && m->ops->read_page; }

/* ---- birth and death ---- */

void filemap_init(struct filemap *m, const struct filemap_ops *ops, void *owner, uint64_t *size)
{
	memset(m, 0, sizeof *m);
	spin_init(&m->lock, RANK_FILEMAP);
	list_init(&m->vmas);
	m->ops = ops;
	m->owner = owner;
	m->size = size;
}

uint64_t filemap_number_slow(struct filemap *m)
{
	static atomic_ulong last;
	unsigned long none = 0, fresh = fetch_add_relaxed(&last, 1) + 1;

	return cas_relaxed(&m->number, &none, fresh) ? fresh : none;    /* of two one wins */
}

static void count_shmem(const struct filemap *m, long n)
{
	if (m->is_shmem)
		this_cpu_add(mm_counters.shmem, n);
}

/* Take up to DROP_BATCH pages in [*from, to) out of the tree, chained by ptr; *from moves past them. m->lock held. */
static unsigned detach_batch(struct filemap *m, uint64_t *from, uint64_t to, struct page **chain)
{
	unsigned n = 0;
	uint64_t i = *from;
	struct page *p;

	while (n < DROP_BATCH && (p = radix_next(tree_of(m), &i, to))) {
		fetch_and_acq_rel(&p->flags, (uint16_t)~PG_CACHED);    /* I2: a full fence before tables are looked at */
		radix_remove(tree_of(m), i);
		p->ptr = *chain;
		*chain = p;
		n++;
		i++;
	}
	*from = n < DROP_BATCH ? to : i;
	m->nr_pages -= n;
	return n;
}

/* Indices to be unmapped from everywhere, and how far that is. */
struct unmap {
	uint64_t first, last;
	bool file_only;
	struct list *at;                        /* the next mapping, and in it */
	uint64_t index;
};

/* One step: true when all is done. m->lock held, from the first step on, or m->hold. */
static bool unmap_step(struct filemap *m, struct unmap *u)
{
	int budget = WALK_STEP;

	while (u->at != &m->vmas) {
		if (budget <= 0)
			return false;
		u->index = zap_filemap_vma(list_entry(u->at, struct vma, map_node), u->index, u->last, u->file_only, &budget);
		if (u->index < u->last)
			continue;               /* no budget left */
		u->at = u->at->next;
		u->index = u->first;
	}
	return true;
}

static void unmap_start(struct filemap *m, struct unmap *u)
{
	u->at = m->vmas.next;
	u->index = u->first;
}

/* The rest was too long for one step: anew, for the list may be another. May sleep. */
static __noinline void unmap_held(struct filemap *m, struct unmap *u)
{
	bool done;

	hold_begin(&m->hold, &m->lock);
	unmap_start(m, u);
	do {
		spin_lock(&m->lock);
		done = unmap_step(m, u);
		spin_unlock(&m->lock);
	} while (!done);
	hold_end(&m->hold, &m->lock);
}

/* Drop the pages of [from, to), unmapped from everywhere; private copies in VMAs, too, unless file_only. */
static void drop_range(struct filemap *m, uint64_t from, uint64_t to, bool file_only)
{
	while (from < to) {
		struct unmap u = { .first = from, .file_only = file_only };
		struct page *chain = NULL;
		unsigned n;
		bool done;

		spin_lock(&m->lock);
		n = detach_batch(m, &from, to, &chain);
		u.last = from;
		unmap_start(m, &u);
		done = unmap_step(m, &u);
		spin_unlock(&m->lock);
		if (unlikely(!done))
			unmap_held(m, &u);
		while (chain) {
			struct page *p = chain;

			chain = p->ptr;
			page_put(p);
		}
		if (!n)
			continue;
		count_shmem(m, -(long)n);
		if (m->ops && m->ops->charge)
			(void)m->ops->charge(m, -(int64_t)n);
	}
}

void filemap_fini(struct filemap *m)
{
	bug_on(!list_empty(&m->vmas));
	if (m->tree)
		drop_range(m, 0, ~0ul, true);
	if (unlikely(m->policies))
		shared_policy_fini(m);
}

/* ---- lookup ---- */

struct page **filemap_peek_leaf(struct filemap *m, uint64_t index, uint64_t *base, unsigned *n)
{
	return (struct page **)radix_leaf(tree_of(m), index, base, n);
}

struct page *filemap_find(struct filemap *m, uint64_t index)
{
	struct page *p;

	rcu_read_lock();
	do {
		p = radix_find(tree_of(m), index);
		if (!p || !page_try_get(p)) {
			p = NULL;
			break;
		}
		if (likely(filemap_holds(m, index, p)))
			break;
		/* Dropped or not ready: the reference may be the last one by now. */
		page_put(p);
		p = NULL;
	} while (0);
	rcu_read_unlock();
	return p;
}

/* Exact with m->lock held, else a snapshot. */
static bool is_reserved(const struct page *p) { return !(load_relaxed(&p->flags) & (PG_UPTODATE | PG_LOCKED | PG_FAILED)); }

uint64_t filemap_next_page(struct filemap *m, uint64_t from)
{
	struct page *p;

	rcu_read_lock();
	while ((p = radix_next(tree_of(m), &from, ~0ul)) && is_reserved(p))
		from++;
	rcu_read_unlock();
	return p ? from : ~0ul;
}

uint64_t filemap_count(struct filemap *m, uint64_t from, uint64_t to)
{
	uint64_t end = to + 1 ? to + 1 : to, n = 0;
	bool more = from < end;

	while (more) {
		rcu_read_lock();
		for (unsigned k = 0; k < DROP_BATCH && more; k++) {
			more = radix_next(tree_of(m), &from, end) != NULL;
			n += more;
			from += more;
		}
		rcu_read_unlock();
	}
	return n;
}

/* ---- insertion ---- */

/* Enter p at index. m->lock held. 0 or -ENOMEM. */
static int enter_locked(struct filemap *m, uint64_t index, struct page *p, uint16_t flags)
{
	int err;

	p->owner = m;
	p->index = index;
	store_release(&p->flags, flags | PG_CACHED | (m->is_shmem ? PG_SHMEM : 0));   /* pairs with filemap_holds() */
	err = radix_insert(tree_of(m), index, p);
	if (err)
		store_relaxed(&p->flags, 0);            /* relaxed: nobody saw it */
	else
		m->nr_pages++;
	return err;
}

static void wait_unlocked(struct page *p)
{
	wait_event(page_waitq(p), !(load_acquire(&p->flags) & PG_LOCKED));      /* pairs with read_in() */
	page_put(p);
}

/* Fill a page that we entered locked. On error it leaves the tree again. */
static int read_in(struct filemap *m, uint64_t index, struct page *p)
{
	int err = m->ops->read_page(m, p, index);

	if (err)
		drop_range(m, index, index + 1, true);
	else
		fetch_or_release(&p->flags, PG_UPTODATE);   /* pairs with filemap_holds(): the contents are there */
	fetch_and_acq_rel(&p->flags, (uint16_t)~PG_LOCKED);
	waitq_wake_all_ordered(page_waitq(p));
	return err;
}

static bool is_outside_locked(const struct filemap *m, uint64_t index)
{
	/* relaxed: truncation sets the size before it takes the lock */
	return m->size && index >= DIV_ROUND_UP(load_relaxed(m->size), PAGE_SIZE);
}

/*
 * Try to put a new page at index. 0 with *out counted; -EAGAIN when another page stands or stood
 * there, look again; -EFAULT past the end when `inside`; else as filemap_get().
 */
static int try_add(struct filemap *m, uint64_t index, bool inside, struct page **out)
{
	bool store = has_store(m);
	struct page *p, *other;
	int err = m->ops && m->ops->charge ? m->ops->charge(m, 1) : 0;

	if (err)
		return err;
	p = page_alloc(0, ALLOC_USER | (store ? 0 : ALLOC_ZERO), PAGE_FILE);
	if (!p) {
		err = -ENOMEM;
		goto uncharge;
	}
	page_get(p);                                    /* the map's and ours */
	spin_lock(&m->lock);
	other = radix_find(tree_of(m), index);
	if (other && (load_relaxed(&other->flags) & PG_LOCKED))  /* relaxed: wait_unlocked() looks properly */
		page_get(other);                        /* the lock keeps it in the tree */
	else if (other && unlikely(load_relaxed(&other->flags) & PG_FAILED))
		err = -EHWPOISON;
	else if (other)
		err = -EAGAIN;
	else if (inside && is_outside_locked(m, index))
		err = -EFAULT;
	else
		err = enter_locked(m, index, p, store ? PG_LOCKED : PG_UPTODATE);
	spin_unlock(&m->lock);
	if (other && !err) {
		wait_unlocked(other);
		err = -EAGAIN;
	}
	if (err)
		goto put_pages;
	count_shmem(m, 1);
	if (store) {
		err = read_in(m, index, p);
		if (err) {
			page_put(p);
			return err;
		}
	}
	*out = p;
	return 0;
put_pages:
	page_put(p);
	page_put(p);
uncharge:
	if (m->ops && m->ops->charge)
		(void)m->ops->charge(m, -1);
	return err;
}

/* A reserved page at index becomes one with contents, its zeroes. 0 with *out counted; 1: there is none; -EFAULT as try_add(). */
static __noinline int take_reserved(struct filemap *m, uint64_t index, bool inside, struct page **out)
{
	struct page *p;
	int err = 1;

	spin_lock(&m->lock);
	p = radix_find(tree_of(m), index);
	if (p && is_reserved(p)) {
		err = inside && is_outside_locked(m, index) ? -EFAULT : 0;
		if (!err) {
			page_get(p);
			fetch_or_release(&p->flags, PG_UPTODATE);       /* pairs with filemap_holds(): zeroed before it was entered */
			*out = p;
		}
	}
	spin_unlock(&m->lock);
	return err;
}

static int get_page(struct filemap *m, uint64_t index, bool inside, struct page **out)
{
	int err;

	do {
		*out = filemap_find(m, index);
		if (likely(*out))
			return 0;
		/* relaxed: whoever misses it finds the page in try_add(), under the lock, and comes back */
		err = unlikely(load_relaxed(&m->has_reserved)) ? take_reserved(m, index, inside, out) : 1;
		if (err <= 0)
			return err;
		err = try_add(m, index, inside, out);
	} while (err == -EAGAIN);
	return err;
}

int filemap_get(struct filemap *m, uint64_t index, struct page **out)
{
	int err = get_page(m, index, false, out);

	return unlikely(err == -EHWPOISON) ? -EIO : err;
}

int filemap_get_mapped(struct filemap *m, uint64_t index, struct page **out) { return get_page(m, index, true, out); }

int filemap_reserve(struct filemap *m, uint64_t index)
{
	struct page *p = filemap_find(m, index);
	int err = p ? 0 : take_reserved(m, index, false, &p);

	if (err <= 0) {
		page_put(p);
		return -EEXIST;
	}
	err = m->ops && m->ops->charge ? m->ops->charge(m, 1) : 0;
	if (err)
		return err;
	p = page_alloc(0, ALLOC_USER | ALLOC_ZERO, PAGE_FILE);
	err = p ? -EEXIST : -ENOMEM;
	if (p) {
		spin_lock(&m->lock);
		store_relaxed(&m->has_reserved, true);  /* relaxed: see get_page() */
		if (!radix_find(tree_of(m), index))
			err = enter_locked(m, index, p, 0);
		spin_unlock(&m->lock);
	}
	if (!err) {
		count_shmem(m, 1);
		return 0;
	}
	if (p)
		page_put(p);
	if (m->ops && m->ops->charge)
		(void)m->ops->charge(m, -1);
	return err;
}

int filemap_insert(struct filemap *m, uint64_t index, struct page *p)
{
	bool immortal = p->kind == PAGE_RESERVED;       /* part of the kernel image: never freed */
	int err = -EEXIST;

	if (immortal)
		store_relaxed(&p->refs, 2);             /* relaxed: published by enter_locked() */
	spin_lock(&m->lock);
	if (!radix_find(tree_of(m), index)) {
		if (!immortal) {
			this_cpu_sub(mm_counters.kind[p->kind], 1l);
			this_cpu_add(mm_counters.kind[PAGE_FILE], 1l);
		}
		p->kind = PAGE_FILE;
		err = enter_locked(m, index, p, PG_UPTODATE);
	}
	spin_unlock(&m->lock);
	if (err)
		page_put(p);
	else
		count_shmem(m, 1);
	return err;
}

/* ---- frames that fail ---- */

bool filemap_has_failed(struct filemap *m, uint64_t index)
{
	const struct page *p;
	bool failed;

	if (likely(!load_relaxed(&mm_nr_failed)))       /* relaxed: a failure from now on comes after this read */
		return false;
	rcu_read_lock();
	p = radix_find(tree_of(m), index);
	failed = p && (load_relaxed(&p->flags) & PG_FAILED);
	rcu_read_unlock();
	return failed;
}

int filemap_fail(struct filemap *m, uint64_t index, struct page *p, struct page *other)
{
	struct page **slots;
	uint64_t base;
	struct vma *v;
	unsigned n;
	int err = 0;

	spin_lock(&m->lock);
	if (!filemap_holds(m, index, p)) {
		spin_unlock(&m->lock);
		return -EBUSY;
	}
	fetch_and_acq_rel(&p->flags, (uint16_t)~PG_UPTODATE);   /* as I2: before tables are looked at */
	list_for_each(v, &m->vmas, map_node) {
		int budget = WALK_STEP;         /* for an index, enough */

		(void)zap_filemap_vma(v, index, index + 1, true, &budget);
	}
	if (!other) {
		fetch_or_release(&p->flags, PG_FAILED);
	} else if (load_acquire(&p->refs) != 2) {               /* the map's and the caller's: others may write to it */
		fetch_or_release(&p->flags, PG_UPTODATE);
		err = -EBUSY;
	} else {
		page_copy(other, p);
		other->owner = m;
		other->index = index;
		store_release(&other->flags, PG_CACHED | PG_UPTODATE | (p->flags & (PG_DIRTY | PG_SHMEM)));     /* pairs with filemap_holds() */
		slots = filemap_peek_leaf(m, index, &base, &n);
		store_release(&slots[index - base], other);
		store_release(&p->flags, 0);
	}
	spin_unlock(&m->lock);
	return err;
}

/* ---- truncation ---- */

/* Zero bytes [from, to) of the file, which lie in one page. */
static void zero_within(struct filemap *m, uint64_t from, uint64_t to)
{
	struct page *p = filemap_find(m, from >> PAGE_SHIFT);

	if (!p)
		return;
	memset((char *)page_address(p) + (from & (PAGE_SIZE - 1)), 0, to - from);
	page_put(p);
}

void filemap_truncate(struct filemap *m, uint64_t size)
{
	if (size & (PAGE_SIZE - 1))
		zero_within(m, size, ALIGN_UP(size, PAGE_SIZE));
	drop_range(m, DIV_ROUND_UP(size, PAGE_SIZE), ~0ul >> PAGE_SHIFT, false);
}

void filemap_punch(struct filemap *m, uint64_t from, uint64_t to)
{
	uint64_t first = ALIGN_UP(from, PAGE_SIZE), last = ALIGN_DOWN(to, PAGE_SIZE);

	if (first > last) {
		zero_within(m, from, to);
		return;
	}
	if (from < first)
		zero_within(m, from, first);
	if (last < to)
		zero_within(m, last, to);
	drop_range(m, first >> PAGE_SHIFT, last >> PAGE_SHIFT, true);
}

/* ---- seals ---- */

bool filemap_shared_write_begin(struct filemap *m)
{
	int n = load_relaxed(&m->shared_writers);       /* relaxed: the exchange checks it */

	do {
		if (n < 0)
			return false;
	} while (!cas_acq_rel(&m->shared_writers, &n, n + 1));
	return true;
}

void filemap_shared_write_end(struct filemap *m) { fetch_sub_release(&m->shared_writers, 1); }

bool filemap_deny_shared_write(struct filemap *m)
{
	bool found = false;
	struct list *at;
	int none = 0;

	/* Pairs with end(): a mapping that was being made stands in the list now. */
	if (!cas_acq_rel(&m->shared_writers, &none, -1))
		return none < 0;
	hold_begin(&m->hold, &m->lock);
	at = m->vmas.next;                      /* without the lock: nobody changes the list */
	while (at != &m->vmas && !found) {
		spin_lock(&m->lock);
		for (unsigned i = 0; i < LOOK_STEP && at != &m->vmas && !found; i++, at = at->next)
			found = (list_entry(at, struct vma, map_node)->flags & (VMA_SHARED | VMA_MAYWRITE)) == (VMA_SHARED | VMA_MAYWRITE);
		spin_unlock(&m->lock);
	}
	hold_end(&m->hold, &m->lock);
	if (found)
		store_release(&m->shared_writers, 0);
	return !found;
}

void filemap_init_caches(void)
{
	radix_init_caches();
	for (unsigned i = 0; i < NR_PAGE_WAITQS; i++)
		waitq_init(&page_waitqs[i]);
}

/*
 * dcache.c - the table of names.
 *
 * A chain of the table is walked under RCU with no store at all. It ends in a marker that names its
 * bucket, so that a reader who stood on a dentry while rename moved it to another chain notices where
 * it came out and starts again. Low bits of a chain word: CHAIN_END marker, CHAIN_LOCK bucket lock (heads).
 *
 *   I1  d->parent and d->name change only inside d->seq, by a rename, with preemption off
 *   I2  d->inode changes once, from NULL
 *   I3  a dentry holds a reference on its parent and its inode
 *   I4  refs carries DENTRY_DEAD once one thread has taken it from 0: that one frees it
 *   I5  a rename makes ->moves of both directories odd while a name may be missing from every chain
 *       although it exists all the time: a miss with ->moves even and unchanged is certain
 *
 * Unpinned dentries nobody holds stay in the table, in the order they were last given back, up to a
 * limit. Pinned ones (tmpfs) are the directory: there a miss needs no negative dentry to be quick.
 * Lock order: directory's inode->lock, d->lock, bucket, lru_lock. Context: task; *_rcu under RCU.
 */
#include <fs/dcache.h>
#include <fs/notify.h>
#include <arch/cpu.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <trace/klog.h>
#include "fs_priv.h"
#include "dcache_find.h"

#define COUNT_BATCH 32                      /* what a CPU holds back from nr_dentries */
#define PRUNE_BATCH 32
#define PRUNE_EVERY 16                      /* additions between two looks at the oldest */

uint64_t name_key[2] = { 0x9e3779b97f4a7c15ull, 0xd6e8feb86659fd93ull };
struct bounded_counter nr_dentries;

static struct slab_cache *dentry_cache __ro_after_init;
struct dcache_table dcache_table __ro_after_init;
static unsigned lru_limit __ro_after_init;

static struct spinlock lru_lock = SPINLOCK_INIT(RANK_DCACHE_HASH);
static struct list lru = LIST_INIT(lru);                /* newest first; lru_lock */
static unsigned nr_lru, nr_added;                       /* lru_lock */
static struct mutex prune_lock = MUTEX_INIT(prune_lock, RANK_NONE);    /* who frees dentries without a reference to their super block */

/* ---- buckets ---- */

static void bucket_lock(uintptr_t *b)
{
	uintptr_t v;

	preempt_disable();
	for (;;) {
		v = load_relaxed(b);
		if (likely(!(v & CHAIN_LOCK)) && likely(cas_acquire(b, &v, v | CHAIN_LOCK)))   /* pairs with bucket_unlock() */
			return;
		cpu_relax();
	}
}

static void bucket_unlock(uintptr_t *b)
{
	store_release(b, load_relaxed(b) & ~CHAIN_LOCK);        /* pairs with bucket_lock(); only the holder stores */
	preempt_enable();
}

static void chain_insert_locked(uintptr_t *b, struct dentry *d)
{
	uintptr_t first = load_relaxed(b) & ~CHAIN_LOCK;

	store_relaxed(&d->hash.next, first);            /* relaxed: readers on d after a move see the new chain, see CHAIN_END */
	d->hash.pprev = b;
	if (!(first & CHAIN_END))
		((struct dentry *)first)->hash.pprev = &d->hash.next;
	store_release(b, (uintptr_t)d | CHAIN_LOCK);    /* pairs with dentry_find_rcu(): d is initialised */
}

/* d keeps its next pointer for readers that stand on it. */
static void chain_remove_locked(uintptr_t *b, struct dentry *d)
{
	uintptr_t next = d->hash.next, *pprev = d->hash.pprev;

	store_release(pprev, pprev == b ? next | CHAIN_LOCK : next);
	if (!(next & CHAIN_END))
		((struct dentry *)next)->hash.pprev = pprev;
	d->hash.pprev = NULL;
}

struct dentry *dentry_find_rcu(const struct dentry *parent, const struct name *n)
{
	size_t rest = n->len & 7;

	return dentry_find_inline(parent, n->s, n->len, n->hash,
				  rest ? name_load(n->s + n->len - rest) & name_low_bytes((unsigned)rest) : 0);
}

bool dentry_is_absent(const struct dentry *parent, const struct name *n, struct dentry **found)
{
	unsigned s;

	do {
		s = seq_begin(&parent->moves);
		*found = dentry_find_rcu(parent, n);
		if (*found)
			return false;
	} while (seq_retry(&parent->moves, s));
	return true;
}

struct dentry *dentry_lookup_child(struct dentry *parent, const struct name *n)
{
	struct dentry *d;

	rcu_read_lock();
	d = dentry_find_rcu(parent, n);
	if (d && !dentry_try_get(d))
		d = NULL;
	rcu_read_unlock();
	return d;
}

/* ---- birth ---- */

void dentry_init_name(struct name *n, const char *s, size_t len)
{
	n->s = s;
	n->len = (uint32_t)len;
	n->hash = name_hash(s, len);
}

int dentry_name_reserve(const struct name *n, struct long_name **spare)
{
	*spare = NULL;
	if (n->len < sizeof ((struct dentry *)0)->inline_name)
		return 0;
	*spare = kmalloc(sizeof **spare + ALIGN_UP(n->len + 1, 8u), 0);
	return *spare ? 0 : -ENOMEM;
}

void dentry_name_release(struct long_name *spare) { kfree(spare); }

void dentry_name_set(struct dentry *d, const struct name *n, struct long_name *room)
{
	char *text = room ? room->text : d->inline_name;

	if (room)
		memset(text + ALIGN_DOWN(n->len, 8u), 0, 8);
	else
		memset(text, 0, sizeof d->inline_name);
	memcpy(text, n->s, n->len);
	store_relaxed(&d->name.s, text);
	store_relaxed(&d->name.len, n->len);
	store_relaxed(&d->name.hash, n->hash);
}

struct long_name *dentry_name_room(const struct dentry *d)
{
	return d->name.s == d->inline_name ? NULL : container_of((char *)(uintptr_t)d->name.s, struct long_name, text[0]);
}

struct dentry *dentry_alloc(struct dentry *parent, const struct name *n)
{
	struct long_name *room;
	struct dentry *d;

	if (unlikely(dentry_name_reserve(n, &room)))
		return NULL;
	d = slab_alloc(dentry_cache, ALLOC_ZERO);
	if (unlikely(!d)) {
		kfree(room);
		return NULL;
	}
	spin_init(&d->lock, RANK_DENTRY);
	list_init(&d->children);
	list_init(&d->sibling);
	d->refs = 1;
	d->next_cursor = 3;                     /* positions below: pinned.c */
	d->flags = DENTRY_UNHASHED;
	dentry_name_set(d, n, room);
	d->parent = d;
	if (parent) {
		dentry_get(parent);
		d->parent = parent;
		d->super = parent->super;
		if (d->super->ops->revalidate)
			d->flags |= DENTRY_REVALIDATE;
	}
	bounded_counter_add(&nr_dentries, 1);
	return d;
}

void dentry_attach(struct dentry *d, struct inode *i)
{
	assert(!d->inode);
	store_release(&d->inode, i);            /* pairs with the walk's load: the inode is initialised */
}

void dentry_list(struct dentry *d)
{
	struct dentry *parent = d->parent;

	spin_lock(&parent->lock);
	d->cursor = parent->next_cursor++;
	list_push(&parent->children, &d->sibling);
	spin_unlock(&parent->lock);
}

void dentry_unlist(struct dentry *d)
{
	spin_lock(&d->parent->lock);
	list_del_init(&d->sibling);
	spin_unlock(&d->parent->lock);
}

void dentry_chain_remove(struct dentry *d)
{
	uintptr_t *b = dcache_bucket(d->parent, d->name.hash);

	bucket_lock(b);
	if (d->hash.pprev)
		chain_remove_locked(b, d);
	bucket_unlock(b);
}

void dentry_chain_insert(struct dentry *d)
{
	uintptr_t *b = dcache_bucket(d->parent, d->name.hash);

	bucket_lock(b);
	chain_insert_locked(b, d);
	bucket_unlock(b);
}

void dentry_add(struct dentry *d)
{
	uintptr_t *b = dcache_bucket(d->parent, d->name.hash);

	dentry_list(d);
	fetch_and_relaxed(&d->flags, ~DENTRY_UNHASHED); /* relaxed: published by the chain */
	bucket_lock(b);
	chain_insert_locked(b, d);
	bucket_unlock(b);
}

struct dentry *dentry_add_unique(struct dentry *d)
{
	uintptr_t *b = dcache_bucket(d->parent, d->name.hash);
	struct dentry *other;

	dentry_list(d);
	bucket_lock(b);
	other = dentry_find_rcu(d->parent, &d->name);
	if (other && !dentry_try_get(other))
		other = NULL;
	if (!other) {
		fetch_and_relaxed(&d->flags, ~DENTRY_UNHASHED); /* relaxed: published by the chain */
		chain_insert_locked(b, d);
	}
	bucket_unlock(b);
	if (other)
		dentry_unlist(d);
	return other;
}

/* ---- death ---- */

/* Out of the table and of the listing. Names of d do not change meanwhile: by the caller's locks, or d is dead. */
void dentry_unhash(struct dentry *d)
{
	uintptr_t *b = dcache_bucket(d->parent, d->name.hash);

	fetch_or_relaxed(&d->flags, DENTRY_UNHASHED);   /* relaxed: seen by whoever puts the last reference after us */
	bucket_lock(b);
	if (d->hash.pprev)
		chain_remove_locked(b, d);
	bucket_unlock(b);
	if (!list_empty(&d->sibling))
		dentry_unlist(d);
}

void dentry_drop(struct dentry *d) { dentry_unhash(d); }

static void lru_remove(struct dentry *d)
{
	if (d->super->pin_dentries)             /* never on it: they leave the table before they lose the last holder */
		return;
	spin_lock(&lru_lock);
	if (d->flags & DENTRY_ON_LRU) {
		fetch_and_relaxed(&d->flags, ~DENTRY_ON_LRU);
		list_del(&d->lru);
		nr_lru--;
	}
	spin_unlock(&lru_lock);
}

/* An unpinned dentry is without holder. RCU section: d may die at once. True: it is time to prune. */
static bool lru_add(struct dentry *d)
{
	bool prune = false;

	if (load_relaxed(&d->flags) & DENTRY_ON_LRU)    /* relaxed: stays where it is */
		return false;
	spin_lock(&lru_lock);
	if (!(d->flags & DENTRY_ON_LRU) && !(load_relaxed(&d->refs) & DENTRY_DEAD)) {
		fetch_or_relaxed(&d->flags, DENTRY_ON_LRU);
		list_push(&lru, &d->lru);
		prune = ++nr_lru > lru_limit || ++nr_added % PRUNE_EVERY == 0;
	}
	spin_unlock(&lru_lock);
	return prune;
}

static void dentry_free_rcu(struct rcu_head *head)
{
	struct dentry *d = container_of(head, struct dentry, rcu);

	kfree(dentry_name_room(d));
	slab_free(dentry_cache, d);
}

/* Free a dentry that we made dead (I4). Returns its parent, whose reference is the caller's now, or NULL. */
static struct dentry *dentry_kill(struct dentry *d)
{
	struct dentry *parent = d->parent == d ? NULL : d->parent;

	lru_remove(d);
	if (parent)
		dentry_unhash(d);
	if (unlikely(load_relaxed(&d->flags) & DENTRY_HANDLE))          /* relaxed: d is ours */
		handle_forget(d);
	if (d->inode) {
		if (notify_is_on() && !load_relaxed(&d->inode->nlink))  /* relaxed: nobody has a name to link it by */
			notify_gone(d->inode);
		inode_put(d->inode);
	}
	bounded_counter_add(&nr_dentries, -1);
	rcu_call(&d->rcu, dentry_free_rcu);
	return parent;
}

static bool dentry_make_dead(struct dentry *d)
{
	unsigned none = 0;

	return cas_acq_rel(&d->refs, &none, DENTRY_DEAD);       /* acq_rel: all holders' accesses before the free */
}

/* Asked of its file system: does the name still lead there? RCU. */
static bool dentry_is_stale(struct dentry *d)
{
	return (load_relaxed(&d->flags) & DENTRY_REVALIDATE) && !d->super->ops->revalidate(d);
}

/*
 * Take up to PRUNE_BATCH of the oldest off the list: all while there are too many, else those that have become
 * stale (processes that are gone), the others get another round. Made dead into batch; returns how many.
 */
static unsigned lru_collect(struct dentry **batch, unsigned limit)
{
	unsigned n = 0;

	rcu_read_lock();
	spin_lock(&lru_lock);
	for (unsigned looked = 0; looked < PRUNE_BATCH && !list_empty(&lru); looked++) {
		struct dentry *d = list_last(&lru, struct dentry, lru);

		list_del(&d->lru);
		if (nr_lru <= limit && !dentry_is_stale(d)) {
			list_push(&lru, &d->lru);
			continue;
		}
		fetch_and_relaxed(&d->flags, ~DENTRY_ON_LRU);
		nr_lru--;
		if (dentry_make_dead(d))        /* else somebody holds it: it comes back when given back */
			batch[n++] = d;
	}
	spin_unlock(&lru_lock);
	rcu_read_unlock();
	return n;
}

/* False: somebody else is at it. */
static bool lru_prune(unsigned limit)
{
	struct dentry *batch[PRUNE_BATCH];
	unsigned n;

	if (!mutex_trylock(&prune_lock))
		return false;
	n = lru_collect(batch, limit);
	for (unsigned i = 0; i < n; i++) {
		struct dentry *parent = dentry_kill(batch[i]);

		if (parent)
			dentry_put(parent);
	}
	mutex_unlock(&prune_lock);
	return true;
}

void dentry_cache_drop(void)
{
	/* What is put on the list meanwhile need not go. */
	for (unsigned left = load_relaxed(&nr_lru) / PRUNE_BATCH + 1; left; left--)
		while (!lru_prune(0))
			sched_yield_now();
}

void dentry_put(struct dentry *d)
{
	bool prune = false;

	while (d && !dentry_is_eternal(d)) {
		bool dead = false;

		rcu_read_lock();
		if (likely(fetch_sub_acq_rel(&d->refs, 1) != 1)) {      /* pairs with dentry_make_dead() */
			rcu_read_unlock();
			break;
		}
		if ((load_relaxed(&d->flags) & DENTRY_UNHASHED) || dentry_is_stale(d))
			dead = dentry_make_dead(d);
		else
			prune = lru_add(d);
		rcu_read_unlock();
		if (!dead)
			break;
		d = dentry_kill(d);
	}
	if (unlikely(prune))
		(void)lru_prune(lru_limit);
}

/* Up to PRUNE_BATCH of a super block's that nobody holds, made dead into batch; returns how many. */
static unsigned lru_collect_super(const struct super *s, struct dentry **batch)
{
	struct dentry *d, *next;
	unsigned n = 0;

	rcu_read_lock();
	spin_lock(&lru_lock);
	list_for_each_safe(d, next, &lru, lru) {
		if (d->super != s || n == PRUNE_BATCH || !dentry_make_dead(d))
			continue;
		list_del(&d->lru);
		fetch_and_relaxed(&d->flags, ~DENTRY_ON_LRU);
		nr_lru--;
		batch[n++] = d;
	}
	spin_unlock(&lru_lock);
	rcu_read_unlock();
	return n;
}

/*
 * What stands below a name that a walk found stale and dropped (a process's directory) is reached from no root,
 * but only from the list of what nobody holds. Each takes its parents with it.
 */
static void super_unlist(const struct super *s)
{
	struct dentry *batch[PRUNE_BATCH];
	unsigned n;

	do {
		n = lru_collect_super(s, batch);
		for (unsigned i = 0; i < n; i++)
			dentry_put(dentry_kill(batch[i]));
	} while (n);
}

void dentry_tree_shrink(struct dentry *root)
{
	struct dentry *d, *child;
	bool got;

	for (;;) {
		d = root;
		dentry_get(d);
		for (;;) {                      /* down to a leaf, counted hand over hand */
			got = true;
			spin_lock(&d->lock);
			child = list_empty(&d->children) ? NULL : list_first(&d->children, struct dentry, sibling);
			if (child)
				got = dentry_try_get(child);
			spin_unlock(&d->lock);
			if (!child)
				break;
			if (!got) {             /* on its way out: it leaves the list by itself */
				cpu_relax();
				continue;
			}
			dentry_put(d);
			d = child;
		}
		if (d == root)
			break;
		mutex_lock(&d->parent->inode->lock);    /* a listing may stand on it */
		dentry_unhash(d);
		mutex_unlock(&d->parent->inode->lock);
		if (fetch_and_relaxed(&d->flags, ~DENTRY_PINNED) & DENTRY_PINNED)
			dentry_put(d);
		dentry_put(d);
	}
	if (!root->super->pin_dentries)
		super_unlist(root->super);
	dentry_put(root);
	/* Whoever prunes now may still be at an inode of ours. */
	mutex_lock_nested(&prune_lock, RANK_MUTEX_LEAF);
	mutex_unlock(&prune_lock);
}

bool dentry_is_inside(const struct dentry *d, const struct dentry *dir)
{
	bool inside;

	rcu_read_lock();
	while (d != dir && load_relaxed(&d->parent) != d)
		d = load_acquire(&d->parent);
	inside = d == dir;
	rcu_read_unlock();
	return inside;
}

bool dentry_has_children(struct dentry *d)
{
	struct dentry *c;
	bool has = false;

	spin_lock(&d->lock);
	list_for_each(c, &d->children, sibling)
		if (!(c->flags & DENTRY_CURSOR) && load_acquire(&c->inode)) {
			has = true;
			break;
		}
	spin_unlock(&d->lock);
	return has;
}

/* ---- cursors of listings ---- */

struct dentry *dentry_cursor_alloc(struct dentry *dir)
{
	static const struct name none = { "", 0, 0 };
	struct dentry *c = dentry_alloc(dir, &none);

	if (c)
		c->flags |= DENTRY_CURSOR;
	return c;
}

void dentry_cursor_free(struct dentry *c)
{
	spin_lock(&c->parent->lock);
	list_del_init(&c->sibling);
	spin_unlock(&c->parent->lock);
	dentry_put(c);
}

/* ---- bring-up ---- */

void dcache_init(void)
{
	struct mm_stats stats;
	unsigned bits = 9;

	bug_on(bounded_counter_init(&nr_dentries, COUNT_BATCH) || bounded_counter_init(&nr_inodes, COUNT_BATCH));
	if (!cpu_random_u64(&name_key[0]))
		name_key[0] ^= clock_monotonic_ns() * 0x9e3779b97f4a7c15ull;
	if (!cpu_random_u64(&name_key[1]))
		name_key[1] ^= clock_realtime_ns() * 0xbf58476d1ce4e5b9ull;
	name_key[0] |= 1;
	name_key[1] |= 1;
	mm_stats_read(&stats);
	while (bits < 20 && (8ul << bits) < stats.total)        /* a bucket for every 8 pages of memory */
		bits++;
	lru_limit = (unsigned)MAX(stats.total / 64, 256ul);
	dcache_table.shift = 64 - bits;
	dcache_table.buckets = kmalloc(sizeof *dcache_table.buckets << bits, 0);
	if (!dcache_table.buckets)
		panic("fs: no memory for the table of names");
	for (uintptr_t i = 0; i < 1ul << bits; i++)
		dcache_table.buckets[i] = i << CHAIN_INDEX_SHIFT | CHAIN_END;
	dentry_cache = slab_cache_create("dentry", sizeof(struct dentry), CACHELINE);
}

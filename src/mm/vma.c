/*
 * vma.c - the ordered tree of VMAs of a space, and their way in and out.
 *
 *   I1  VMAs of a tree are disjoint, non-empty and page aligned
 *   I2  start, end, pgoff and flags of a linked VMA change only with s->lock and,
 *       for a mapping of a file, map->lock held and map->hold not, inside a write section of s->seq
 *   I3  a change other than growth raises vma->version first; so does removal
 *   I4  a VMA stays in map->vmas until its entries are cleared and flushed, so
 *       that truncation finds every place a page may be mapped; it leaves before
 *       s->lock is free, so that truncation takes nothing from who comes there next
 * Write sections run with preemption off: readers spin while one is open.
 * Lifetime: RCU-freed; a snapshot's vma pointer is good while RCU is held.
 * Locks: s->lock (mutex), map->hold (waited for), map->lock, then seq.
 */
#include "space_priv.h"
#include <base/err.h>
#include <mm/policy.h>
#include <mm/slab.h>
#include <trace/klog.h>
#include "mm_priv.h"

const struct vma_file_ops *vma_file_ops;
int map_count_max = 65530;
static struct slab_cache *vma_cache __ro_after_init;

static inline struct vma *vma_of(const struct rbnode *n) { return n ? container_of(n, struct vma, node) : NULL; }

static void tree_change_begin(struct space *s)
{
	preempt_disable();
	seq_write_begin(&s->seq);
}

static void tree_change_end(struct space *s)
{
	seq_write_end(&s->seq);
	preempt_enable();
}

/* Does its map know of v? That of special mappings never changes: it need not. */
static bool in_map(const struct vma *v) { return v->map && !(v->flags & VMA_SPECIAL); }

/* I2: the lock of the map that v maps, if any. */
static void map_lock(struct vma *v)
{
	if (in_map(v))
		spin_lock_unheld(&v->map->lock, &v->map->hold);
}

static void map_unlock(struct vma *v)
{
	if (in_map(v))
		spin_unlock(&v->map->lock);
}

/* Relaxed: faults check the version under the table lock that the following walk also takes. */
static void version_raise(struct vma *v) { store_relaxed(&v->version, v->version + 1); }

/* ---- looking up ---- */

bool vma_snapshot(struct space *s, uint64_t addr, struct vma_view *out)
{
	unsigned seq;
	struct vma *found;

	do {
		const struct rbnode *n;

		seq = seq_begin(&s->seq);
		found = NULL;
		for (n = load_relaxed(&s->vmas.root); n;) {     /* relaxed: seq tells whether we saw a whole tree */
			struct vma *v = vma_of(n);

			if (addr < load_relaxed(&v->start)) {
				n = load_relaxed(&n->left);
			} else if (addr >= load_relaxed(&v->end)) {
				n = load_relaxed(&n->right);
			} else {
				*out = (struct vma_view){ v, v->start, v->end, v->pgoff, v->flags,
							  load_relaxed(&v->version), v->map };
				found = v;
				break;
			}
		}
	} while (unlikely(seq_retry(&s->seq, seq)));
	return found;
}

struct vma *vma_find(struct space *s, uint64_t addr)
{
	struct rbnode *n = s->vmas.root;
	struct vma *best = NULL;

	while (n) {
		struct vma *v = vma_of(n);

		if (v->end > addr) {
			best = v;
			if (v->start <= addr)
				break;
			n = n->left;
		} else {
			n = n->right;
		}
	}
	return best;
}

struct vma *vma_before(struct space *s, uint64_t addr)
{
	struct rbnode *n = s->vmas.root;
	struct vma *best = NULL;

	while (n) {
		struct vma *v = vma_of(n);

		if (v->start < addr) {
			best = v;
			n = n->right;
		} else {
			n = n->left;
		}
	}
	return best;
}

struct vma *vma_first(struct space *s) { return vma_of(rbtree_first(&s->vmas)); }
struct vma *vma_next(const struct vma *v) { return vma_of(rbtree_next(&v->node)); }
struct vma *vma_prev(const struct vma *v) { return vma_of(rbtree_prev(&v->node)); }

/* ---- accounts ---- */

bool vma_is_data(uint32_t flags) { return (flags & (VMA_WRITE | VMA_SHARED | VMA_GROWSDOWN)) == VMA_WRITE; }

static __noinline void lock_count(struct space *s, int64_t pages)
{
	s->locked_pages += pages;
	this_cpu_add(mm_counters.mlocked, pages);
}

static inline void account(struct space *s, uint32_t flags, int64_t pages)
{
	if (pages < 0)
		s->peak_pages = MAX(s->peak_pages, s->total_pages);
	s->total_pages += pages;
	if (vma_is_data(flags))
		s->data_pages += pages;
	if (flags & VMA_GROWSDOWN)
		s->stack_pages += pages;
	if (unlikely(flags & VMA_LOCKED))
		lock_count(s, pages);
	if (commit_is_accounted(flags))
		commit_add(s, pages);
}

static int64_t vma_pages(const struct vma *v) { return (v->end - v->start) >> PAGE_SHIFT; }

/* ---- birth ---- */

struct vma *vma_alloc(struct space *s, uint64_t start, uint64_t end, uint32_t flags)
{
	struct vma *v = slab_alloc(vma_cache, ALLOC_ZERO);

	if (!v)
		return NULL;
	v->start = start;
	v->end = end;
	v->flags = flags;
	v->space = s;
	list_init(&v->map_node);
	return v;
}

static void refs_get(const struct vma *v)
{
	if (v->file)
		vma_file_ops->opened(v->file);
	else if (v->map && share_is(v->map))
		share_get(v->map);
}

static void refs_put(const struct vma *v)
{
	if (v->file)
		vma_file_ops->closed(v->file);
	else if (v->map && share_is(v->map))
		share_put(v->map);
}

void vma_set_file(struct vma *v, struct filemap *map, struct file *file, uint64_t pgoff)
{
	v->map = map;
	v->file = file;
	v->pgoff = pgoff;
	refs_get(v);
}

struct vma *vma_dup(struct space *s, const struct vma *from)
{
	struct vma *v = vma_alloc(s, from->start, from->end, from->flags);

	if (!v)
		return NULL;
	v->name = from->name;
	if (unlikely(from->flags & VMA_POLICY))
		v->policy = mempolicy_get(from->policy);
	v->has_anon = load_relaxed(&from->has_anon);   /* relaxed: only a hint that grows */
	vma_set_file(v, from->map, from->file, from->pgoff);
	return v;
}

/* The tree alone, inside a write section. */
static void tree_insert(struct space *s, struct vma *v)
{
	struct rbnode *parent = NULL, **link = &s->vmas.root;

	while (*link) {
		parent = *link;
		link = v->start < vma_of(parent)->start ? &parent->left : &parent->right;
	}
	rbtree_insert(&s->vmas, &v->node, parent, link);
	s->nr_vmas++;
}

void vma_insert_tree(struct space *s, struct vma *v)
{
	tree_change_begin(s);
	tree_insert(s, v);
	tree_change_end(s);
	account(s, v->flags, vma_pages(v));
}

void vma_append_tree(struct space *s, struct vma *v, struct vma *last)
{
	rbtree_insert(&s->vmas, &v->node, last ? &last->node : NULL, last ? &last->node.right : &s->vmas.root);
	s->nr_vmas++;
	account(s, v->flags, vma_pages(v));
}

void vma_link_map(struct vma *v, struct vma *after)
{
	if (!in_map(v))
		return;
	spin_lock_unheld(&v->map->lock, &v->map->hold);
	list_push(after ? &after->map_node : &v->map->vmas, &v->map_node);
	spin_unlock(&v->map->lock);
}

static __noinline void insert_mapping(struct space *s, struct vma *v)
{
	vma_link_map(v, NULL);
	vma_insert_tree(s, v);
}

void vma_insert(struct space *s, struct vma *v)
{
	if (v->map)
		insert_mapping(s, v);
	else
		vma_insert_tree(s, v);
}

/* ---- change ---- */

void vma_grow(struct space *s, struct vma *v, uint64_t start, uint64_t end)
{
	account(s, v->flags, ((v->start - start) + (end - v->end)) >> PAGE_SHIFT);
	map_lock(v);
	tree_change_begin(s);
	if (v->map)
		v->pgoff -= (v->start - start) >> PAGE_SHIFT;
	store_relaxed(&v->start, start);        /* relaxed: readers check seq */
	store_relaxed(&v->end, end);
	tree_change_end(s);
	map_unlock(v);
}

int vma_split(struct space *s, struct vma *v, uint64_t addr)
{
	struct vma *right;

	if (unlikely(v->flags & VMA_HUGETLB) && (addr & (vma_huge_size(v) - 1)))
		return -EINVAL;
	if (s->nr_vmas >= (unsigned)map_count_max)
		return -ENOMEM;
	right = vma_dup(s, v);
	if (!right)
		return -ENOMEM;
	right->start = addr;
	if (v->map)
		right->pgoff += (addr - v->start) >> PAGE_SHIFT;
	map_lock(v);
	tree_change_begin(s);
	version_raise(v);
	store_relaxed(&v->end, addr);           /* relaxed: readers check seq */
	tree_insert(s, right);
	tree_change_end(s);
	if (in_map(v))
		list_push(&v->map_node, &right->map_node);
	map_unlock(v);
	return 0;
}

void vma_set_flags(struct space *s, struct vma *v, uint32_t flags)
{
	account(s, v->flags, -vma_pages(v));
	account(s, flags, vma_pages(v));
	map_lock(v);
	tree_change_begin(s);
	version_raise(v);
	store_relaxed(&v->flags, flags);        /* relaxed: readers check seq */
	tree_change_end(s);
	map_unlock(v);
}

/* Of a VMA that never merges, or that has a policy. */
static __noinline bool policies_join(const struct vma *a, const struct vma *b)
{
	return !(a->flags & (VMA_FIXED | VMA_GROWSDOWN | VMA_COUNTED)) && mempolicy_equal(a->policy, b->policy);
}

bool vma_can_follow(const struct vma *a, const struct vma *b)
{
	if (a->end != b->start || a->flags != b->flags || a->map != b->map || a->file != b->file || a->name != b->name)
		return false;
	if (a->flags & (VMA_FIXED | VMA_GROWSDOWN | VMA_COUNTED | VMA_POLICY) && !policies_join(a, b))
		return false;
	return !a->map || a->pgoff + (uint64_t)vma_pages(a) == b->pgoff;
}

static void vma_free_rcu(struct rcu_head *h) { slab_free(vma_cache, container_of(h, struct vma, rcu)); }

void vma_unlink_map(struct vma *v)
{
	if (list_empty(&v->map_node))
		return;
	spin_lock_unheld(&v->map->lock, &v->map->hold);
	list_del_init(&v->map_node);
	spin_unlock(&v->map->lock);
}

static __noinline void policy_drop(struct vma *v) { mempolicy_put(v->policy); }

static void vma_release(struct vma *v, bool nobody_looks)
{
	if (v->map)
		vma_unlink_map(v);
	refs_put(v);
	if (unlikely(v->flags & VMA_POLICY))
		policy_drop(v);
	if (nobody_looks)
		slab_free(vma_cache, v);
	else
		rcu_call(&v->rcu, vma_free_rcu);
}

/* b, right behind a, becomes part of it. Entries stay as they are. */
static void vma_absorb(struct space *s, struct vma *a, struct vma *b)
{
	if (load_relaxed(&b->has_anon))
		store_relaxed(&a->has_anon, true);
	map_lock(a);
	tree_change_begin(s);
	version_raise(b);
	rbtree_remove(&s->vmas, &b->node);
	s->nr_vmas--;
	store_relaxed(&a->end, b->end);         /* relaxed: readers check seq */
	tree_change_end(s);
	map_unlock(a);
	vma_release(b, false);                  /* not the last reference of the file: a holds one */
}

struct vma *vma_merge(struct space *s, struct vma *v)
{
	struct vma *prev = vma_prev(v), *next = vma_next(v);

	if (next && vma_can_follow(v, next))
		vma_absorb(s, v, next);
	if (prev && vma_can_follow(prev, v)) {
		vma_absorb(s, prev, v);
		v = prev;
	}
	return v;
}

int vma_isolate(struct space *s, uint64_t start, uint64_t end)
{
	struct vma *v = vma_find(s, start);
	int err;

	if (v && v->start < start && (err = vma_split(s, v, start)))
		return err;
	v = vma_find(s, end);
	if (v && v->start < end && (err = vma_split(s, v, end)))
		return err;
	return 0;
}

/* ---- death ---- */

void vma_remove_tree(struct space *s, struct vma *v)
{
	account(s, v->flags, -vma_pages(v));
	tree_change_begin(s);
	version_raise(v);
	rbtree_remove(&s->vmas, &v->node);
	s->nr_vmas--;
	tree_change_end(s);
}

/* Removed VMAs wait in a chain until s->lock is free: dropping a file may sleep and take outer locks. */
void vma_chain(struct vma **chain, struct vma *v)
{
	v->node.parent_color = (uintptr_t)*chain;    /* readers that still stand on v go down only */
	*chain = v;
}

void vma_release_chain(struct vma *chain)
{
	struct space *s;
	bool alone;

	if (!chain)
		return;
	s = chain->space;
	users_unlinked();
	alone = users_is_alone(&s->users) && this_cpu_read(loaded_space) == s;
	while (chain) {
		struct vma *v = chain;

		chain = vma_chained(v);
		vma_release(v, alone);
	}
}

void vma_free_unlinked(struct vma *v) { vma_release(v, true); }

/* No rebalancing and no order: the tree is only taken apart. Depth is at most 2 log2 of 65530. */
static void release_subtree(struct rbnode *n)
{
	if (!n)
		return;
	release_subtree(n->left);
	release_subtree(n->right);
	vma_release(vma_of(n), true);
}

void vma_release_all(struct space *s)
{
	release_subtree(s->vmas.root);
	s->vmas.root = NULL;
	s->nr_vmas = 0;
	commit_add(s, -(int64_t)s->commit_pages);
	if (unlikely(s->locked_pages))
		lock_count(s, -(int64_t)s->locked_pages);
}

void vma_cache_init(void) { vma_cache = slab_cache_create("vma", sizeof(struct vma), 8); }

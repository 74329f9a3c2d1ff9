/*
 * fork.c - copying an address space, copy on write.
 *
 * Tables are copied one level-1 table at a time, with all VMAs in it, under the
 * parent table's lock; the child's table is linked before that lock is dropped.
 * So a truncation that walks map->vmas (the child's VMA stands behind its
 * parent's there) either clears the parent's entry before it is copied, or
 * finds the copy:
 *
 *     truncation                          fork
 *     parent: lock table, clear           child VMA linked behind parent's
 *     child: table missing or no entry    lock parent's table, copy, link, unlock
 *
 * Shared file pages are not counted by entries, so copying them costs a store each.
 * Locks: from->lock (mutex) held by space_fork(), a table's lock.  Context: task, may sleep.
 */
#include "space_priv.h"
#include <base/err.h>

#define COPY_FILE_MAX (4ul << 20)           /* larger file mappings without private copies are refaulted instead */

struct copy {
	struct space *from, *to;
	struct page *src, *dst, *parent;        /* level-1 tables; the child's level-2 table */
	uint64_t base;                          /* address that entry 0 of src maps; ~0: none open */
	bool restricted;                        /* the parent lost write access to a page */
};

/* Lock the parent's table for addr and prepare the child's. src stays NULL when there is nothing. 0 or -ENOMEM. */
static int copy_open(struct copy *c, uint64_t addr)
{
	int err;

	c->base = ALIGN_DOWN(addr, HUGE_SIZE);
	c->src = pt_find(c->from, addr);
	if (!c->src || pt_is_empty(c->src)) {   /* unlocked look: what a fault adds now comes after the fork */
		c->src = NULL;
		return 0;
	}
	err = pt_make_level(c->to, addr, 2, &c->parent);
	if (err) {
		c->src = NULL;
		return err;
	}
	c->dst = table_alloc();
	if (!c->dst) {
		c->src = NULL;
		return -ENOMEM;
	}
	spin_lock(&c->src->lock);
	if (pt_is_huge(c->src))
		huge_break(c->from, c->src, addr);
	return 0;
}

static void copy_close(struct copy *c)
{
	if (!c->src)
		return;
	if (!pt_is_empty(c->dst)) {
		table_link(c->parent, table_index(c->base, 2), c->dst);
		c->to->nr_tables++;
		c->dst = NULL;
	}
	spin_unlock(&c->src->lock);
	if (c->dst)
		page_put_zeroed(c->dst);
	c->src = NULL;
}

static void copy_entries(struct copy *c, const struct vma *v, unsigned i, unsigned last, bool files)
{
	pte_t *from = table_entries(c->src);
	bool shared = v->flags & VMA_SHARED;

	i = MAX(i, (unsigned)c->src->lo);
	last = MIN(last, (unsigned)c->src->hi);
	for (; i < last; i++) {
		pte_t e = from[i];

		if (!e)
			continue;
		if (pte_kind_of(e) == PTE_KIND_ANON) {
			page_get(pte_page(e));
			if ((e & (PTE_W | PTE_OWN)) && !shared) {
				e &= ~(PTE_W | PTE_OWN);
				store_relaxed(&from[i], e);     /* relaxed: space_fork() flushes */
				c->restricted = true;
			}
		} else if (!files) {
			continue;
		}
		pt_set(c->dst, i, e);
	}
}

static int copy_vma(struct copy *c, const struct vma *v)
{
	bool files = !v->map || v->end - v->start <= COPY_FILE_MAX;
	uint64_t addr = v->start;

	if ((v->flags & VMA_WIPEONFORK) || (!files && !load_relaxed(&v->has_anon)))   /* relaxed: a copy made now comes after the fork */
		return 0;
	while (addr < v->end) {
		uint64_t stop;

		if (ALIGN_DOWN(addr, HUGE_SIZE) != c->base) {
			int err;

			copy_close(c);
			if (!pt_next(c->from, &addr, v->end))
				break;
			err = copy_open(c, addr);
			if (err)
				return err;
		}
		stop = MIN(c->base + HUGE_SIZE, v->end);
		if (c->src)
			copy_entries(c, v, (addr - c->base) >> PAGE_SHIFT, (stop - c->base) >> PAGE_SHIFT, files);
		addr = stop;
	}
	return 0;
}

int fork_copy_tables(struct space *from, struct space *to)
{
	struct copy c = { .from = from, .to = to, .base = ~0ul };
	int err = 0;

	for (struct vma *v = vma_first(from); v && !err; v = vma_next(v))
		if (!(v->flags & VMA_DONTFORK))
			err = copy_vma(&c, v);
	copy_close(&c);
	if (c.restricted)
		tlb_flush_range(from, 0, ~0ul, false);
	return err;
}

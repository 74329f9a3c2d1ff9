/*
 * usage.c - what of a VMA is resident, and shared with whom: for /proc/PID/smaps.
 *
 * An anonymous page is shared if it has more than one reference; a file's page if another VMA of its map maps
 * it as well. Only so many of those are looked at: beyond, a page counts as shared by that number.
 * All file pages count as dirty: nothing stands behind them that could be read again.
 * Locks: s->lock held by the caller; map->lock, then a table's lock.  Context: task.
 */
#include "space_priv.h"
#include <mm/usage.h>

#define LOOK_MAX 64u
#define PSS_SHIFT 12

struct found { pte_t entry; uint64_t addr; };

/* Does v, another VMA of the same map, show page at index? map->lock held. */
static bool shows_page(struct vma *v, uint64_t index, const struct page *page)
{
	uint64_t addr = v->start + ((index - v->pgoff) << PAGE_SHIFT);
	struct page *pt;
	pte_t e;

	if (index < v->pgoff || addr < v->start || addr >= v->end)
		return false;
	pt = pt_find(v->space, addr);
	e = pt ? load_relaxed(&table_entries(pt)[table_index(addr, 1)]) : 0;     /* relaxed: a snapshot */
	return e && pte_page(e) == page;
}

static unsigned file_sharers(struct vma *v, uint64_t addr, const struct page *page)
{
	uint64_t index = v->pgoff + ((addr - v->start) >> PAGE_SHIFT);
	unsigned n = 1, looked = 0;
	struct vma *other;

	if (v->flags & VMA_SPECIAL)
		return 1;
	spin_lock(&v->map->lock);
	rcu_read_lock();
	list_for_each(other, &v->map->vmas, map_node) {
		if (++looked > LOOK_MAX)
			break;
		n += other != v && shows_page(other, index, page);
	}
	rcu_read_unlock();
	spin_unlock(&v->map->lock);
	return n;
}

static void page_count(struct vma *v, const struct found *f, struct vma_usage *u)
{
	enum pte_kind kind = pte_kind_of(f->entry);
	struct page *page = pte_page(f->entry);
	unsigned n = kind == PTE_KIND_ANON ? load_relaxed(&page->refs) : file_sharers(v, f->addr, page);
	uint64_t part = PAGE_SIZE << PSS_SHIFT;

	u->mapmax = MAX(u->mapmax, n);
	if (n > 1) {
		part /= n;
		u->shared += PAGE_SIZE;
	} else {
		u->private += PAGE_SIZE;
	}
	u->rss += PAGE_SIZE;
	*(kind == PTE_KIND_ANON ? &u->pss_anon : kind == PTE_KIND_SHMEM ? &u->pss_shmem : &u->pss_file) += part;
	u->anon += kind == PTE_KIND_ANON ? PAGE_SIZE : 0;
}

/* The entries of one table that belong to [addr, end): RCU keeps table and pages from being used anew. */
static void table_count(struct vma *v, struct page *pt, uint64_t addr, uint64_t end, struct vma_usage *u)
{
	if (pt_is_huge(pt)) {
		u->rss += end - addr;
		u->private += end - addr;
		u->anon += end - addr;
		u->pss_anon += (end - addr) << PSS_SHIFT;
		u->anon_huge += end - addr;
		return;
	}
	for (; addr < end; addr += PAGE_SIZE) {
		struct found f = { load_relaxed(&table_entries(pt)[table_index(addr, 1)]), addr };      /* relaxed: a snapshot */

		if (pte_kind_of(f.entry) != PTE_KIND_ZERO)      /* of PROT_NONE, too; an empty one is of that kind */
			page_count(v, &f, u);
	}
}

void vma_usage_add(struct vma *v, struct vma_usage *u)
{
	uint64_t addr = v->start, before = u->private + u->shared;

	while (addr < v->end) {
		uint64_t stop = MIN(ALIGN_DOWN(addr, HUGE_SIZE) + HUGE_SIZE, v->end);
		struct page *pt = pt_next(v->space, &addr, v->end);

		if (!pt)
			break;
		stop = MIN(ALIGN_DOWN(addr, HUGE_SIZE) + HUGE_SIZE, v->end);
		table_count(v, pt, addr, stop, u);
		addr = stop;
	}
	if (v->flags & VMA_LOCKED)
		u->locked += u->private + u->shared - before;
}

void vma_page_state(struct vma *v, uint64_t addr, struct page_state *out)
{
	struct page *pt, *page;
	pte_t e;

	*out = (struct page_state){ 0 };
	rcu_read_lock();
	pt = pt_find(v->space, addr);
	if (pt && pt_is_huge(pt)) {
		pte_t huge = load_relaxed(huge_entry(v->space, addr));  /* relaxed: a snapshot */

		*out = (struct page_state){ .is_present = true, .is_exclusive = true,
					    .pfn = pte_to_pfn(huge).v + (addr % HUGE_SIZE >> PAGE_SHIFT) };
	} else if (pt && (e = load_relaxed(&table_entries(pt)[table_index(addr, 1)]))) {        /* relaxed: a snapshot */
		enum pte_kind kind = pte_kind_of(e);

		page = pte_page(e);
		out->is_present = true;
		out->pfn = pte_to_pfn(e).v;
		out->is_file = kind == PTE_KIND_FILE || kind == PTE_KIND_SHMEM;
		out->is_exclusive = kind == PTE_KIND_ANON ? load_relaxed(&page->refs) == 1 : out->is_file && file_sharers(v, addr, page) == 1;
	}
	rcu_read_unlock();
}

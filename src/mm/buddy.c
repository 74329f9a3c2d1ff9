/*
 * buddy.c - free frames in blocks of 1 to 1024, by region.
 *
 * The frame numbers are divided evenly into up to 32 regions, each with its own
 * lock; a CPU starts at a region of its own and moves on when that is empty.
 *   I1  a block is 2^order frames, aligned to its size; regions are multiples
 *       of the largest block, so no block and no buddy crosses a region
 *   I2  only the first frame of a free block has kind PAGE_FREE, with its order
 *   I3  the struct pages of any aligned largest block exist entirely or not at
 *       all (vmemmap is mapped so), hence a buddy may always be looked at
 * Locks: region->lock (RANK_BUDDY), one at a time.
 * Context: task, behind pcp.c; never sleeps.
 */
#include "mm_priv.h"
#include <trace/klog.h>

static struct frame_region regions[REGIONS_MAX];
static unsigned region_shift __ro_after_init, nr_regions __ro_after_init;

static struct frame_region *region_of(const struct page *p) { return &regions[page_to_pfn(p).v >> region_shift]; }

/* ---- blocks ---- */

static void block_link(struct frame_region *r, struct page *p, unsigned order)
{
	p->kind = PAGE_FREE;
	p->order = order;
	list_push(&r->free[order], &p->node);
	r->mask |= 1u << order;
}

static void block_unlink(struct frame_region *r, struct page *p)
{
	unsigned order = p->order;

	list_del(&p->node);
	p->kind = PAGE_RESERVED;
	if (list_empty(&r->free[order]))
		r->mask &= ~(1u << order);
}

static void give_locked(struct frame_region *r, struct page *p, unsigned order)
{
	uint64_t pfn = page_to_pfn(p).v;

	r->nr_free += 1ul << order;
	while (order < PAGE_MAX_ORDER) {
		struct page *buddy = pfn_to_page(PFN(pfn ^ 1ul << order));

		if (buddy->kind != PAGE_FREE || buddy->order != order)
			break;
		block_unlink(r, buddy);
		pfn &= ~(1ul << order);
		order++;
	}
	block_link(r, pfn_to_page(PFN(pfn)), order);
}

/* Smallest block that is large enough; its unneeded upper halves go back. */
static struct page *take_locked(struct frame_region *r, unsigned order)
{
	uint32_t fit = r->mask >> order << order;
	unsigned have;
	struct page *p;

	if (!fit)
		return NULL;
	have = __builtin_ctz(fit);
	p = list_first(&r->free[have], struct page, node);
	block_unlink(r, p);
	while (have > order) {
		have--;
		block_link(r, p + (1ul << have), have);
	}
	p->order = order;
	r->nr_free -= 1ul << order;
	return p;
}

/* ---- interface ---- */

uint64_t buddy_nr_free(void)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < nr_regions; i++)
		n += load_relaxed(&regions[i].nr_free);   /* relaxed: an estimate beside changes, exact when idle */
	return n;
}

/* Are that many pages free? Mostly this CPU's region alone says so, and the lines of the others are left alone. */
static bool is_free(uint64_t pages, unsigned own)
{
	return load_relaxed(&regions[own].nr_free) >= pages || buddy_nr_free() >= pages;        /* relaxed: an estimate */
}

unsigned buddy_take(unsigned order, unsigned n, struct page **out, uint64_t reserve)
{
	unsigned first = cpu_id() % nr_regions, got = 0;

	if (reserve && !is_free(reserve + ((uint64_t)n << order), first)) {
		n = 1;
		if (!is_free(reserve + (1ul << order), first))
			return 0;
	}
	for (unsigned i = 0; i < nr_regions && got < n; i++) {
		struct frame_region *r = &regions[(first + i) % nr_regions];

		if (!load_relaxed(&r->nr_free))         /* relaxed: only a hint */
			continue;
		spin_lock(&r->lock);
		while (got < n && (out[got] = take_locked(r, order)))
			got++;
		spin_unlock(&r->lock);
	}
	return got;
}

void buddy_give(struct page **pages, unsigned n, unsigned order)
{
	struct frame_region *held = NULL;

	for (unsigned i = 0; i < n; i++) {
		struct frame_region *r = region_of(pages[i]);

		if (r != held) {
			if (held)
				spin_unlock(&held->lock);
			spin_lock(&r->lock);
			held = r;
		}
		pages[i]->flags = 0;
		give_locked(r, pages[i], order);
	}
	if (held)
		spin_unlock(&held->lock);
}

/* ---- bring-up ---- */

void buddy_init(uint64_t max_pfn)
{
	region_shift = PAGE_MAX_ORDER;
	while ((max_pfn - 1) >> region_shift >= REGIONS_MAX)
		region_shift++;
	/* Few CPUs need few regions: fewer seams between large blocks. */
	while (((max_pfn - 1) >> region_shift) + 1 > MAX(4u, 2 * nr_cpus))
		region_shift++;
	nr_regions = ((max_pfn - 1) >> region_shift) + 1;
	for (unsigned i = 0; i < nr_regions; i++) {
		spin_init(&regions[i].lock, RANK_BUDDY);
		for (unsigned o = 0; o <= PAGE_MAX_ORDER; o++)
			list_init(&regions[i].free[o]);
	}
}

void buddy_add_range(uint64_t from, uint64_t to)
{
	while (from < to) {
		unsigned order = from ? MIN((unsigned)__builtin_ctzl(from), (unsigned)PAGE_MAX_ORDER) : PAGE_MAX_ORDER;
		struct page *p = pfn_to_page(PFN(from));

		while (from + (1ul << order) > to)
			order--;
		buddy_give(&p, 1, order);
		from += 1ul << order;
	}
}

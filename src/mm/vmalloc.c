/*
 * vmalloc.c - virtually contiguous kernel memory, kernel stacks, MMIO windows.
 *
 * The range is cut into extents, used and free, that cover it without gaps. An
 * extent is placed at the lowest free address that fits, so that the page tables
 * in use stay few; these are kept. Every used extent begins with one page that
 * is never mapped: it guards the end of its lower neighbour, and a stack's
 * overflow runs into its own.
 *   I1  extents of tree are disjoint, sorted, and cover [base, base + size)
 *   I2  two free extents never touch
 *   I3  pages go back to the allocator after the flush of their addresses
 * Locks: vmalloc_lock (mutex, RANK_VMALLOC).  Context: task, may sleep.
 */
#include <mm/vmalloc.h>
#include <mm/slab.h>
#include <arch/cpu.h>
#include <arch/paging.h>
#include <arch/tlb.h>
#include <base/err.h>
#include <lib/rbtree.h>
#include <lib/string.h>
#include <sync/mutex.h>
#include <trace/klog.h>
#include "mm_priv.h"

enum extent_kind { EXTENT_FREE, EXTENT_MEMORY, EXTENT_STACK, EXTENT_PHYS };

struct extent {                             /* lock: vmalloc_lock */
	struct rbnode node;
	vaddr_t start, end;                     /* with the guard page at start */
	enum extent_kind kind;
};
static_assert(sizeof(struct extent) == VMALLOC_OVERHEAD, "statistics count on it");

static struct rbtree extents;
static struct mutex vmalloc_lock;
static struct slab_cache *extent_cache __ro_after_init;

/* ---- extents ---- */

static struct extent *extent_next(struct extent *e)
{
	struct rbnode *n = rbtree_next(&e->node);

	return n ? container_of(n, struct extent, node) : NULL;
}

static struct extent *extent_prev(struct extent *e)
{
	struct rbnode *n = rbtree_prev(&e->node);

	return n ? container_of(n, struct extent, node) : NULL;
}

static void extent_insert(struct extent *e)
{
	struct rbnode *parent = NULL, **link = &extents.root;

	while (*link) {
		parent = *link;
		link = e->start < container_of(parent, struct extent, node)->start ? &parent->left : &parent->right;
	}
	rbtree_insert(&extents, &e->node, parent, link);
}

/* The used extent whose usable part begins at va's page. */
static struct extent *extent_find(vaddr_t va)
{
	struct rbnode *n = extents.root;

	while (n) {
		struct extent *e = container_of(n, struct extent, node);

		if (va < e->start)
			n = n->left;
		else if (va >= e->end)
			n = n->right;
		else
			return e->kind != EXTENT_FREE && ALIGN_DOWN(va, PAGE_SIZE) == e->start + PAGE_SIZE ? e : NULL;
	}
	return NULL;
}

/* Cut `size` bytes from the lowest free extent that has them. `spare` becomes the rest, or stays unused (*spare_used). */
static struct extent *extent_take(size_t size, struct extent *spare, bool *spare_used)
{
	struct rbnode *n;

	for (n = rbtree_first(&extents); n; n = rbtree_next(n)) {
		struct extent *e = container_of(n, struct extent, node);

		if (e->kind != EXTENT_FREE || e->end - e->start < size)
			continue;
		*spare_used = e->end - e->start > size;
		if (*spare_used) {
			*spare = (struct extent){ .start = e->start + size, .end = e->end, .kind = EXTENT_FREE };
			e->end = spare->start;
			extent_insert(spare);
		}
		return e;
	}
	return NULL;
}

/* Join e, now free, with free neighbours. */
static void extent_release(struct extent *e)
{
	struct extent *prev = extent_prev(e), *next = extent_next(e);

	e->kind = EXTENT_FREE;
	if (next && next->kind == EXTENT_FREE) {
		e->end = next->end;
		rbtree_remove(&extents, &next->node);
		slab_free(extent_cache, next);
	}
	if (prev && prev->kind == EXTENT_FREE) {
		prev->end = e->end;
		rbtree_remove(&extents, &e->node);
		slab_free(extent_cache, e);
	}
}

static struct extent *extent_alloc(size_t len, enum extent_kind kind)
{
	struct extent *spare = slab_alloc(extent_cache, 0), *e;
	bool used = false;

	if (!spare)
		return NULL;
	mutex_lock(&vmalloc_lock);
	e = extent_take(len + PAGE_SIZE, spare, &used);
	if (e)
		e->kind = kind;
	mutex_unlock(&vmalloc_lock);
	if (!used)
		slab_free(extent_cache, spare);
	return e;
}

/* ---- memory ---- */

static void count_pages(enum extent_kind kind, long n)
{
	if (kind == EXTENT_STACK)
		this_cpu_add(mm_counters.kernel_stacks, n);
	else
		this_cpu_add(mm_counters.vmalloc, n);
}

/* Unmap [start, end) and, for memory, free its pages (I3). The mutex keeps table entries to one writer. */
static void extent_unmap(struct extent *e, vaddr_t end)
{
	vaddr_t va = e->start + PAGE_SIZE;
	struct page *chain = NULL;
	long n = 0;

	mutex_lock(&vmalloc_lock);
	for (; va < end; va += PAGE_SIZE) {
		pte_t old = kernel_unmap(va);

		if (!old || e->kind == EXTENT_PHYS)
			continue;
		struct page *p = pfn_to_page(pte_to_pfn(old));

		p->ptr = chain;                     /* ours alone: the owner's word links what is to be freed */
		chain = p;
		n++;
	}
	mutex_unlock(&vmalloc_lock);
	tlb_flush_kernel(e->start + PAGE_SIZE, end);
	while (chain) {
		struct page *p = chain;

		chain = p->ptr;
		page_put(p);
	}
	if (e->kind != EXTENT_PHYS)
		count_pages(e->kind, -n);
	mutex_lock(&vmalloc_lock);
	extent_release(e);
	mutex_unlock(&vmalloc_lock);
}

static int extent_map_page(vaddr_t va, paddr_t pa, pte_t bits)
{
	int err;

	mutex_lock(&vmalloc_lock);
	err = kernel_map(va, pa, bits);
	mutex_unlock(&vmalloc_lock);
	return err;
}

static void *memory_alloc(size_t size, unsigned flags, enum extent_kind kind)
{
	size_t len = ALIGN_UP(size, PAGE_SIZE);
	struct extent *e;
	vaddr_t va;

	if (!size || len < size || len > VMALLOC_SIZE / 2)
		return NULL;
	e = extent_alloc(len, kind);
	if (!e)
		return NULL;
	for (va = e->start + PAGE_SIZE; va < e->end; va += PAGE_SIZE) {
		struct page *p = page_alloc(0, flags, PAGE_KERNEL);

		if (p && !extent_map_page(va, pfn_to_paddr(page_to_pfn(p)), pte_kernel_rw)) {
			count_pages(kind, 1);
			continue;
		}
		if (p)
			page_put(p);
		extent_unmap(e, va);
		return NULL;
	}
	return (void *)(e->start + PAGE_SIZE);
}

void *vmalloc(size_t size, unsigned flags) { return memory_alloc(size, flags, EXTENT_MEMORY); }
void *vmalloc_stack(size_t size) { return memory_alloc(size, 0, EXTENT_STACK); }

void vfree(void *p)
{
	struct extent *e;

	if (!p)
		return;
	mutex_lock(&vmalloc_lock);
	e = extent_find((vaddr_t)p);
	mutex_unlock(&vmalloc_lock);
	bug_on(!e);
	extent_unmap(e, e->end);
}

/* ---- device registers ---- */

void *mmio_map(paddr_t base, size_t len)
{
	uint64_t from = ALIGN_DOWN(base.v, PAGE_SIZE), to = ALIGN_UP(base.v + len, PAGE_SIZE);
	struct extent *e;

	if (!len || to < from || to - from > VMALLOC_SIZE / 2)
		return NULL;
	e = extent_alloc(to - from, EXTENT_PHYS);
	if (!e)
		return NULL;
	for (uint64_t off = 0; off < to - from; off += PAGE_SIZE) {
		vaddr_t va = e->start + PAGE_SIZE + off;

		if (extent_map_page(va, PADDR(from + off), pte_kernel_mmio)) {
			extent_unmap(e, va);
			return NULL;
		}
	}
	return (void *)(e->start + PAGE_SIZE + (base.v - from));
}

bool kernel_virt_to_phys(const void *v, paddr_t *out) { return kernel_translate(v, out); }

/* ---- bring-up ---- */

void vmalloc_init(void)
{
	struct extent *all;
	uint64_t r = 0;
	char none[8];

	mutex_init(&vmalloc_lock, RANK_VMALLOC);
	extent_cache = slab_cache_create("vmalloc_extent", sizeof(struct extent), 8);
	all = slab_alloc(extent_cache, ALLOC_ZERO);
	if (!all)
		panic("vmalloc: no memory");
	if (!boot_option("nokaslr", none, sizeof none))
		(void)cpu_random_u64(&r);
	all->start = VMALLOC_BASE + r % (VMALLOC_SIZE / 2) / HUGE_SIZE * HUGE_SIZE;
	all->end = VMALLOC_BASE + VMALLOC_SIZE;
	extent_insert(all);
}

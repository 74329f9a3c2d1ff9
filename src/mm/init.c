/*
 * init.c - bringing memory management up: struct pages, the buddy, then what stands on it.
 *
 * Struct pages are mapped for every aligned 4 MiB that holds any RAM (buddy.c I3).
 * The array starts out zeroed: kind PAGE_RESERVED, no references. Frames of such a
 * block that are no RAM carry PG_HOLE.
 * Context: bring-up, boot CPU alone; the statistics: task context.
 */
#include <arch/paging.h>
#include <mm/boot.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <mm/vmalloc.h>
#include <trace/klog.h>
#include <mm/commit.h>
#include "mm_priv.h"

#define BLOCK_PAGES (1ul << PAGE_MAX_ORDER)
#define PAGES_PER_HUGE_MAP (HUGE_SIZE / sizeof(struct page))     /* frames whose struct pages fill 2 MiB */

static uint64_t max_pfn __ro_after_init;
static uint64_t initial_pages;

/* One bit per 4 MiB block: struct pages exist. */
static unsigned long *block_map __ro_after_init;

static bool block_exists(uint64_t block) { return block_map[block / 64] >> (block % 64) & 1; }

static bool next_ram(unsigned *i, uint64_t *from, uint64_t *to)
{
	for (; *i < boot_info->nr_mem; ++*i) {
		struct boot_mem *m = &boot_info->mem[*i];

		if (m->type != BOOT_MEM_RAM)
			continue;
		*from = m->base >> PAGE_SHIFT;
		*to = (m->base + m->len) >> PAGE_SHIFT;
		++*i;
		return true;
	}
	return false;
}

static void vmemmap_map_4k(uint64_t pfn)
{
	vaddr_t va = (vaddr_t)pfn_to_page(PFN(pfn));
	void *mem = boot_alloc(PAGE_SIZE, PAGE_SIZE);

	if (kernel_map(va, virt_to_phys(mem), pte_kernel_rw))
		panic("mm: no memory for struct pages");
}

/* Are all 4 MiB blocks of the 2 MiB of struct pages from pfn on present? */
static bool huge_map_full(uint64_t pfn)
{
	for (uint64_t b = pfn >> PAGE_MAX_ORDER; b < (pfn + PAGES_PER_HUGE_MAP) >> PAGE_MAX_ORDER; b++)
		if (b >= DIV_ROUND_UP(max_pfn, BLOCK_PAGES) || !block_exists(b))
			return false;
	return true;
}

static void vmemmap_build(void)
{
	uint64_t nr_blocks = DIV_ROUND_UP(max_pfn, BLOCK_PAGES), pfn = 0;
	const uint64_t step = PAGE_SIZE / sizeof(struct page);

	while (pfn < nr_blocks * BLOCK_PAGES) {
		if (pfn % PAGES_PER_HUGE_MAP == 0 && huge_map_full(pfn)) {
			void *mem = boot_alloc(HUGE_SIZE, HUGE_SIZE);

			if (kernel_map_huge((vaddr_t)pfn_to_page(PFN(pfn)), virt_to_phys(mem), pte_kernel_rw))
				panic("mm: no memory for struct pages");
			pfn += PAGES_PER_HUGE_MAP;
			continue;
		}
		if (block_exists(pfn >> PAGE_MAX_ORDER))
			for (uint64_t i = 0; i < BLOCK_PAGES; i += step)
				vmemmap_map_4k(pfn + i);
		pfn += BLOCK_PAGES;
	}
}

/* Mark frames [from, to) as no RAM, where they have struct pages. */
static void holes_mark(uint64_t from, uint64_t to)
{
	while (from < to) {
		if (!block_exists(from >> PAGE_MAX_ORDER)) {
			from = ALIGN_DOWN(from, BLOCK_PAGES) + BLOCK_PAGES;
			continue;
		}
		pfn_to_page(PFN(from++))->flags = PG_HOLE;
	}
}

static void frames_init(void)
{
	uint64_t from, to, last = 0, nr_blocks;
	unsigned i = 0;

	while (next_ram(&i, &from, &to))
		max_pfn = MAX(max_pfn, to);
	bug_on(max_pfn * sizeof(struct page) > VMEMMAP_SIZE);
	nr_blocks = DIV_ROUND_UP(max_pfn, BLOCK_PAGES);
	block_map = boot_alloc(DIV_ROUND_UP(nr_blocks, 64) * 8, 8);
	for (i = 0; next_ram(&i, &from, &to);)
		for (uint64_t b = from >> PAGE_MAX_ORDER; b <= (to - 1) >> PAGE_MAX_ORDER; b++)
			block_map[b / 64] |= BIT(b % 64);
	vmemmap_build();
	for (i = 0; next_ram(&i, &from, &to); last = to)
		holes_mark(last, from);
	holes_mark(last, nr_blocks * BLOCK_PAGES);
	max_pfn = nr_blocks * BLOCK_PAGES;
}

static void give_range(uint64_t from, uint64_t to)
{
	initial_pages += (to - from) >> PAGE_SHIFT;
	buddy_add_range(from >> PAGE_SHIFT, to >> PAGE_SHIFT);
}

static void *percpu_memory(size_t size) { return vmalloc(size, ALLOC_ZERO); }

void mm_init(void)
{
	frames_init();
	buddy_init(max_pfn);
	boot_mem_release(give_range);
	pcp_init();
	slab_init();
	vmalloc_init();
	space_init();
	space_huge_init();
	percpu_grow = percpu_memory;
	klog(KLOG_INFO, "mm: %lu KiB free of %lu KiB spanned, direct map at %lx\n", initial_pages << (PAGE_SHIFT - 10),
	     max_pfn << (PAGE_SHIFT - 10), (unsigned long)direct_map_base);
}

void mm_free_range(paddr_t from, paddr_t to)
{
	uint64_t a = DIV_ROUND_UP(from.v, PAGE_SIZE), b = to.v >> PAGE_SHIFT;

	if (a >= b)
		return;
	fetch_add_relaxed(&mm_total_pages, b - a);     /* relaxed: a statistic */
	buddy_add_range(a, b);
}

void mm_stats_read(struct mm_stats *out)
{
	struct mm_counters sum = { 0 };

	for_each_cpu(cpu) {
		struct mm_counters *c = cpu_ptr(mm_counters, cpu);     /* remote: read only, one word at a time */

		for (unsigned k = 0; k < PAGE_KINDS; k++)
			sum.kind[k] += load_relaxed(&c->kind[k]);
		sum.shmem += load_relaxed(&c->shmem);
		sum.kernel_stacks += load_relaxed(&c->kernel_stacks);
		sum.vmalloc += load_relaxed(&c->vmalloc);
		sum.faults += load_relaxed(&c->faults);
		sum.mlocked += load_relaxed(&c->mlocked);
		sum.major_faults += load_relaxed(&c->major_faults);
		sum.huge_blocks += load_relaxed(&c->huge_blocks);
	}
	*out = (struct mm_stats){
		.total = mm_total_pages,
		.cached_percpu = pcp_nr_cached(),
		.anon = sum.kind[PAGE_ANON],
		.file = sum.kind[PAGE_FILE],
		.slab = sum.kind[PAGE_SLAB],
		.slab_cached_bytes = slab_cached_bytes(),
		.tables = sum.kind[PAGE_TABLE],
		.kernel = sum.kind[PAGE_KERNEL],
		.kernel_stacks = sum.kernel_stacks,
		.vmalloc = sum.vmalloc,
		.shmem = sum.shmem,
		.faults = sum.faults,
		.major_faults = sum.major_faults,
		.oom_kills = load_relaxed(&mm_oom_kills),
		.mlocked = sum.mlocked,
		.anon_huge = (uint64_t)MAX(sum.huge_blocks, 0) << (HUGE_SHIFT - PAGE_SHIFT),
	};
	out->free = buddy_nr_free() + out->cached_percpu;
}

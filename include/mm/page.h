/*
 * page.h - page frames: struct page, the buddy and the per-CPU page caches.
 *
 * One 32-byte struct page per frame of RAM, in a virtual array (vmemmap) that is
 * mapped only where there is RAM. A page is counted: page_alloc() returns it
 * with count 1, page_put() of the last reference frees it.
 * Context: page_alloc() and page_put() in task or interrupt context, never sleep (no reclaim yet).
 */
#pragma once
#include <base/list.h>

enum page_kind { PAGE_FREE, PAGE_KERNEL, PAGE_SLAB, PAGE_TABLE, PAGE_ANON, PAGE_FILE, PAGE_RESERVED, PAGE_PCP };

struct page {
	atomic_uint refs;                       /* a; 0 = free                                        */
	uint8_t kind;                           /* enum page_kind; owner of the page                  */
	uint8_t order;                          /* of the block this page heads                       */
	uint16_t flags;                         /* PG_*; a                                            */
	union {                                 /* by kind                                            */
		struct list node;                   /* free, cached: the list it stands in                */
		struct { void *owner; uint64_t index; }; /* slab, file, table                             */
	};
	union { uint64_t priv; atomic_uint mapcount; void *ptr; }; /* owner's                         */
};
static_assert(sizeof(struct page) == 32, "512 MiB must not cost more than 4 MiB of struct page");

#define PG_DIRTY   1u
#define PG_UPTODATE 2u
#define PG_ZEROED  4u
#define PG_MOVED   8u                       /* file page detached by truncate                     */

extern uintptr_t direct_map_base;           /* virtual address of physical 0; 0 until paging_init() */
extern struct page *vmemmap;                /* struct page of frame 0                             */

static inline void *phys_to_virt(paddr_t p) { return (void *)(direct_map_base + p.v); }
static inline paddr_t virt_to_phys(const void *v) { return PADDR((uintptr_t)v - direct_map_base); } /* direct map only */
static inline pfn_t page_to_pfn(const struct page *p) { return PFN((uint64_t)(p - vmemmap)); }
static inline struct page *pfn_to_page(pfn_t n) { return vmemmap + n.v; }
static inline void *page_address(const struct page *p) { return phys_to_virt(pfn_to_paddr(page_to_pfn(p))); }
static inline struct page *virt_to_page(const void *v) { return pfn_to_page(paddr_to_pfn(virt_to_phys(v))); }
bool pfn_is_ram(pfn_t n);                   /* false for MMIO and holes: no struct page           */

#define ALLOC_ZERO   1u                     /* contents zeroed                                    */
#define ALLOC_USER   2u                     /* for user memory: may not dip into the reserve      */
#define ALLOC_ATOMIC 4u                     /* may use the last reserve                           */

#define PAGE_MAX_ORDER 10                   /* 4 MiB */

/* 2^order frames, physically contiguous; NULL without memory. */
struct page *page_alloc(unsigned order, unsigned flags, enum page_kind kind);
static inline void page_get(struct page *p) { fetch_add_relaxed(&p->refs, 1); } /* relaxed: caller holds a reference */
/* Take a reference unless the count is zero (lookup under RCU). */
bool page_try_get(struct page *p);
void page_put(struct page *p);
void page_zero(struct page *p);
void page_copy(struct page *dst, const struct page *src);

struct mm_stats {                           /* pages */
	uint64_t total, free, cached_percpu, anon, file, slab, tables, kernel_stacks, vmalloc, kernel, shmem;
};
void mm_stats_read(struct mm_stats *out);   /* sums per-CPU counters; task context */

void mm_init(void);                         /* bring-up: vmemmap, buddy, caches, slab, vmalloc */
void mm_free_range(paddr_t from, paddr_t to); /* bring-up: give boot-reserved memory (initrd, init sections) to the buddy */

/*
 * page.h - page frames: struct page, the buddy and the per-CPU page caches.
 *
 * One 32-byte struct page per frame of RAM, in a virtual array (vmemmap) that is
 * mapped only where there is RAM. A page is counted: page_alloc() returns it
 * with count 1, page_put() of the last reference frees it.
 * Context: task context and RCU callbacks, preemption on or off, spinlocks of lower rank than
 * RANK_BUDDY held or not; never sleeps (no reclaim yet). Interrupt handlers neither allocate nor
 * free: the per-CPU caches are guarded by preemption alone. The same holds for slab.h.
 */
#pragma once
#include <base/list.h>
#include <sync/spinlock.h>
#include <sync/rcu.h>

enum page_kind { PAGE_RESERVED, PAGE_FREE, PAGE_KERNEL, PAGE_SLAB, PAGE_TABLE, PAGE_ANON, PAGE_FILE, PAGE_PCP, PAGE_KINDS };

struct page {
	atomic_uint refs;                       /* a; 0 = free                                        */
	uint8_t kind;                           /* enum page_kind; owner of the page                  */
	uint8_t order;                          /* of the block this page heads                       */
	uint16_t flags;                         /* PG_*; a                                            */
	union {                                 /* by kind                                            */
		struct list node;                   /* free, slab: the list it stands in                  */
		struct { void *owner; uint64_t index; }; /* file: its filemap and place there             */
		struct rcu_head rcu;                /* table on its way out                               */
		struct {                            /* table: its lock guards these and the entries       */
			union {
				uint16_t counts[4];         /* level 1: leaf entries by enum pte_kind             */
				struct page **deposits;     /* level 2: tables behind huge entries, or NULL       */
			};
			uint16_t lo, hi;                /* every entry in use lies in [lo, hi)                */
			uint32_t used;                  /* upper levels: tables below; level 1: TABLE_HUGE    */
		};
	};
	union {                                 /* owner's                                            */
		uint64_t priv;
		void *ptr;
		struct spinlock lock;               /* table                                              */
	};
};
static_assert(sizeof(struct page) == 32, "512 MiB must not cost more than 4 MiB of struct page");

#define PG_DIRTY    1u
#define PG_UPTODATE 2u
#define PG_ZEROED   4u                      /* free page known to hold zeroes                     */
#define PG_CACHED   8u                      /* stands in its filemap; cleared before it is unmapped */
#define PG_LOCKED   16u                     /* being read in                                      */
#define PG_HOLE     32u                     /* no RAM behind this frame                           */
#define PG_FAILED   128u                    /* file page whose frame failed: neither read nor mapped any more */
#define PG_SHMEM    64u                     /* file page of a tmpfs-like map                      */
#define PG_IO       512u                    /* [vvar]: mapped, but no memory to refer to (Linux: VM_IO)   */
#define PG_COMPANION 256u                   /* the deposits of the table that ptr names           */

extern uintptr_t direct_map_base;           /* virtual address of physical 0; 0 until paging_init() */
#define vmemmap ((struct page *)0xffffea0000000000ul)   /* struct page of frame 0: VMEMMAP_BASE of arch/paging.h */
extern bool mm_is_up;                       /* page_alloc() works                                 */

static inline void *phys_to_virt(paddr_t p) { return (void *)(direct_map_base + p.v); }
static inline paddr_t virt_to_phys(const void *v) { return PADDR((uintptr_t)v - direct_map_base); } /* direct map only */
static inline pfn_t page_to_pfn(const struct page *p) { return PFN((uint64_t)(p - vmemmap)); }
static inline struct page *pfn_to_page(pfn_t n) { return vmemmap + n.v; }
static inline void *page_address(const struct page *p) { return phys_to_virt(pfn_to_paddr(page_to_pfn(p))); }
static inline struct page *virt_to_page(const void *v) { return pfn_to_page(paddr_to_pfn(virt_to_phys(v))); }

#define ALLOC_ZERO   1u                     /* contents zeroed                                    */
#define ALLOC_USER   2u                     /* for user memory: may not dip into the reserve      */
#define ALLOC_ATOMIC 4u                     /* may use the last reserve                           */
#define ALLOC_TRY    8u                     /* order > 0: only what is at hand                    */

#define PAGE_MAX_ORDER 10                   /* 4 MiB */

/* 2^order frames, physically contiguous; NULL without memory. */
struct page *page_alloc(unsigned order, unsigned flags, enum page_kind kind);
static inline void page_get(struct page *p) { fetch_add_relaxed(&p->refs, 1); } /* relaxed: caller holds a reference */
/* Take a reference unless the count is zero (lookup under RCU); then see whether it is still the page looked for. */
static inline bool page_try_get(struct page *p)
{
	unsigned n = load_relaxed(&p->refs);    /* relaxed: the exchange checks it */

	do {
		if (!n)
			return false;
	} while (!cas_acquire(&p->refs, &n, n + 1));    /* A, pairs with B: what it is now, not what it was */
	return true;
}
/* Of the allocator: the first reference, once the page says what it is; and the end of one, true for the last. */
static inline void page_refs_begin(struct page *p) { store_release(&p->refs, 1u); }     /* B, pairs with A */
static inline bool page_refs_drop(struct page *p) { return fetch_sub_acq_rel(&p->refs, 1) == 1; }  /* all holders' accesses before the free */
void page_put(struct page *p);
/* Give back a page whose only holder is the caller and which holds zeroes again: the next one need not zero it. */
void page_put_zeroed(struct page *p);
void page_zero(struct page *p);
void page_copy(struct page *dst, const struct page *src);

struct mm_stats {                           /* pages */
	/*
	 * free: all that page_alloc() could return, cached_percpu being the part of it that stands in
	 * per-CPU lists. slab_cached_bytes: free objects in magazines, depots and slabs.
	 */
	uint64_t total, free, cached_percpu, anon, file, slab, slab_cached_bytes, tables, kernel_stacks, vmalloc, kernel, shmem;
	uint64_t faults, major_faults, oom_kills;       /* since boot */
	uint64_t mlocked;                       /* spanned by locked mappings */
	uint64_t anon_huge;                     /* of anon: mapped by 2 MiB */
};
void mm_stats_read(struct mm_stats *out);   /* sums per-CPU counters; task context */

void mm_init(void);                         /* bring-up: vmemmap, buddy, caches, slab, vmalloc */
void mm_free_range(paddr_t from, paddr_t to); /* bring-up: give boot-reserved memory (initrd, init sections) to the buddy */
/* Idle CPU, preemptible or not: zero a few free pages ahead of need. Returns whether more remains to do. */
bool mm_idle_work(void);
/* Give this CPU's cached pages and objects back to the shared lists (exact accounting, low memory). Task context. */
void mm_drain_cpu(void);
/*
 * Memory is low: give the caches of higher floors back. Returns whether anything came free. Set by
 * sched, for its spare kernel stacks. Task context, may sleep.
 */
extern bool (*mm_shed)(void);
/*
 * Memory for a user page ran out. Set by proc: choose a victim, kill it, wait a moment.
 * Returns true when the caller is to try again, false when the current task itself is dying.
 */
extern bool (*mm_oom_kill)(void);
extern struct oom_settings { int panic, kill_allocating; } mm_oom_settings;
extern atomic_ulong mm_oom_kills;      /* /proc/sys/vm: panic_on_oom, oom_kill_allocating_task */

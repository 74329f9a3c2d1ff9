/*
 * space_priv.h - shared inside mm: address spaces.
 */
#pragma once
#include <arch/paging.h>
#include <arch/tlb.h>
#include <mm/commit.h>
#include <mm/space.h>
#include "space_users.h"
#include "tlb_pending.h"

#define MMAP_MIN_ADDR   65536ul
#define STACK_GUARD_GAP (256 * PAGE_SIZE)
#define VMA_FIXED (VMA_SPECIAL | VMA_HUGETLB)   /* neither grown, joined nor locked */
#define VMA_NEVER_LOCKED (VMA_FIXED | VMA_DROPPABLE)
static inline uint64_t vma_huge_size(const struct vma *v) { return 1ul << v->map->huge_shift; }       /* with VMA_HUGETLB */
#define VMA_ACCESS      (VMA_READ | VMA_WRITE | VMA_EXEC)

/* What a user leaf entry holds; kept in its software bits. Only ANON is counted by its entry. */
enum pte_kind { PTE_KIND_ZERO, PTE_KIND_ANON, PTE_KIND_FILE, PTE_KIND_SHMEM };
extern struct page *zero_page;

/* ---- pagetable.c ---- */
static inline pte_t *table_entries(const struct page *t) { return page_address(t); }
static inline struct page *pte_page(pte_t e) { return pfn_to_page(pte_to_pfn(e)); }
struct page *pt_behind_huge(const pte_t *table, unsigned idx);
/* The level-1 table of addr, or NULL. Under RCU, or with s->lock held, or s dying. */
struct page *pt_find(struct space *s, uint64_t addr);
/* The level-1 table that entry idx of a level-2 table names or, huge, stands for; NULL: none. */
static inline struct page *pt_of_entry(const pte_t *table, unsigned idx)
{
	pte_t e = load_acquire(&table[idx]);    /* pairs with table_link() */

	if (unlikely(e & PTE_PS))
		return pt_behind_huge(table, idx);
	return e ? pte_page(e) : NULL;
}
/* The first level-1 table at or above addr, its address range from *addr on; NULL when none is below end. */
struct page *pt_next(struct space *s, uint64_t *addr, uint64_t end);
/* As pt_find, made when missing. 0, -ENOMEM, -EAGAIN (a table above was just unlinked: look the VMA up again). RCU held. */
__must_check int pt_make(struct space *s, uint64_t addr, struct page **out);
__must_check int pt_make_level(struct space *s, uint64_t addr, unsigned level, struct page **out);
struct page *table_alloc(void);             /* initialised; NULL without memory */
void table_link(struct page *parent, unsigned idx, struct page *child);       /* parent->lock held or parent private */
#define TABLE_LINK (PTE_P | PTE_W | PTE_U | PTE_A)
#define TABLE_DEAD 0xffffffffu              /* page.used of a table that was unlinked */
#define TABLE_HUGE 1u                       /* of a level-1 table that a huge entry stands for: no entry of it is used */
/* Entries of a level-1 table; its lock is held. */
static inline void pt_set(struct page *pt, unsigned idx, pte_t e)
{
	store_relaxed(&table_entries(pt)[idx], e);   /* relaxed: one whole entry; software readers take the lock */
	pt->counts[pte_kind_of(e)]++;
	if (idx < pt->lo)
		pt->lo = idx;
	if (idx >= pt->hi)
		pt->hi = idx + 1;
}
static inline pte_t pt_clear(struct page *pt, unsigned idx)
{
	pte_t *e = &table_entries(pt)[idx], old = *e;

	store_relaxed(e, 0);                    /* relaxed: the flush that follows orders it */
	pt->counts[pte_kind_of(old)]--;
	return old;
}
static inline bool pt_is_empty(const struct page *pt)
{
	uint64_t all;

	__builtin_memcpy(&all, pt->counts, sizeof all);
	return all == 0;
}
/* Free everything below the root, pages included; nobody else can look (s->users is 0 and the TLBs are clean). */
uint64_t pt_free_all(struct space *s);      /* returns what was resident, pages */
pte_t pte_bits_of(uint32_t vma_flags);      /* user entry bits for read access: no PTE_W, no kind */

/* ---- huge.c ---- */
static inline bool pt_is_huge(const struct page *pt) { return unlikely(load_relaxed(&pt->used) == TABLE_HUGE); }
bool huge_wanted(const struct space *s, uint32_t vma_flags);
/* Make ready what huge_enter() at addr needs beside the level-1 table, which is there. RCU held. */
__must_check bool huge_prepare(struct space *s, uint64_t addr);
/* All below: the lock of pt, the level-1 table of addr, is held. */
bool pt_may_become_huge(struct space *s, const struct page *pt);
/* Map the block, whose reference goes to the entry: bits are those of an entry of 4 KiB. */
void huge_enter(struct space *s, struct page *pt, uint64_t addr, struct page *block, pte_t bits);
/* pt is huge, in the functions that follow. Map the same by 512 entries; flushes. */
void huge_break(struct space *s, struct page *pt, uint64_t addr);
/* Leave pt empty. The block is the caller's, who flushes addr before he puts it. */
__must_check struct page *huge_take(struct space *s, struct page *pt, uint64_t addr);
pte_t *huge_entry(struct space *s, uint64_t addr);
/* Free block and table of a huge entry; nobody else can look. */
void huge_free(struct page *up, unsigned idx);

/* ---- zap.c ---- */
#define ZAP_BATCH 60
struct zap {                                /* one removal of entries, from clearing to freeing */
	struct space *s;
	uint64_t from, to;                      /* addresses to flush; from >= to: none */
	bool alone;                             /* only the caller's task can use s: no page waits for the flush */
	bool file_only;                         /* leave private copies */
	bool truncating;                        /* no anonymous VMA is meant */
	unsigned nr;
	struct page *tables;                    /* unlinked, by rcu.next */
	struct page *pages[ZAP_BATCH];          /* references to drop after the flush */
};
void zap_begin(struct zap *z, struct space *s);
void zap_range(struct zap *z, uint64_t start, uint64_t end);
/* Unlink tables that lie wholly in [floor, ceiling) and cover part of [start, end). s->lock held. */
void zap_tables(struct zap *z, uint64_t start, uint64_t end, uint64_t floor, uint64_t ceiling);
void zap_end(struct zap *z);
/* Bring the entries of [start, end) down to (or up to, where that needs no copy) flags. s->lock held. */
void protect_range(struct space *s, uint64_t start, uint64_t end, uint32_t flags);
/* Move entries of [from, from + len) to `to`, whose tables exist. s->lock held; no live VMA covers either. */
void move_range(struct space *s, struct vma *v, uint64_t from, uint64_t to, uint64_t len);
/*
 * Remove the mappings of indices [first, last) of m in v, as far as *budget reaches, which becomes 0 or less then. Returns the
 * index to go on from, last at the end. m->lock held.
 */
#define ZAP_COST_VMA 1
#define ZAP_COST_TABLE 64
uint64_t zap_filemap_vma(struct vma *v, uint64_t first, uint64_t last, bool file_only, int *budget);

/* ---- fork.c ---- */
__must_check int fork_copy_tables(struct space *from, struct space *to);    /* VMAs are copied and linked */

/* ---- vma.c ---- */
struct vma_view {                           /* a VMA as a fault saw it */
	struct vma *vma;
	uint64_t start, end, pgoff;
	uint32_t flags;
	unsigned version;
	struct filemap *map;
};
/* Under RCU; false when no VMA holds addr. */
bool vma_snapshot(struct space *s, uint64_t addr, struct vma_view *out);
/* Still as seen? Under the lock of the page-table page that is to be changed. */
static inline bool vma_view_holds(const struct vma_view *v) { return load_relaxed(&v->vma->version) == v->version; }
/* All below: s->lock held. */
struct vma *vma_find(struct space *s, uint64_t addr);        /* first with end > addr */
struct vma *vma_next(const struct vma *v);
struct vma *vma_prev(const struct vma *v);
struct vma *vma_before(struct space *s, uint64_t addr);      /* last with start < addr */
struct vma *vma_first(struct space *s);
struct vma *vma_alloc(struct space *s, uint64_t start, uint64_t end, uint32_t flags);
void vma_set_file(struct vma *v, struct filemap *map, struct file *file, uint64_t pgoff);     /* takes a reference */
struct vma *vma_dup(struct space *s, const struct vma *v);   /* same range and attributes, references taken; not linked */
void vma_insert(struct space *s, struct vma *v);             /* into tree and map list, accounted */
void vma_insert_tree(struct space *s, struct vma *v);        /* the tree alone */
/* The same, of a space that nobody sees yet, behind all others: last is the one before, or NULL. */
void vma_append_tree(struct space *s, struct vma *v, struct vma *last);
void vma_link_map(struct vma *v, struct vma *after);         /* the map list alone, right behind `after` if given */
void vma_remove_tree(struct space *s, struct vma *v);        /* out of tree and account; in the map list until released */
void vma_chain(struct vma **chain, struct vma *v);           /* removed: to be released when s->lock is free */
static inline struct vma *vma_chained(const struct vma *v) { return (struct vma *)v->node.parent_color; }       /* the one chained before v */
/* Out of map->vmas (v->map is there): the entries are cleared and flushed. Under s->lock, before another mapping may stand there. */
void vma_unlink_map(struct vma *v);
void vma_release_chain(struct vma *chain);                   /* entries cleared and flushed; without s->lock, may sleep */
void vma_free_unlinked(struct vma *v);                       /* never was in the tree; may sleep */
void vma_release_all(struct space *s);                       /* the space dies: nobody looks */
__must_check int vma_split(struct space *s, struct vma *v, uint64_t addr);    /* v keeps the left part. 0, -ENOMEM, -EINVAL (in a huge page) */
void vma_grow(struct space *s, struct vma *v, uint64_t start, uint64_t end);
bool vma_can_follow(const struct vma *a, const struct vma *b);               /* b could join the end of a */
struct vma *vma_merge(struct space *s, struct vma *v);       /* with both neighbours where possible; the survivor */
/* Split so that [start, end) begins and ends at VMA borders. 0, -ENOMEM, -EINVAL. */
__must_check int vma_isolate(struct space *s, uint64_t start, uint64_t end);
/* New flags for v, exactly (version raised, account adjusted); the caller adjusts entries, then merges. */
void vma_set_flags(struct space *s, struct vma *v, uint32_t flags);
bool vma_is_data(uint32_t flags);
void vma_cache_init(void);

/* ---- mmap.c, fault.c ---- */
/* Chains what was removed to *dead, for vma_release_chain() after s->lock. */
__must_check int unmap_locked(struct space *s, uint64_t start, uint64_t end, struct vma **dead);
uint64_t place_find(struct space *s, uint64_t len);          /* 0: none */
uint64_t place_find_low(struct space *s, uint64_t len);      /* MAP_32BIT */
void place_reset(struct space *s);                           /* what place_find() last gave was not used */
void place_freed(struct space *s, uint64_t gap_end);         /* a hole below gap_end has grown */
bool place_is_free(struct space *s, uint64_t addr, uint64_t len);   /* nothing there, nor in the guard gap of a stack above */
uint64_t limit_of(unsigned resource);
bool within_limits(struct space *s, uint64_t pages, uint32_t flags);
bool within_lock_limit(struct space *s, uint64_t pages);
__must_check int share_alloc(uint64_t len, bool promise, struct filemap **out);  /* shared anonymous memory; refs 1 */
bool share_is(const struct filemap *m);
void share_get(struct filemap *m);
void share_put(struct filemap *m);

enum fault_result { FAULT_DONE, FAULT_MAPERR, FAULT_ACCERR, FAULT_BUSERR, FAULT_FAILED, FAULT_NOMEM };
/* Make addr accessible for access (FAULT_WRITE, FAULT_EXEC or 0). May sleep. */
enum fault_result space_fault(struct space *s, uint64_t addr, unsigned access);

/* ---- shared_policy.c: what is asked of pages [first, end) of m, shared memory, whoever maps them ---- */
/* policy, whose reference stays the caller's; NULL: none any more. 0, -ENOMEM. May sleep. */
__must_check int shared_policy_set(struct filemap *m, uint64_t first, uint64_t end, struct mempolicy *policy);
struct mempolicy *shared_policy_get(struct filemap *m, uint64_t index);     /* counted, or NULL. May sleep */
void shared_policy_fini(struct filemap *m); /* m->policies is there, and nobody maps m any more */

/* ---- filemap.c ---- */
/* Under RCU: the slots of the leaf that holds index, *base being the index of slot 0; NULL: none. *n slots. */
struct page **filemap_peek_leaf(struct filemap *m, uint64_t index, uint64_t *base, unsigned *n);
/*
 * The frame of p, which m holds at index and the caller counts, fails: p is unmapped from everywhere, and `other`, a copy,
 * takes its place; NULL: none does, p stays and is PG_FAILED. 0: a reference on p is gone for good. -EBUSY.
 */
__must_check int filemap_fail(struct filemap *m, uint64_t index, struct page *p, struct page *other);
/* As filemap_get, but -EFAULT past the end of the file, decided under m->lock, and -EHWPOISON for a failed frame. */
void filemap_init_caches(void);
__must_check int filemap_get_mapped(struct filemap *m, uint64_t index, struct page **out);

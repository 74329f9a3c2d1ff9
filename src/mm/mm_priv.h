/*
 * mm_priv.h - shared inside mm: frames and kernel memory.
 */
#pragma once
#include <mm/page.h>
#include <percpu/percpu.h>
#include <sync/spinlock.h>

struct mem_range { uint64_t from, to; };    /* physical bytes, page aligned */

void boot_mem_release(void (*fn)(uint64_t from, uint64_t to));

/* ---- buddy.c ---- */
#define REGIONS_MAX 32
struct frame_region {                             /* keys: l lock */
	struct spinlock lock;
	uint64_t nr_free;                       /* l to write, a to peek: pages            */
	struct list free[PAGE_MAX_ORDER + 1];   /* l                                       */
	uint32_t mask;                          /* l: orders with a free block             */
} __cacheline_aligned;

void buddy_init(uint64_t max_pfn);
void buddy_add_range(uint64_t from_pfn, uint64_t to_pfn);
/* Up to n blocks of 2^order into out[]; only while more than `reserve` pages stay free. Returns the number. */
unsigned buddy_take(unsigned order, unsigned n, struct page **out, uint64_t reserve);
void buddy_give(struct page **pages, unsigned n, unsigned order);
uint64_t buddy_nr_free(void);

/* ---- pcp.c ---- */
void pcp_init(void);
/* Statistics that are not kinds of pages; own CPU writes, sums read. */
struct mm_counters {
	int64_t kind[PAGE_KINDS];               /* pages in use, by kind */
	int64_t shmem, kernel_stacks, vmalloc, mlocked;
	uint64_t faults, major_faults;
	int64_t huge_blocks;                    /* 2 MiB each */
};
DECLARE_PERCPU(struct mm_counters, mm_counters);
uint64_t pcp_nr_cached(void);
bool mm_out_of_memory(void);                /* pcp.c: true = try again; may sleep */

/* ---- slab.c, vmalloc.c ---- */
void slab_init(void);
void slab_drain_cpu(void);
uint64_t slab_cached_bytes(void);
/* Debug builds: an object of cache id is allocated by the code at caller; what it returns is handed back at the end. Any context. */
uint64_t slab_owner_enter(unsigned id, uintptr_t caller);
void slab_owner_leave(uint64_t owner);
void vmalloc_init(void);

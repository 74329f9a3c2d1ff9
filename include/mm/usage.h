/*
 * usage.h - resident memory by VMA, for /proc/PID/smaps.
 */
#pragma once
#include <mm/space.h>

struct vma_usage {                          /* bytes; pss_*: bytes << 12, each page divided by its sharers */
	uint64_t rss, shared, private, anon, anon_huge, locked, pss_anon, pss_file, pss_shmem;
	unsigned mapmax;                        /* the most sharers of a page */
};
/* One page: what its entry holds. */
struct page_state { bool is_present, is_file, is_exclusive; uint64_t pfn; };
/* That of addr in v. s->lock held; a snapshot. */
void vma_page_state(struct vma *v, uint64_t addr, struct page_state *out);
/* Add v's. s->lock held (space_for_each_vma()); a snapshot of what faults change meanwhile. */
void vma_usage_add(struct vma *v, struct vma_usage *u);

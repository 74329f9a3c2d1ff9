/*
 * usage.h - resident memory by VMA, for /proc/PID/smaps.
 */
#pragma once
#include <mm/space.h>

struct vma_usage {                          /* bytes; pss_*: bytes << 12, each page divided by its sharers */
	uint64_t rss, shared, private, anon, anon_huge, locked, pss_anon, pss_file, pss_shmem;
	unsigned mapmax;                        /* the most sharers of a page */
};
/* Add v's. s->lock held (space_for_each_vma()); a snapshot of what faults change meanwhile. */
void vma_usage_add(struct vma *v, struct vma_usage *u);

/*
 * filemap.h - cached pages of one inode: read, write, mmap, exec and tmpfs use the same tree.
 *
 * Lookup is lock-free under RCU; insertion and truncation take map->lock. A page in the
 * tree holds one reference of the map. tmpfs is a filemap without a store: ops == NULL
 * means a missing page is a hole, read as zeroes, allocated by the first write or
 * shared/write fault.
 */
#pragma once
#include <mm/page.h>
#include <sync/spinlock.h>
#include <sync/rcu.h>

struct filemap;
struct filemap_ops {
	/* Fill the (locked, not uptodate) page at index from the store. 0 or -EIO. May sleep. */
	int (*read_page)(struct filemap *m, struct page *p, uint64_t index);
	/* May another page be charged to this file system? 0 or -ENOSPC. NULL: always. Called before allocation. */
	int (*charge)(struct filemap *m, int64_t pages);
};

struct filemap {
	void *tree;                             /* radix tree root, RCU; private to filemap.c    */
	unsigned tree_height;
	struct spinlock lock;                   /* insertions, removals, vmas list               */
	atomic_ulong nr_pages;
	const struct filemap_ops *ops;
	void *owner;                            /* the inode (or super block) of the file system */
	uint64_t *size;                         /* points to the inode's size in bytes           */
	struct list vmas;                       /* mappings of it; lock                          */
	bool is_shmem;                          /* counted as shared memory (tmpfs)              */
};

void filemap_init(struct filemap *m, const struct filemap_ops *ops, void *owner, uint64_t *size);
void filemap_fini(struct filemap *m);       /* frees all pages; no mapping may be left       */
/* The page at index, counted, or NULL for a hole (or not cached). Lock-free, any task context. */
struct page *filemap_find(struct filemap *m, uint64_t index);
/* As find, but create: hole -> zeroed page; stored file -> read in. 0, -ENOMEM, -ENOSPC, -EIO. May sleep. */
__must_check int filemap_get(struct filemap *m, uint64_t index, struct page **out);
/* Drop pages wholly past `size`, zero the tail of the last, and unmap them from every space. */
void filemap_truncate(struct filemap *m, uint64_t size);
/* Punch [from, to) bytes: whole pages freed, edges zeroed (fallocate). */
void filemap_punch(struct filemap *m, uint64_t from, uint64_t to);
/* First index >= from that holds a page (SEEK_DATA), or ~0. */
uint64_t filemap_next_page(struct filemap *m, uint64_t from);

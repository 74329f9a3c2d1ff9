/*
 * filemap.h - cached pages of one inode: read, write, mmap, exec and tmpfs use the same tree.
 *
 * Lookup is lock-free under RCU; insertion and truncation take map->lock. A page in the
 * tree holds one reference of the map. tmpfs is a filemap without a store: ops or
 * ops->read_page NULL means a missing page is a hole, read as zeroes, allocated by the
 * first write or fault.
 *
 * User mappings of a cached page hold no reference: the page stays in the tree (PG_CACHED)
 * while it is mapped, and truncation unmaps it from every VMA before it drops the page. So
 * fork, exec and exit touch no counter of shared file pages.
 * Lifetime: a mapping's file keeps the map alive; the memory of struct filemap must be
 * freed only after an RCU grace period past filemap_fini() (faults peek under RCU).
 */
#pragma once
#include <mm/page.h>
#include <sync/hold.h>
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
	struct spinlock lock;                   /* insertions, removals, vmas list               */
	struct hold hold;                       /* of vmas: one walks the list in steps          */
	atomic_ulong nr_pages;
	const struct filemap_ops *ops;
	void *owner;                            /* the inode (or super block) of the file system */
	uint64_t *size;                         /* points to the inode's size in bytes           */
	struct list vmas;                       /* mappings of it, a fork's after its parent's; lock, and not held */
	atomic_int shared_writers;              /* shared writable mappings being made; -1: no more (F_SEAL_WRITE) */
	bool is_shmem;                          /* counted as shared memory (tmpfs)              */
	bool has_reserved;                      /* filemap_reserve() was called                  */
	uint8_t huge_shift;                     /* a file of huge pages of this size, from pools that are empty: never has a page; 0: not */
	atomic_ulong number;                    /* no other map ever has it; 0: not yet asked for (filemap_number()) */
	struct shared_policy *policies;         /* memory policies of its pages, or NULL; set once (mm/shared_policy.c) */
};

void filemap_init(struct filemap *m, const struct filemap_ops *ops, void *owner, uint64_t *size);
void filemap_fini(struct filemap *m);       /* frees all pages; no mapping may be left       */
/* The page at index, counted, or NULL for a hole (or not cached). Lock-free, any task context. */
struct page *filemap_find(struct filemap *m, uint64_t index);
/* As find, but create: hole -> zeroed page; stored file -> read in. 0, -ENOMEM, -ENOSPC, -EIO (its frame failed, too). May sleep. */
__must_check int filemap_get(struct filemap *m, uint64_t index, struct page **out);
/*
 * Put a page at index that stays a hole to readers, mincore(2) and SEEK_DATA until it is written or mapped (fallocate).
 * 0; -EEXIST: a page is there, no longer a hole if it was reserved before, as on Linux; -ENOMEM, -ENOSPC. May sleep.
 */
__must_check int filemap_reserve(struct filemap *m, uint64_t index);
/* Drop pages wholly past `size`, zero the tail of the last, and unmap them from every space. */
void filemap_truncate(struct filemap *m, uint64_t size);
/* Punch [from, to) bytes: whole pages freed, edges zeroed (fallocate). */
void filemap_punch(struct filemap *m, uint64_t from, uint64_t to);
/* Has the frame of the page at index failed (space_fail_page())? A read of it is -EIO then. */
bool filemap_has_failed(struct filemap *m, uint64_t index);
/* First index >= from that holds a page which is more than reserved (SEEK_DATA), or ~0. */
uint64_t filemap_next_page(struct filemap *m, uint64_t from);
/* How many pages of [from, to] are cached. May sleep. */
uint64_t filemap_count(struct filemap *m, uint64_t from, uint64_t to);
/* Does the page with the byte at offset begin past the end of the file? Under RCU, or with the map kept. */
static inline bool filemap_is_past_end(const struct filemap *m, uint64_t offset)
{
	return m->size && ALIGN_DOWN(offset, PAGE_SIZE) >= load_relaxed(m->size);       /* relaxed: it changes at any time */
}
/* A number that this map has and no other, ever: it tells files apart when they are gone. Under RCU, or with the map kept. */
uint64_t filemap_number_slow(struct filemap *m);
static inline uint64_t filemap_number(struct filemap *m)
{
	uint64_t nr = load_relaxed(&m->number);         /* relaxed: nothing but the number */

	return likely(nr) ? nr : filemap_number_slow(m);
}
/* Put a ready page (reference consumed, also on error) at index: vDSO and device images. 0, -ENOMEM, -EEXIST. */
__must_check int filemap_insert(struct filemap *m, uint64_t index, struct page *p);
/*
 * Seals. A shared mapping that may be written is made between begin and end; false: there may be none any more.
 * deny: from now on; false when there is one, or one is being made.
 */
__must_check bool filemap_shared_write_begin(struct filemap *m);
void filemap_shared_write_end(struct filemap *m);
__must_check bool filemap_deny_shared_write(struct filemap *m);
/* Is p what m holds at index? Stable under the lock of a page-table page that maps a VMA of m. */
static inline bool filemap_holds(const struct filemap *m, uint64_t index, const struct page *p)
{
	uint16_t f = load_acquire(&p->flags);           /* pairs with the release in insertion */

	return (f & (PG_CACHED | PG_UPTODATE)) == (PG_CACHED | PG_UPTODATE) && p->kind == PAGE_FILE && p->owner == m && p->index == index;
}

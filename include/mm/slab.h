/*
 * slab.h - kernel objects: typed caches with per-CPU magazines, and kmalloc by size.
 *
 * The fast path of alloc and free pops or pushes this CPU's magazine with
 * preemption off: no lock, no atomic. Magazines move through a depot per cache.
 * Context: any but NMI; never sleep. ALLOC_ZERO as for pages.
 */
#pragma once
#include <mm/page.h>

struct slab_cache;

/* Bring-up or task context. Panics when memory ends during bring-up, else NULL. */
struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align);
/*
 * The same for objects that are found under RCU, and freed without a grace period: a freed one stays an object of
 * this cache until those who found it are done, be it another one by then. So what tells that it is free or another
 * (a reference count) must keep its value meanwhile: it lies at SLAB_LINKS or above.
 */
struct slab_cache *slab_cache_create_typesafe(const char *name, size_t size, size_t align);
#define SLAB_LINKS 16                       /* bytes of a free object that belong to the cache */
void *slab_alloc(struct slab_cache *c, unsigned flags);
void slab_free(struct slab_cache *c, void *obj);

/* By size: 16 bytes to 8 KiB from slab caches, larger as pages. NULL without memory. kfree(NULL) is allowed. */
void *kmalloc(size_t size, unsigned flags);
static inline void *kzalloc(size_t size) { return kmalloc(size, ALLOC_ZERO); }
void kfree(void *p);
char *kstrndup(const char *s, size_t len);
/* Iterate for /proc/slabinfo: false past the last. */
struct slab_info { const char *name; size_t size; uint64_t active, slabs; unsigned per_slab, slab_pages; };
bool slab_cache_info(unsigned i, struct slab_info *info);
/* Iterate for /proc/slab_owners of debug builds: who holds how many objects of which cache; false past the last. */
bool slab_owner_info(unsigned i, const char **cache, uintptr_t *caller, long *count);

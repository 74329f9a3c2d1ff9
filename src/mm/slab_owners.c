/*
 * slab_owners.c - debug builds: who allocated what is in use, for those who look for a leak.
 *
 * A row per cache and place in the code, entered once and never removed; a row's count goes up with an allocation and
 * down when the object is freed, wherever that is. When the table is full, the rest is counted in row 0.
 *   I1  row.key is written once, by who claims the row
 * Context: any but NMI; no lock.
 */
#include <mm/slab.h>
#include "mm_priv.h"

#define ROWS 4096u                          /* a power of two */

static struct { atomic_ulong key; atomic_long count; } rows[ROWS];

/* Kernel code lies in the top 2 GiB: 31 bits of its address leave room for the cache. Never 0. */
static inline uint64_t key_of(unsigned id, uintptr_t caller) { return (uint64_t)(id + 1) << 32 | (caller & 0xffffffff); }

uint64_t slab_owner_enter(unsigned id, uintptr_t caller)
{
	uint64_t key = key_of(id, caller);
	unsigned at = (unsigned)(key * 0x9e3779b97f4a7c15ul >> 52);

	for (unsigned tries = 0; tries < 64; tries++, at = (at + 1) & (ROWS - 1)) {
		uint64_t found = load_relaxed(&rows[at].key);   /* relaxed: rows are counters, nothing hangs on them */

		if (!at || (found && found != key))
			continue;
		if (!found && !cas_relaxed(&rows[at].key, &found, key) && found != key)
			continue;
		fetch_add_relaxed(&rows[at].count, 1);
		return at;
	}
	fetch_add_relaxed(&rows[0].count, 1);
	return 0;
}

void slab_owner_leave(uint64_t owner) { fetch_sub_relaxed(&rows[owner & (ROWS - 1)].count, 1); }

bool slab_owner_info(unsigned i, const char **cache, uintptr_t *caller, long *count)
{
	struct slab_info info;
	uint64_t key;

	if (i >= ROWS)
		return false;
	key = load_relaxed(&rows[i].key);
	*count = load_relaxed(&rows[i].count);
	*caller = 0xffffffff00000000ul | (key & 0xffffffff);
	*cache = "others";
	if (key && slab_cache_info((unsigned)(key >> 32) - 1, &info))
		*cache = info.name;
	return true;
}

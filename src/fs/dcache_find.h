/*
 * dcache_find.h - the look-up in the table of names, inline for the walk.
 *
 * A chain's words: a dentry's address, or CHAIN_END with the number of the bucket; in the heads,
 * CHAIN_LOCK is the bucket's lock. Invariants: dcache.c.
 */
#pragma once
#include <fs/dcache.h>
#include "name_hash.h"

#define CHAIN_END  1ul
#define CHAIN_LOCK 2ul
#define CHAIN_INDEX_SHIFT 3

struct dcache_table {
	uintptr_t *buckets;
	unsigned shift;                         /* 64 - log2(number of buckets) */
};
extern struct dcache_table dcache_table;

static __always_inline uintptr_t *dcache_bucket(const struct dentry *parent, uint32_t hash)
{
	return &dcache_table.buckets[(((uintptr_t)parent >> 6) + hash) * 0x9e3779b97f4a7c15ull >> dcache_table.shift];
}

/*
 * Does d name the len bytes at s in parent? A consistent answer beside renames. The text may be compared
 * with what a rename just replaced: both kinds of room hold 32 bytes; longer ones are checked first.
 */
static __always_inline bool dentry_matches(const struct dentry *d, const struct dentry *parent, const char *s, size_t len, uint64_t tail)
{
	for (;;) {
		unsigned seq = seq_begin(&d->seq);
		const char *text = load_relaxed(&d->name.s);    /* relaxed: seq orders these */
		bool same = load_relaxed(&d->parent) == parent && load_relaxed(&d->name.len) == len;

		if (unlikely(len >= sizeof d->inline_name) && seq_retry(&d->seq, seq))
			continue;
		same = same && name_equal_tail(text, s, len, tail);
		if (likely(!seq_retry(&d->seq, seq)))
			return same;
	}
}

/* As dentry_find_rcu(); tail is the name's last word padded with zeroes. */
static __always_inline struct dentry *dentry_find_inline(const struct dentry *parent, const char *s, size_t len, uint32_t hash, uint64_t tail)
{
	uintptr_t *b = dcache_bucket(parent, hash), it;

	do {
		it = load_acquire(b) & ~CHAIN_LOCK;     /* pairs with chain_insert_locked() */
		while (!(it & CHAIN_END)) {
			struct dentry *d = (struct dentry *)it;

			if (likely(load_relaxed(&d->name.hash) == hash) && likely(dentry_matches(d, parent, s, len, tail)))
				return d;
			it = load_acquire(&d->hash.next);
		}
	} while (unlikely(it >> CHAIN_INDEX_SHIFT != (uintptr_t)(b - dcache_table.buckets)));
	return NULL;
}

/* ---- parts of a change, for dcache.c and dcache_move.c ---- */

struct long_name { struct rcu_head rcu; char text[]; };        /* a name that does not fit into the dentry */

void dentry_name_set(struct dentry *d, const struct name *n, struct long_name *room);
struct long_name *dentry_name_room(const struct dentry *d);     /* NULL: inline */
void dentry_list(struct dentry *d);                             /* among the parent's children, as the newest */
void dentry_unlist(struct dentry *d);
void dentry_chain_insert(struct dentry *d);
void dentry_chain_remove(struct dentry *d);                     /* harmless when it stands in none */
void dentry_unhash(struct dentry *d);                           /* out of the table and the listing */

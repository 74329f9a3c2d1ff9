/*
 * hash_table.h - sync/hashtab.h with its memory: a table that doubles when it holds more entries than buckets.
 *
 * Who inserts tells how many there are, and calls the slow path where it may sleep. Without memory a table stays as it is.
 * Users: pids (task/pid.c), handles of files (fs/handle.c).
 */
#pragma once
#include <sync/hashtab.h>

#define HASH_TABLE_BITS_MAX 20u

struct hash_table {
	struct htab tab;
	unsigned bits;                          /* a: of the table; written by who grows it */
};
/* 1 << bits buckets at first. 0 or -ENOMEM. Bring-up. */
__must_check int hash_table_init(struct hash_table *h, unsigned bits);
/* May sleep, for a grace period. One table grows at a time: whoever comes second leaves. */
void hash_table_grow_slow(struct hash_table *h);

/* relaxed: hints */
static inline bool hash_table_is_full(const struct hash_table *h, unsigned long nr)
{
	unsigned bits = load_relaxed(&h->bits);

	return nr >> bits && bits < HASH_TABLE_BITS_MAX;
}

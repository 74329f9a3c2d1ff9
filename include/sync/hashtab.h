/*
 * hashtab.h - a hash table with RCU readers that grows and shrinks under them.
 *
 * Intrusive nodes with their hash beside; a chain ends in a marker that names its
 * bucket, and the head's low bit is the bucket's lock. Readers store nothing.
 *
 * Resizing. The new table is announced in old->successor; then each bucket is moved,
 * under its lock, entry by entry from the END of its chain to the head of where it
 * belongs now, and its head says MOVED. So at any moment
 *   I1  an entry whose old bucket is not MOVED is inserted, found unique and removed in the old
 *       table, else in the successor: writers agree by the bucket's lock
 *   I2  what a reader passes over in an old chain, because it was moved away from there, is in the
 *       successor before it leaves the chain; and all behind it went earlier. So a reader that is led
 *       into another table's chain has seen, or will see in the successor, every entry
 *
 *   linearization  insert: the store of the head; remove: the store that unlinks; find: its last load
 *   progress       find wait-free (chains are finite, tables few); writers block per bucket
 *   exclusion      resizes of one table exclude each other; nothing else
 *   nodes          freed, or inserted anew, a grace period after they were removed
 * Cost: find 0 atomics; insert and remove 1 atomic, the bucket's line and the neighbour's. User: mm/hash_table.h.
 */
#pragma once
#include <sync/rcu.h>
#include <arch/cpu.h>

#define HTAB_LOCK  1ul                          /* heads */
#define HTAB_END   2ul                          /* the word is a marker: address of the bucket | HTAB_END */
#define HTAB_MOVED 4ul                          /* heads, with HTAB_END: look in the successor */
#define HTAB_FLAGS 7ul

struct htab_node { uintptr_t next; unsigned long hash; };
struct htab_table {
	struct htab_table *successor;           /* a: set once */
	unsigned long mask;
	uintptr_t head[];                       /* a: struct htab_node * or marker, | HTAB_LOCK */
};
struct htab { struct htab_table *table; };      /* r */

/* Bytes for a table of 1 << bits buckets; prepare it in memory that the caller provides, aligned to 8. */
static inline size_t htab_size(unsigned bits) { return sizeof(struct htab_table) + (sizeof(uintptr_t) << bits); }
void htab_prepare(struct htab_table *t, unsigned bits);
static inline void htab_init(struct htab *h, struct htab_table *t) { h->table = t; }     /* plain: nobody knows it yet */
static inline unsigned long htab_buckets(const struct htab *h) { return rcu_load(h->table)->mask + 1; }

void htab_insert(struct htab *h, struct htab_node *n, unsigned long hash);
/* False when n is not in the table (any more). */
bool htab_remove(struct htab *h, struct htab_node *n);
/* Insert unless match(other, key) holds for one of the same hash: then that one is returned. RCU read section. */
struct htab_node *htab_insert_unique(struct htab *h, struct htab_node *n, unsigned long hash,
				     bool (*match)(const struct htab_node *other, const void *key), const void *key);
/* Move all to the prepared table t. The old one is returned: free it after a grace period. Preemptible between buckets. */
struct htab_table *htab_resize(struct htab *h, struct htab_table *t);

static inline uintptr_t *htab_bucket(struct htab_table *t, unsigned long hash) { return &t->head[hash & t->mask]; }

/*
 * The first node of that hash for which match(node, key) holds, or NULL. RCU read section.
 * match is inlined when it is known.
 */
static __always_inline struct htab_node *htab_find(const struct htab *h, unsigned long hash,
						   bool (*match)(const struct htab_node *n, const void *key), const void *key)
{
	for (struct htab_table *t = rcu_load(h->table); t; t = load_acquire(&t->successor)) {    /* C, pairs with htab_resize() */
		uintptr_t v = load_acquire(htab_bucket(t, hash)) & ~HTAB_LOCK;   /* A, pairs with the stores of heads: nodes are whole */

		while (likely(!(v & HTAB_END))) {
			struct htab_node *n = (struct htab_node *)v;

			if (n->hash == hash && match(n, key))
				return n;
			v = load_acquire(&n->next);     /* B, pairs with the stores of next; what moved went before: I2 */
		}
	}
	return NULL;
}

/*
 * radix.c - the tree behind filemaps: nodes of 64 slots, small trees in a leaf of 4.
 *
 *   I1  node->count is the number of slots in use; only the root may be empty,
 *       and then for no longer than the writer's call
 *   I2  a node at shift s covers 64 << s indices (the small leaf: 4); its place
 *       in the tree never changes while readers may stand in it, only the root grows
 * Effect: radix_insert() at the store of its slot, or of the new root that holds
 * it; radix_remove() at the store of NULL. A reader that stands in the small leaf
 * while it is replaced sees the slots as they were then.
 * Progress: readers wait-free. Outside exclusion: writer against writer only.
 * Who frees: the writer, after a grace period.
 * Tests: tests/unit/mm/radix.c, tests/model/pages.c.
 */
#include "radix.h"
#include <base/err.h>
#include <mm/slab.h>
#include <sync/rcu.h>

#define BITS       6
#define SLOTS      (1u << BITS)
#define SMALL      4u
#define MAX_LEVELS 11                       /* 64 bits of index */

struct radix_node {
	struct rcu_head rcu;
	uint8_t shift;                          /* const: 0 = leaf              */
	uint8_t nr_slots;                       /* const: SLOTS, or SMALL       */
	uint16_t count;                         /* writer                       */
	void *slots[];
};

static struct slab_cache *node_cache __ro_after_init, *small_cache __ro_after_init;

static struct radix_node *node_alloc(unsigned shift, unsigned nr_slots)
{
	struct radix_node *n = slab_alloc(nr_slots == SMALL ? small_cache : node_cache, ALLOC_ZERO);

	if (!n)
		return NULL;
	n->shift = shift;
	n->nr_slots = nr_slots;
	return n;
}

static void node_free(struct rcu_head *h)
{
	struct radix_node *n = container_of(h, struct radix_node, rcu);

	slab_free(n->nr_slots == SMALL ? small_cache : node_cache, n);
}

static inline bool node_covers(const struct radix_node *n, uint64_t index) { return index >> n->shift < n->nr_slots; }
static inline unsigned slot_of(const struct radix_node *n, uint64_t index) { return index >> n->shift & (n->nr_slots - 1); }

/* ---- readers ---- */

void **radix_leaf(const struct radix *t, uint64_t index, uint64_t *base, unsigned *count)
{
	struct radix_node *n = load_acquire(&t->root);         /* pairs with radix_insert() */

	if (!n || !node_covers(n, index))
		return NULL;
	while (n->shift) {
		n = load_acquire(&n->slots[slot_of(n, index)]); /* pairs with radix_insert() */
		if (!n)
			return NULL;
	}
	*base = index & ~(uint64_t)(n->nr_slots - 1);
	*count = n->nr_slots;
	return n->slots;
}

/* First entry at or after *index below n, whose part of the index space begins at `base`. */
static void *next_below(struct radix_node *n, uint64_t base, uint64_t *index)
{
	unsigned i = *index > base ? (*index - base) >> n->shift : 0;

	for (; i < n->nr_slots; i++) {
		void *p = load_acquire(&n->slots[i]);           /* pairs with radix_insert() */
		uint64_t at = base + ((uint64_t)i << n->shift);

		if (!p)
			continue;
		if (!n->shift) {
			*index = at;
			return p;
		}
		p = next_below(p, at, index);
		if (p)
			return p;
	}
	return NULL;
}

void *radix_next(const struct radix *t, uint64_t *index, uint64_t end)
{
	struct radix_node *n = load_acquire(&t->root);         /* pairs with radix_insert() */
	uint64_t at = *index;
	void *p;

	if (!n || !node_covers(n, at))
		return NULL;
	p = next_below(n, 0, &at);
	if (!p || at >= end)
		return NULL;
	*index = at;
	return p;
}

/* ---- the writer ---- */

/* A root that covers index. What it grows over is not empty, or it is new and the caller fills it. */
static int root_grow(struct radix *t, uint64_t index)
{
	struct radix_node *root = t->root, *n;

	if (!root) {
		unsigned shift = 0;

		while (index >> shift >= SLOTS)
			shift += BITS;
		n = node_alloc(shift, index < SMALL ? SMALL : SLOTS);
		if (!n)
			return -ENOMEM;
		store_release(&t->root, n);
		root = n;
	}
	while (!node_covers(root, index)) {
		bool small = root->nr_slots == SMALL;

		n = node_alloc(small ? 0 : root->shift + BITS, SLOTS);
		if (!n)
			return -ENOMEM;
		if (small) {
			for (unsigned i = 0; i < SMALL; i++)
				n->slots[i] = root->slots[i];
			n->count = root->count;
			store_release(&t->root, n);         /* pairs with the readers' load_acquire: n is filled */
			rcu_call(&root->rcu, node_free);
		} else {
			n->slots[0] = root;
			n->count = 1;
			store_release(&t->root, n);
		}
		root = n;
	}
	return 0;
}

/* Take empty nodes out again, from the leaf on path up. */
static void prune(struct radix *t, struct radix_node **path, unsigned depth, uint64_t index)
{
	while (depth && !path[depth - 1]->count) {
		struct radix_node *n = path[--depth];

		if (depth) {
			struct radix_node *up = path[depth - 1];

			store_relaxed(&up->slots[slot_of(up, index)], NULL);    /* relaxed: publishes nothing; n stays a while */
			up->count--;
		} else {
			store_relaxed(&t->root, NULL);          /* relaxed: as above */
		}
		rcu_call(&n->rcu, node_free);
	}
}

int radix_insert(struct radix *t, uint64_t index, void *p)
{
	struct radix_node *path[MAX_LEVELS + 1], *n;
	unsigned depth = 0;
	int err = root_grow(t, index);

	if (err)
		return err;
	n = t->root;
	path[depth++] = n;
	while (n->shift) {
		struct radix_node *down = n->slots[slot_of(n, index)];

		if (!down) {
			down = node_alloc(n->shift - BITS, SLOTS);
			if (!down) {
				err = -ENOMEM;
				break;
			}
			n->count++;
			store_release(&n->slots[slot_of(n, index)], down);   /* pairs with the readers' load_acquire */
		}
		n = down;
		path[depth++] = n;
	}
	if (err) {
		prune(t, path, depth, index);
		return err;
	}
	n->count++;
	store_release(&n->slots[slot_of(n, index)], p);        /* pairs with the readers' load_acquire: *p is initialised */
	return 0;
}

void *radix_remove(struct radix *t, uint64_t index)
{
	struct radix_node *path[MAX_LEVELS + 1], *n = t->root;
	unsigned depth = 0;
	void *p;

	if (!n || !node_covers(n, index))
		return NULL;
	path[depth++] = n;
	while (n->shift) {
		n = n->slots[slot_of(n, index)];
		if (!n)
			return NULL;
		path[depth++] = n;
	}
	p = n->slots[slot_of(n, index)];
	if (!p)
		return NULL;
	store_relaxed(&n->slots[slot_of(n, index)], NULL);     /* relaxed: publishes nothing */
	n->count--;
	prune(t, path, depth, index);
	return p;
}

void radix_init_caches(void)
{
	node_cache = slab_cache_create("radix_node", sizeof(struct radix_node) + SLOTS * sizeof(void *), 64);
	small_cache = slab_cache_create("radix_small", sizeof(struct radix_node) + SMALL * sizeof(void *), 8);
}

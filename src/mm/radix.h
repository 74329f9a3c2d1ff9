/*
 * radix.h - a sparse array of pointers by 64-bit index, read under RCU.
 *
 * Readers (radix_leaf, radix_next): under RCU, beside one writer.
 * Writers (radix_insert, radix_remove): one at a time, the caller's lock. Nodes
 * are freed after a grace period. A reader may see a slot a little late: a
 * removed pointer, or NULL for one just inserted; it must check what it got.
 */
#pragma once
#include <base/atomic.h>

struct radix { void *root; };               /* struct radix_node *; NULL = empty */

/* The slots of the leaf that covers index: slot 0 stands for *base, *n slots. NULL: nothing near index. */
void **radix_leaf(const struct radix *t, uint64_t index, uint64_t *base, unsigned *n);
static inline void *radix_find(const struct radix *t, uint64_t index)
{
	uint64_t base;
	unsigned n;
	void **slots = radix_leaf(t, index, &base, &n);

	return slots ? load_acquire(&slots[index - base]) : NULL;    /* pairs with radix_insert() */
}
/* First entry with index in [*index, end), its index stored; NULL: none. */
void *radix_next(const struct radix *t, uint64_t *index, uint64_t end);
/* Store p at an empty index. 0 or -ENOMEM. Never sleeps. */
__must_check int radix_insert(struct radix *t, uint64_t index, void *p);
/* Take out and return what stands at index, or NULL. */
void *radix_remove(struct radix *t, uint64_t index);
void radix_init_caches(void);

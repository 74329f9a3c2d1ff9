/*
 * deque.h - a run queue with stealing: its owner works at the bottom, thieves take from the top.
 *
 * The owner pushes and pops without an atomic instruction as long as more than one
 * item is there; only for the last one owner and thieves meet in a compare-and-
 * exchange of top. (The structure is Chase and Lev's, the orders those of Le and
 * others; the ring does not grow.)
 *
 *   linearization  push: the store of bottom; steal: its compare-and-exchange; pop: the store of bottom, or its
 *                  compare-and-exchange for the last
 *   progress       push, pop wait-free; steal lock-free: it fails only because another took something
 *   exclusion      push and pop are the owner's; steal is anyone's
 *   slots          a slot is written again only after top has passed it: push looks at top
 * Cost: push 0 atomic instructions; pop 1 fence, and 1 more for the last item; steal 1 fence and 1 more.
 * One own line (bottom), one shared (top).
 */
#pragma once
#include <base/atomic.h>

struct deque {
	unsigned long mask;                     /* const: slots - 1 */
	void **slot;                            /* const pointer; a */
	unsigned long top __cacheline_aligned;  /* a: grows only */
	unsigned long bottom __cacheline_aligned;   /* a: owner writes */
};

static inline void deque_init(struct deque *d, void **slot, unsigned long slots)
{
	*d = (struct deque){ .mask = slots - 1, .slot = slot };
}

/* How many wait; a hint to all but the owner. */
static inline unsigned long deque_count(const struct deque *d)
{
	long n = (long)(load_relaxed(&d->bottom) - load_relaxed(&d->top));

	return n > 0 ? (unsigned long)n : 0;
}

/* False when full. Owner. */
static inline bool deque_push(struct deque *d, void *item)
{
	unsigned long b = load_relaxed(&d->bottom);     /* relaxed: only we write it */

	if (b - load_acquire(&d->top) > d->mask)        /* A, pairs with G: the slot has been read */
		return false;
	store_relaxed(&d->slot[b & d->mask], item);     /* relaxed: published by B */
	store_release(&d->bottom, b + 1);               /* B, pairs with F */
	return true;
}

/* The last pushed, or NULL. Owner. */
static inline void *deque_pop(struct deque *d)
{
	unsigned long b = load_relaxed(&d->bottom) - 1, t;
	void *item = NULL;

	if ((long)(b + 1 - load_relaxed(&d->top)) <= 0) /* relaxed: top grows only, so empty is empty */
		return NULL;
	store_release(&d->bottom, b);           /* B: a thief that reads this takes an item below, pushed before */
	fence_seq_cst();                        /* C, pairs with E: we withdraw b, then look at top; they pass top, then look at bottom */
	t = load_relaxed(&d->top);
	if ((long)(b - t) >= 0) {
		item = load_relaxed(&d->slot[b & d->mask]);     /* relaxed: we wrote it */
		if (b != t)
			return item;
		if (!cas_relaxed(&d->top, &t, t + 1))   /* the last one, against thieves; relaxed: C and E order what they see */
			item = NULL;
	}
	store_relaxed(&d->bottom, b + 1);       /* relaxed: empty again, nothing is published */
	return item;
}

/* The oldest, or NULL when there is none or another was faster. Anyone. */
static inline void *deque_steal(struct deque *d)
{
	unsigned long t = load_relaxed(&d->top), b;     /* D; relaxed: E follows */
	void *item;

	fence_seq_cst();                        /* E, pairs with C */
	b = load_acquire(&d->bottom);           /* F, pairs with B: the slot's content */
	if ((long)(b - t) <= 0)
		return NULL;
	item = load_relaxed(&d->slot[t & d->mask]);     /* relaxed: worthless unless the exchange succeeds */
	return cas_release(&d->top, &t, t + 1) ? item : NULL;   /* G, pairs with A */
}

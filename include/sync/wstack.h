/*
 * wstack.h - a stack whose push is wait-free: for producers that may not try again, and crowds of them.
 *
 * A push is one exchange of the head; the link to what lay below follows. Between the
 * two a taker that comes to this node has to wait for its producer: where a vCPU may
 * be stopped there, and the taker must not be, use stack.h.
 *
 *   linearization  push: its exchange; take_all: its exchange
 *   progress       push, take_all wait-free; next waits for a producer in the middle of its push
 *   exclusion      none
 *   nodes          the pusher's until pushed, the taker's once wstack_next() has gone past them; outside of a stack
 *                  `next` is NULL: wstack_node_init() once, then wstack_next() sees to it
 * Cost uncontended: push 1 atomic, take_all 1; 1 shared line.
 */
#pragma once
#include <base/atomic.h>
#include <arch/cpu.h>

struct wstack_node { struct wstack_node *next; };       /* a: NULL outside, and while its producer is at it */
struct wstack { struct wstack_node *head; };            /* a; WSTACK_END below the last */
#define WSTACK_END ((struct wstack_node *)1)

static inline void wstack_init(struct wstack *s) { store_relaxed(&s->head, WSTACK_END); }

static inline void wstack_node_init(struct wstack_node *n) { store_relaxed(&n->next, NULL); }     /* relaxed: published by A */

/* True when the stack was empty. */
static inline bool wstack_push(struct wstack *s, struct wstack_node *n)
{
	struct wstack_node *below = exchange_release(&s->head, n);      /* A, pairs with B: our node; that of `below` is its own pusher's business */

	store_release(&n->next, below);         /* C, pairs with D: whoever reads this goes on to `below` */
	return below == WSTACK_END;
}

/* The last pushed, or NULL when empty; go on by wstack_next(). */
static inline struct wstack_node *wstack_take_all(struct wstack *s)
{
	struct wstack_node *n = exchange_acquire(&s->head, WSTACK_END); /* B, pairs with A */

	return n == WSTACK_END ? NULL : n;
}

/* The one below, or NULL. n may be pushed again or freed then. */
static inline struct wstack_node *wstack_next(struct wstack_node *n)
{
	struct wstack_node *below;

	spin_until((below = load_acquire(&n->next)));   /* D, pairs with C */
	store_relaxed(&n->next, NULL);          /* relaxed: ours */
	return below == WSTACK_END ? NULL : below;
}

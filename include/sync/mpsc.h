/*
 * mpsc.h - a queue: many producers, one consumer, first in first out.
 *
 * Producers push to a stack; the consumer takes the whole stack at once and eats
 * from its own side. So a producer whose vCPU is stopped in the middle of a push
 * holds up nobody: no half-linked node is ever visible.
 *
 *     in (shared)      z -> y -> x               push: one compare-and-exchange
 *     out (consumer)   a -> b -> c, then at[]    pop: no atomic while this lasts
 *
 * What was taken goes to at[], newest first, and is eaten from its end; only what
 * does not fit there, older than all of it, is turned round as a list.
 *
 *   linearization  push: its compare-and-exchange; pop: its read of `out` or at[], or the exchange that refills them
 *   progress       push lock-free, pop wait-free but for the walk, linear in what it takes
 *   exclusion      one consumer at a time; producers none
 *   nodes          the producer's until pushed, the consumer's once popped
 * Cost uncontended: push 1 atomic, 1 line; pop 0 atomics while out and at[] last, else 1, for all that wait.
 * Pairs: A in stack_push() with B in stack_take_all().
 */
#pragma once
#include <sync/stack.h>

#define MPSC_BATCH 64u

struct mpsc {
	struct stack in;                        /* a */
	struct stack_node *out __cacheline_aligned;     /* consumer; down to the end */
	unsigned n;                             /* in at[] */
	struct stack_node *at[MPSC_BATCH];
};

static inline void mpsc_init(struct mpsc *q)
{
	stack_init(&q->in);
	q->out = NULL;
	q->n = 0;
}
/* True when nothing was waiting to be taken in: the consumer may have to be told. */
static inline bool mpsc_push(struct mpsc *q, struct stack_node *n) { return stack_push(&q->in, n); }

/* A chain turned round. */
static inline struct stack_node *stack_reverse(struct stack_node *n)
{
	struct stack_node *list = NULL;

	while (n) {
		struct stack_node *next = n->next;

		n->next = list;
		list = n;
		n = next;
	}
	return list;
}

/* All that a stack holds, in the order it was pushed: for consumers that keep no `out` of their own. */
static inline struct stack_node *stack_take_all_fifo(struct stack *s) { return stack_reverse(stack_take_all(s)); }

/* False when nothing waits. */
static inline bool mpsc_refill(struct mpsc *q)
{
	struct stack_node *n;

	if (stack_is_empty(&q->in))
		return false;
	for (n = stack_take_all(&q->in); n && q->n < MPSC_BATCH; n = n->next)
		q->at[q->n++] = n;
	q->out = stack_reverse(n);
	return true;
}

/* The oldest node, or NULL. */
static inline struct stack_node *mpsc_pop(struct mpsc *q)
{
	struct stack_node *n;

	if (!q->out && !q->n && !mpsc_refill(q))
		return NULL;
	n = q->out;
	if (likely(!n))
		return q->at[--q->n];
	q->out = n->next;
	return n;
}

/*
 * mpsc.h - a queue: many producers, one consumer, first in first out.
 *
 * Producers push to a stack; the consumer takes the whole stack at once, turns it
 * round and eats from its own side. So a producer whose vCPU is stopped in the
 * middle of a push holds up nobody: no half-linked node is ever visible.
 *
 *     in (shared)      z -> y -> x          push: one compare-and-exchange
 *     out (consumer)   a -> b -> c          pop: no atomic while this lasts
 *
 *   linearization  push: its compare-and-exchange; pop: the read of `out`, or the exchange that refills it
 *   progress       push lock-free, pop wait-free but for the turning, linear in what it takes
 *   exclusion      one consumer at a time; producers none
 *   nodes          the producer's until pushed, the consumer's once popped
 * Cost uncontended: push 1 atomic, 1 line; pop 0 atomics from `out`, else 1, for all that wait.
 * Pairs: A in stack_push() with B in stack_take_all().
 */
#pragma once
#include <sync/stack.h>

struct mpsc {
	struct stack in;                        /* a */
	struct stack_node *out __cacheline_aligned;     /* consumer */
};

static inline void mpsc_init(struct mpsc *q)
{
	stack_init(&q->in);
	q->out = NULL;
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

/* The oldest node, or NULL. */
static inline struct stack_node *mpsc_pop(struct mpsc *q)
{
	struct stack_node *n = q->out;

	if (!n) {
		if (stack_is_empty(&q->in))
			return NULL;
		n = stack_take_all_fifo(&q->in);
	}
	q->out = n->next;
	return n;
}

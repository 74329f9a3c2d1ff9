/*
 * mpsc.h - a queue: many producers, one consumer, first in first out.
 *
 * Producers push to a stack; the consumer takes the whole stack at once, turns it
 * round, and eats from that. So a producer whose vCPU is stopped in the middle of a
 * push holds up nobody: no half-linked node is ever visible. The consumer's own CPU
 * needs no atomic: while the stack is empty it appends to what was turned round.
 *
 *     in (shared)              z -> y -> x      push elsewhere: one compare-and-exchange
 *     first..last (consumer's) a -> b -> c      push here, pop: plain
 *
 *   I1  all of first..last was pushed before all of `in`
 *   linearization  push elsewhere: its compare-and-exchange; push here: its look at `in`, empty; pop: its read of `first`,
 *                  or the exchange that refills it
 *   progress       push lock-free (here: wait-free), pop wait-free but for the walk, linear in what it takes
 *   exclusion      one consumer at a time; with a CPU of its own it pops on that CPU only, and there pushes and pops
 *                  exclude each other: preemption off, interrupts too if handlers push; producers elsewhere none
 *   nodes          the producer's until pushed, the consumer's once popped
 * Cost uncontended: push elsewhere 1 atomic, 1 line, here 0; pop 0 atomics while first..last lasts, else 1, for all that wait.
 * Pairs: A in stack_push() with B in stack_take_all().
 */
#pragma once
#include <sync/stack.h>
#include <percpu/percpu.h>

#define MPSC_NO_CPU ~0u                         /* the consumer is a thread that moves: every push is one from elsewhere */

struct mpsc {
	struct stack in;                        /* a */
	unsigned cpu;                           /* const: the consumer's, or MPSC_NO_CPU */
	struct stack_node *first __cacheline_aligned;   /* consumer's CPU; NULL: then `last` means nothing */
	struct stack_node *last;                /* consumer's CPU */
};

static inline void mpsc_init(struct mpsc *q, unsigned cpu)
{
	stack_init(&q->in);
	q->cpu = cpu;
	q->first = NULL;
}

/* Behind first..last: the consumer's CPU, that saw `in` empty (I1). True when nothing was there. */
static inline bool mpsc_append(struct mpsc *q, struct stack_node *n)
{
	bool was_empty = !q->first;

	n->next = NULL;
	if (was_empty)
		q->first = n;
	else
		q->last->next = n;
	q->last = n;
	return was_empty;
}

/* True when nothing was waiting to be taken in: the consumer may have to be told. */
static inline bool mpsc_push(struct mpsc *q, struct stack_node *n)
{
	if (q->cpu == cpu_id() && stack_is_empty(&q->in))
		return mpsc_append(q, n);
	return stack_push(&q->in, n);
}

/* The oldest node, or NULL. */
static inline struct stack_node *mpsc_pop(struct mpsc *q)
{
	struct stack_node *n = q->first;

	if (unlikely(!n)) {
		if (stack_is_empty(&q->in))
			return NULL;
		q->last = stack_take_all(&q->in);
		n = stack_reverse(q->last);
	}
	q->first = n->next;
	return n;
}

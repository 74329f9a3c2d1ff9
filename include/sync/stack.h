/*
 * stack.h - a stack that anyone pushes to: lock-free, no ABA trouble by rule.
 *
 * Who takes may take all at once, whoever it is: that is one exchange and cannot
 * be fooled. To take one, only one taker may be at work at a time (a lock, an
 * owner: stack_pop_own(), without an atomic while nothing is new); or takers stand in an RCU read section, and a node that was taken is
 * pushed or freed only after a grace period. Then the head that a taker has seen,
 * if it is still the head, still has the same successor.
 *
 *   linearization  push: its compare-and-exchange; take_all: its exchange; pop: its compare-and-exchange; pop_own: its
 *                  look at the head, or the exchange
 *   progress       push, pop lock-free; take_all wait-free; pop_own wait-free but for the walk, linear in what it takes
 *   exclusion      pop against pop and against take_all, by one of the rules above; nothing else
 *   nodes          the pusher's until pushed, the taker's once taken
 * Cost uncontended: 1 atomic instruction, 1 shared line (the head's), for each operation; pop_own 0 while nothing is new.
 * Users: inboxes of CPUs (percpu/xcall.c, sched/runq.c), deferred work (sync/defer.c), mpsc.h.
 */
#pragma once
#include <base/atomic.h>

struct stack_node { struct stack_node *next; };
struct stack { struct stack_node *head; };  /* a */

static inline void stack_init(struct stack *s) { store_relaxed(&s->head, NULL); }
/* A hint: what is pushed meanwhile may be missed. Ordered by nothing. */
static inline bool stack_is_empty(const struct stack *s) { return !load_relaxed(&s->head); }

/* Push first..last, linked by next, as one. True when the stack was empty: the caller tells the taker. */
static inline bool stack_push_list(struct stack *s, struct stack_node *first, struct stack_node *last)
{
	struct stack_node *head = load_relaxed(&s->head);       /* relaxed: the exchange checks it, and it is only stored */

	do
		store_relaxed(&last->next, head);       /* relaxed: published below; a late taker may still look at it */
	while (!cas_release(&s->head, &head, first));   /* A, pairs with B and C: the nodes before the head */
	return !head;
}
static inline bool stack_push(struct stack *s, struct stack_node *n) { return stack_push_list(s, n, n); }

/* Everything, last pushed first; NULL when empty. */
static inline struct stack_node *stack_take_all(struct stack *s)
{
	return exchange_acquire(&s->head, (struct stack_node *)NULL);   /* B, pairs with A */
}

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
/* Everything in the order it was pushed. */
static inline struct stack_node *stack_take_all_fifo(struct stack *s) { return stack_reverse(stack_take_all(s)); }

/* The last pushed, or NULL. One at a time, see above. */
static inline struct stack_node *stack_pop(struct stack *s)
{
	struct stack_node *n = load_acquire(&s->head);          /* C, pairs with A: its next is whole */

	while (n) {
		struct stack_node *next = load_relaxed(&n->next);       /* relaxed: after C */

		/* acquire on success too: the head may have been seen by a failing exchange only */
		if (__atomic_compare_exchange_n(&s->head, &n, next, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE))
			break;
	}
	return n;
}

/*
 * The last pushed, or NULL, for the stack's only taker: it takes all there is, and keeps in *below what it has not eaten
 * yet, older than all that has been pushed since. NULL at first. Each node is walked once.
 */
static inline struct stack_node *stack_pop_own(struct stack *s, struct stack_node **below)
{
	struct stack_node *n = *below;

	if (!stack_is_empty(s)) {
		struct stack_node *last = n;

		n = stack_take_all(s);
		if (last) {
			for (last = n; last->next; last = last->next)
				;
			last->next = *below;
		}
	}
	if (n)
		*below = n->next;
	return n;
}

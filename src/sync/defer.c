/*
 * defer.c - deferred free.
 *
 *   rcu_call -> [grace period] -> due (stack) -> thread -> fn
 *
 * Who pushes onto an empty stack wakes the thread: it takes all at once, after
 * park_begin(), so a push that found the stack not empty is part of what it takes.
 * Lock: none.   Context: defer_call() as rcu_call(); defer_run() task.
 */
#include <sync/defer.h>
#include <sync/waitq.h>

static struct stack due;                        /* a: RCU callbacks push, the thread takes */
static struct thread *thread;                   /* a: set once */

static void became_due(struct rcu_head *head)
{
	struct defer *d = container_of(head, struct defer, rcu);
	struct thread *t;

	if (!stack_push(&due, &d->node))
		return;
	fence_after_rmw();                      /* pairs with the fence in defer_start_thread(): one of both sees the other */
	t = load_acquire(&thread);              /* pairs with defer_start_thread(): before it, things pile up */
	if (t)
		unpark(t);
}

void defer_call(struct defer *d, void (*fn)(struct defer *))
{
	d->fn = fn;
	rcu_call(&d->rcu, became_due);
}

bool defer_run(void)
{
	struct stack_node *n = stack_take_all_fifo(&due), *next;

	if (!n)
		return false;
	for (; n; n = next) {
		struct defer *d = container_of(n, struct defer, node);

		next = n->next;                 /* fn frees d */
		d->fn(d);
	}
	return true;
}

static void defer_loop(void *arg)
{
	(void)arg;
	for (;;) {
		park_begin(PARK_INTERRUPTIBLE);
		if (stack_is_empty(&due)) {
			(void)park(PARK_INTERRUPTIBLE, ~0ull);
			continue;
		}
		park_end();
		(void)defer_run();
	}
}

void defer_start_thread(void)
{
	struct thread *t = rcu_spawn_thread("deferred_free", defer_loop, NULL, -1, false);

	store_release(&thread, t);              /* pairs with became_due() */
	fence_seq_cst();                        /* announce, then let it look for what was pushed before */
	unpark(t);
}

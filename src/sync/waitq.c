/*
 * waitq.c - wait queues: who sleeps until something changes.
 *
 * No wake-up is lost:
 *
 *   waker                                     waiter
 *   change the state            (A)           nr_waiters + 1, under q->lock
 *   full fence                  (B)           full fence                       (C, end of waitq_add)
 *   nr_waiters == 0 ? done                    state changed ? done             (D)
 *   q->lock, unpark each        (E)           park() unless unparked since park_begin()
 *
 * B and C: one of both sees what the other wrote. If the waker sees the count, it
 * takes the lock after the waiter was linked, and its unpark comes after the
 * waiter's park_begin() (then park() returns) or before it (then D, after
 * park_begin()'s own fence, sees A).
 *
 * An exclusive waiter that was woken is not chosen again until it looked at its
 * condition in vain (waitq_rearm); when it leaves for another reason, the wake-up
 * goes to the next (waitq_remove). So does one that comes between a waiter's last
 * look, for which it rearmed, and its leaving: what it found came with the one before.
 * So one wake-up per change is never swallowed; one too many costs a look.
 *
 * Lock order: q->lock, then what a wake function takes (run queue, poll).
 * Context: waking anywhere but NMI; waiting in task context.
 */
#include <sync/waitq.h>
#include <base/err.h>

void waitq_init(struct waitq *q)
{
	q->nr_waiters = 0;
	irq_spin_init(&q->lock, RANK_WAITQ);
	list_init(&q->waiters);
}

void waitq_add(struct waitq *q, struct waiter *w)
{
	irqflags_t f = irq_spin_lock(&q->lock);

	w->q = q;
	w->woken = w->rearmed = false;
	if (w->exclusive)
		list_append(&q->waiters, &w->node);
	else
		list_push(&q->waiters, &w->node);
	store_relaxed(&q->nr_waiters, q->nr_waiters + 1);       /* relaxed: the fence below publishes it */
	fence_seq_cst();                        /* C, pairs with B in waitq_wake_*() */
	irq_spin_unlock(&q->lock, f);
}

static bool wake_default(struct waiter *w)
{
	unpark(w->thread);
	return true;
}

void waitq_wake_locked(struct waitq *q, unsigned nr_exclusive, uint32_t events)
{
	struct waiter *w, *tmp;

	list_for_each_safe(w, tmp, &q->waiters, node) {
		if (!w->exclusive) {
			(void)(w->wake ? w->wake(w, events) : wake_default(w));
			continue;
		}
		if (w->wake) {                          /* stays: it is no thread that comes to look and leaves */
			if (w->wake(w, events) && !--nr_exclusive)
				break;
			continue;
		}
		if (w->woken)
			continue;
		store_relaxed(&w->woken, true);         /* before the unpark, which publishes it: see waitq_rearm() */
		(void)wake_default(w);
		if (!--nr_exclusive)
			break;
	}
}

void waitq_wake_slow(struct waitq *q, unsigned nr_exclusive, uint32_t events)
{
	irqflags_t f = irq_spin_lock(&q->lock);

	waitq_wake_locked(q, nr_exclusive, events);
	irq_spin_unlock(&q->lock, f);
}

/*
 * The waiter looks at `woken` after park_begin(): either the waker's unpark came before that, and `woken`
 * is seen; or it comes after, and park() returns at once. So no waiter sleeps while it is marked.
 * No fence: w is counted all the while, so every waker takes the lock; after us it finds w unmarked, before us its change
 * is seen when the condition is looked at again.
 */
void waitq_rearm(struct waiter *w)
{
	irqflags_t f = irq_spin_lock(&w->q->lock);

	w->woken = false;
	w->rearmed = true;
	irq_spin_unlock(&w->q->lock, f);
}

void waitq_remove(struct waiter *w)
{
	struct waitq *q = w->q;
	irqflags_t f;

	if (!q)
		return;
	f = irq_spin_lock(&q->lock);
	list_del(&w->node);
	store_relaxed(&q->nr_waiters, q->nr_waiters - 1);       /* relaxed: too high a count costs a look, no more */
	w->q = NULL;
	if (w->woken && (w->gave_up || w->rearmed))
		waitq_wake_locked(q, 1, ~0u);
	irq_spin_unlock(&q->lock, f);
}

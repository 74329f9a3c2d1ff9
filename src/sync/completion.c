/*
 * completion.c - one-shot events on top of a wait queue.
 *
 *   I1  `done` goes from false to true once, under q.lock
 *   I2  a wait returns only after it has held q.lock behind the signaller, or without `done`
 * Lock: q.lock.   Context: as the header says.
 */
#include <sync/completion.h>
#include <base/err.h>

void completion_init(struct completion *c)
{
	c->done = false;
	waitq_init(&c->q);
}

void completion_signal(struct completion *c)
{
	irqflags_t f = irq_spin_lock(&c->q.lock);

	store_relaxed(&c->done, true);
	waitq_wake_locked(&c->q, ~0u, ~0u);
	irq_spin_unlock(&c->q.lock, f);         /* our last access: waiters pass through the lock */
}

/* Leave the queue; whether it was done. The lock makes sure that the signaller has let go. */
static bool completion_finish(struct completion *c, struct waiter *w)
{
	irqflags_t f;
	bool done;

	waitq_remove(w);
	f = irq_spin_lock(&c->q.lock);
	done = c->done;
	irq_spin_unlock(&c->q.lock, f);
	return done;
}

static int completion_wait_mode(struct completion *c, enum park_mode mode, uint64_t deadline_ns)
{
	struct waiter w = { .thread = park_self() };
	int err = 0;

	might_sleep();
	waitq_add(&c->q, &w);
	for (;;) {
		park_begin(mode);
		if (load_relaxed(&c->done) || err)      /* relaxed: completion_finish() orders */
			break;
		err = park(mode, deadline_ns);
	}
	park_end();
	return completion_finish(c, &w) ? 0 : err;
}

void completion_wait(struct completion *c)
{
	(void)completion_wait_mode(c, PARK_UNINTERRUPTIBLE, ~0ull);     /* cannot fail */
}

int completion_wait_killable(struct completion *c) { return completion_wait_mode(c, PARK_KILLABLE, ~0ull); }

int completion_wait_deadline(struct completion *c, uint64_t deadline_ns)
{
	return completion_wait_mode(c, PARK_UNINTERRUPTIBLE, deadline_ns);
}

/* model: src/sync/waitq.c src/arch/model/spinlock.c */
#include <model/model.h>
#include <sync/waitq.h>

/* Wait queues with three threads, on spinlocks as promised (src/arch/model/spinlock.c). */
static struct waitq q;
static atomic_uint flag, other_flag, items;
static unsigned data;                           /* plain: published by flag */

static void setup(void) { waitq_init(&q); }
static void nobody_left(void) { model_assert(!q.nr_waiters && list_empty(&q.waiters)); }

static void wait_flag(void)
{
	wait_event(&q, load_acquire(&flag));
	model_assert(data == 1);
}
static void wake_fenced(void)
{
	data = 1;
	store_release(&flag, 1);
	waitq_wake_all(&q);
}
MODEL_TEST(waitq_two_waiters, .claim = "waking all wakes both",
	   .setup = setup, .threads = { wait_flag, wait_flag, wake_fenced }, .finish = nobody_left, .long_run = true);

/* Two conditions on one queue: each waker's change is seen, whichever comes first. */
static void wait_both(void) { wait_event(&q, load_relaxed(&flag) && load_relaxed(&other_flag)); }
static void wake_flag(void)
{
	store_relaxed(&flag, 1);
	waitq_wake_all(&q);
}
static void wake_other(void)
{
	store_relaxed(&other_flag, 1);
	waitq_wake_all(&q);
}
MODEL_TEST(waitq_two_wakers, .claim = "woken for half of what it waits for, it sleeps again and is woken again",
	   .setup = setup, .threads = { wait_both, wake_flag, wake_other }, .finish = nobody_left, .long_run = true);

/* ---- exclusive waiters: none swallows the wake-up that another needs ---- */

static bool take(void)
{
	unsigned n = load_relaxed(&items);

	while (n)
		if (cas_acquire(&items, &n, n - 1))
			return true;
	return false;
}
static void taker(void) { (void)wait_event_interruptible_exclusive(&q, take()); }
static void give_two(void)
{
	fetch_add_release(&items, 2);
	waitq_wake_one_ordered(&q);
	waitq_wake_one_ordered(&q);
}

/* The other waiter: it does not come back for what it is woken for, so one wake-up must reach it. */
static struct waiter other;
static bool other_saw, other_woken;
static bool note_wake(struct waiter *w, uint32_t events)
{
	bool first = !other_woken;

	other_woken = true;
	return first;
}
static void other_waits(void)
{
	other = (struct waiter){ .exclusive = true, .wake = note_wake };
	waitq_add(&q, &other);
	other_saw = load_relaxed(&items) != 0;
}
static void one_left(void) { model_assert(items == 1 && (other_saw || other_woken)); }
MODEL_TEST(waitq_exclusive_two, .claim = "of two wake-ups for two items, one reaches the waiter that is left", .long_run = true,
	   .setup = setup, .threads = { taker, other_waits, give_two }, .finish = one_left);

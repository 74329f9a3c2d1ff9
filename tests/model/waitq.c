/* model: src/sync/waitq.c src/sync/completion.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/completion.h>

static struct waitq q;
static atomic_uint flag, items, nr_taken;
static unsigned data;                           /* plain: published by flag */

static void setup(void) { waitq_init(&q); }

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
static void wake_after_rmw(void)
{
	data = 1;
	(void)exchange_release(&flag, 1);
	waitq_wake_all_ordered(&q);
}
static void wake_one_fenced(void)
{
	data = 1;
	store_release(&flag, 1);
	waitq_wake_one(&q);
}
static void nobody_left(void) { model_assert(!q.nr_waiters && list_empty(&q.waiters)); }
MODEL_TEST(waitq_fenced, .claim = "a plain change and waitq_wake_all(): no wake-up is lost",
	   .setup = setup, .threads = { wait_flag, wake_fenced }, .finish = nobody_left);
MODEL_TEST(waitq_one_fenced, .claim = "... and waitq_wake_one()",
	   .setup = setup, .threads = { wait_flag, wake_one_fenced }, .finish = nobody_left);
MODEL_TEST(waitq_ordered, .claim = "a read-modify-write and waitq_wake_all_ordered(): no wake-up is lost",
	   .setup = setup, .threads = { wait_flag, wake_after_rmw }, .finish = nobody_left);

static bool take(void)
{
	unsigned n = load_relaxed(&items);

	while (n)
		if (cas_acquire(&items, &n, n - 1))
			return true;
	return false;
}
static void taker(void)
{
	(void)wait_event_interruptible_exclusive(&q, take());
	fetch_add_relaxed(&nr_taken, 1);
}
static void give(void)
{
	fetch_add_release(&items, 1);
	waitq_wake_one_ordered(&q);
}
static void one_taken(void) { model_assert(nr_taken == 1 && !items); nobody_left(); }
MODEL_TEST(waitq_exclusive, .claim = "one item, one exclusive waiter", .setup = setup, .threads = { taker, give }, .finish = one_taken);

static struct completion *done;

static void completion_setup(void)
{
	done = model_alloc(sizeof *done);
	completion_init(done);
}
static void completion_waiter(void)
{
	completion_wait(done);
	model_assert(data == 1);
	model_free(done);                       /* as one on the stack */
}
static void completion_signaller(void)
{
	data = 1;
	completion_signal(done);
}
MODEL_TEST(completion, .claim = "the wait ends, sees what came before the signal, and may free the completion at once",
	   .setup = completion_setup, .threads = { completion_waiter, completion_signaller });

/* model: src/arch/model/spinlock.c src/sync/waitq.c */
#include <model/model.h>
#include "../../src/sync/mutex.c"

/*
 * Three at a mutex, two of them in place already (setup): CPU 0 holds it, CPU 1 waits in its queue. CPU 2 comes by.
 * And one that gives up waiting: a signal may end any interruptible sleep.
 */
static struct mutex lock;
static struct mutex_waiter first;
static unsigned x;                              /* plain: guarded by lock */

int park(enum park_mode mode, uint64_t deadline_ns)
{
	if (mode == PARK_INTERRUPTIBLE && model_choose(2))
		return -EINTR;
	return model_park(deadline_ns);
}

static void setup(void)
{
	mutex_init(&lock, RANK_SPACE);
	lock.owner = (unsigned long)model_thread_of(0);
}
static void setup_queued(void)
{
	setup();
	lock.owner |= WAITERS;
	first.thread = model_thread_of(1);
	list_append(&lock.waiters, &first.node);
}
static void setup_starved(void)
{
	setup_queued();
	first.starved = true;
}
static void holder(void)
{
	x++;
	mutex_unlock(&lock);
}
/* What is left of lock_queued() for who stands in the queue. */
static void queued(void)
{
	spin_lock(&lock.wait_lock);
	while (!take_queued_locked(&lock)) {
		park_begin(PARK_UNINTERRUPTIBLE);
		spin_unlock(&lock.wait_lock);
		(void)park(PARK_UNINTERRUPTIBLE, ~0ull);
		spin_lock(&lock.wait_lock);
		first.starved = true;
	}
	leave_queue_locked(&lock, &first);
	spin_unlock(&lock.wait_lock);
	holder();
}
static void passer_by(void)
{
	if (mutex_trylock(&lock))
		holder();
}
static void impatient(void)
{
	if (!mutex_lock_interruptible(&lock))
		holder();
}
static void is_free(void) { model_assert(x >= 1 && !lock.owner && list_empty(&lock.waiters)); }
static void two_or_three(void) { model_assert(x >= 2); is_free(); }
MODEL_TEST(mutex_passed_by, .claim = "a thief gets a whole lock, and who was woken gets it then",
	   .setup = setup_queued, .threads = { holder, queued, passer_by }, .finish = two_or_three);
MODEL_TEST(mutex_starved, .claim = "who lost once is given the lock",
	   .setup = setup_starved, .threads = { holder, queued, passer_by }, .finish = two_or_three);
MODEL_TEST(mutex_interrupted, .claim = "who gives up waiting leaves the lock as it should be",
	   .setup = setup, .threads = { holder, impatient, passer_by }, .finish = is_free, .long_run = true);

/* model: src/sync/mutex.c src/arch/model/spinlock.c src/sync/waitq.c */
#include <model/model.h>
#include <sync/mutex.h>

/* Three threads, on spinlocks as promised (src/arch/model/spinlock.c). */
static struct mutex lock;
static unsigned x;                              /* plain: guarded by lock */

static void setup(void) { mutex_init(&lock, RANK_SPACE); }
static void add(void)
{
	mutex_lock(&lock);
	x++;
	mutex_unlock(&lock);
}
static void done(void) { model_assert(x == 3 && !lock.owner && list_empty(&lock.waiters)); }
MODEL_TEST(mutex_three, .claim = "three: a waiter that lost to a thief gets the lock next",
	   .setup = setup, .threads = { add, add, add }, .finish = done, .long_run = true);

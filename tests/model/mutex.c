/* model: src/sync/mutex.c src/sync/spinlock.c src/sync/waitq.c */
#include <model/model.h>
#include <sync/mutex.h>

static struct mutex lock;
static unsigned x;                              /* plain: guarded by lock */

static void setup(void) { mutex_init(&lock, RANK_SPACE); }
static void add(void)
{
	mutex_lock(&lock);
	model_assert(mutex_is_held(&lock));
	x++;
	mutex_unlock(&lock);
}
static void try_add(void)
{
	if (mutex_trylock(&lock)) {
		x++;
		mutex_unlock(&lock);
	}
}
static void is_free(void) { model_assert(!lock.owner && list_empty(&lock.waiters)); }
static void two_done(void) { model_assert(x == 2); is_free(); }
static void try_done(void) { model_assert(x >= 1 && x <= 2); is_free(); }
MODEL_TEST(mutex_two, .claim = "sections exclude each other; who sleeps is woken; free and without waiters at the end",
	   .setup = setup, .threads = { add, add }, .finish = two_done);
MODEL_TEST(mutex_try, .claim = "a trylock that succeeds excludes as a lock does",
	   .setup = setup, .threads = { add, try_add }, .finish = try_done);

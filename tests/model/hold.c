/* model: src/sync/hold.c src/sync/mutex.c src/sync/waitq.c src/arch/model/spinlock.c */
#include <model/model.h>
#include <sync/hold.h>

static struct spinlock lock = SPINLOCK_INIT(RANK_FUTEX);
static struct hold hold;
static int things;                              /* lock, and not held */

static void setup(void) { hold_init(); }

/* Lets go of the lock half-way, and finds what it left. */
static void holder(void)
{
	int seen;

	hold_begin(&hold, &lock);
	spin_lock(&lock);
	seen = things;
	spin_unlock(&lock);
	spin_lock(&lock);
	model_assert(things == seen);
	spin_unlock(&lock);
	hold_end(&hold, &lock);
}
static void other(void)
{
	spin_lock_unheld(&lock, &hold);
	model_assert(!hold.is_held);
	things++;
	spin_unlock(&lock);
}
static void both(void)
{
	holder();
	other();
}
static void finish(void) { model_assert(!hold.is_held && !spin_is_locked(&lock)); }

MODEL_TEST(hold, .claim = "what is held does not change between two steps of its holder", .setup = setup,
	   .threads = { holder, other }, .finish = finish);
MODEL_TEST(hold_two, .claim = "one holds it at a time, and who waits comes in", .setup = setup,
	   .threads = { both, holder }, .finish = finish);

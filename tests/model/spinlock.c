/* model: src/sync/spinlock.c */
#include <model/model.h>
#include <sync/spinlock.h>

static struct spinlock lock, other;
static struct irq_spinlock irq_lock;
static unsigned x, y;                           /* plain: guarded by lock */

static void setup(void)
{
	spin_init(&lock, RANK_TASK);
	spin_init(&other, RANK_LEAF);
	irq_spin_init(&irq_lock, RANK_TIMER);
}

static void add(void)
{
	spin_lock(&lock);
	x++;
	y = x;
	spin_unlock(&lock);
}
static void free_again(void) { model_assert(!spin_is_locked(&lock)); }
static void two_done(void) { model_assert(x == 2 && y == 2); free_again(); }
static void three_done(void) { model_assert(x == 3 && y == 3); free_again(); }
MODEL_TEST(spin_two, .claim = "two sections exclude each other, and the second sees the first",
	   .setup = setup, .threads = { add, add }, .finish = two_done);
MODEL_TEST(spin_three, .claim = "three threads that queue all get in, one at a time",
	   .setup = setup, .threads = { add, add, add }, .finish = three_done, .long_run = true);

static void add_twice(void) { add(); add(); }
static void four_done(void) { model_assert(x == 4); free_again(); }
MODEL_TEST(spin_again, .claim = "a node that was used is fit for use again",
	   .setup = setup, .threads = { add_twice, add_twice }, .finish = four_done, .long_run = true);

/* Taken when they come: one may pass the lock by, and leave its node in the queue for the other to skip. */
static void setup_taken(void)
{
	setup();
	lock.word = 1;
}
static void give(void) { spin_unlock(&lock); }
MODEL_TEST(spin_left, .claim = "a node that was left behind is used again only when it was skipped",
	   .setup = setup_taken, .threads = { give, add, add_twice }, .finish = three_done, .long_run = true);

static void try_add(void)
{
	if (spin_trylock(&lock)) {
		x++;
		y = x;
		spin_unlock(&lock);
	}
}
static void try_done(void) { model_assert(x >= 1 && x <= 2); free_again(); }
MODEL_TEST(spin_try, .claim = "a trylock that succeeds excludes as a lock does",
	   .setup = setup, .threads = { add, try_add }, .finish = try_done);

static void nested(void)
{
	spin_lock(&lock);
	spin_lock(&other);
	x++;
	spin_unlock(&other);
	spin_unlock(&lock);
}
static void inner(void)
{
	spin_lock(&other);
	y++;
	spin_unlock(&other);
}
static void nested_done(void) { model_assert(x == 2 && y == 1); }
MODEL_TEST(spin_nested, .claim = "two locks in one order: no deadlock, each slot of a CPU serves one queue",
	   .setup = setup, .threads = { nested, nested, inner }, .finish = nested_done, .long_run = true);

static void irq_add(void)
{
	irqflags_t f = irq_spin_lock(&irq_lock);

	x++;
	irq_spin_unlock(&irq_lock, f);
}
static void irq_done(void) { model_assert(x == 2); }
MODEL_TEST(irq_spin_two, .claim = "the interrupt-safe kind excludes as well",
	   .setup = setup, .threads = { irq_add, irq_add }, .finish = irq_done);

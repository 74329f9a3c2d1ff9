/* model: src/sync/spinlock.c src/sync/waitq.c */
#include <model/model.h>
#include <sync/waitq.h>
#include <arch/cpu.h>

/* What is wrong here must be found, in C11 and on x86: each test names the verdict that it has to get. */
static struct spinlock lock, other;
static struct waitq q;
static unsigned x;
static atomic_uint flag, flag2;
static unsigned *mem;

static void setup(void)
{
	spin_init(&lock, RANK_TASK);
	spin_init(&other, RANK_TASK);
	waitq_init(&q);
	mem = model_alloc(sizeof *mem);
	*mem = 0;
}
static void free_mem(void) { model_free(mem); }

static void racy(void) { x++; }
MODEL_TEST(broken_race, .claim = "two plain increments", .setup = setup, .threads = { racy, racy }, .finish = free_mem, .expect = "data race");

static void publish_relaxed(void)
{
	x = 1;
	store_relaxed(&flag, 1);
}
static void read_published(void)
{
	if (load_acquire(&flag))
		model_assert(x == 1);
}
MODEL_TEST(broken_publish, .claim = "published by a relaxed store", .setup = setup, .threads = { publish_relaxed, read_published },
	   .finish = free_mem, .expect = "data race", .right_on_x86 = true);

static unsigned r1, r2;
static void sb_1(void) { store_release(&flag, 1); r1 = load_acquire(&flag2); }
static void sb_2(void) { store_release(&flag2, 1); r2 = load_acquire(&flag); }
static void sb_finish(void) { model_assert(r1 || r2); free_mem(); }
MODEL_TEST(broken_store_buffer, .claim = "acquire and release do not order a store before a load", .setup = setup,
	   .threads = { sb_1, sb_2 }, .finish = sb_finish, .expect = "assertion");

static void lock_ab(void) { spin_lock(&lock); spin_lock(&other); spin_unlock(&other); spin_unlock(&lock); }
static void lock_ba(void) { spin_lock(&other); spin_lock(&lock); spin_unlock(&lock); spin_unlock(&other); }
MODEL_TEST(broken_order, .claim = "two locks in two orders", .setup = setup, .threads = { lock_ab, lock_ba }, .finish = free_mem,
	   .expect = "deadlock");

/* The change is a plain store: the `_ordered` entry point is the wrong one (seed 017's relaxed look at the count). */
static void wait_flag(void) { wait_event(&q, load_relaxed(&flag)); }
static void wake_unordered(void)
{
	store_relaxed(&flag, 1);
	if (load_relaxed(&q.nr_waiters))
		waitq_wake_slow(&q, ~0u, ~0u);
}
MODEL_TEST(broken_wake, .claim = "the count of waiters read without order", .setup = setup, .threads = { wait_flag, wake_unordered },
	   .finish = free_mem, .expect = "lost wake-up");

static void use_late(void)
{
	if (load_relaxed(&flag) == 0)
		*(volatile unsigned *)mem = 1;
}
static void free_early(void)
{
	store_relaxed(&flag, 1);
	model_free(mem);
}
MODEL_TEST(broken_use, .claim = "freed beside a user", .setup = setup, .threads = { use_late, free_early }, .expect = "use after free");

static void free_if_first(void)
{
	if (load_relaxed(&flag) == 0) {         /* not one step with the store */
		store_relaxed(&flag, 1);
		model_free(mem);
	}
}
MODEL_TEST(broken_free, .claim = "both think that they are the last", .setup = setup, .threads = { free_if_first, free_if_first },
	   .expect = "double free");

static void forget(void)
{
	if (load_relaxed(&flag))
		return;
	model_free(mem);
}
static void set_flag(void) { store_relaxed(&flag, 1); }
MODEL_TEST(broken_leak, .claim = "not freed on one way out", .setup = setup, .threads = { forget, set_flag }, .expect = "leak");

static void spin_for_ever(void) { spin_until(load_relaxed(&flag) == 2); }
MODEL_TEST(broken_spin, .claim = "waits for what nobody does", .setup = setup, .threads = { spin_for_ever, set_flag }, .finish = free_mem,
	   .expect = "unbounded spinning");

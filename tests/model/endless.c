/* model: */
#include <model/model.h>
#include <base/atomic.h>
#include <arch/cpu.h>

/* Searches that cannot be finished: each must be said to be incomplete, and why. */
static atomic_uint n, stop;

static void never(void) { }
static void allocate(void)
{
	while (!load_relaxed(&stop))
		(void)model_alloc(4096);
}
MODEL_TEST(endless_memory, .claim = "allocates without bound", .threads = { allocate, never }, .expect = "incomplete");

static void count(void)
{
	while (!load_relaxed(&stop))
		fetch_add_relaxed(&n, 1);
}
MODEL_TEST(endless_events, .claim = "goes on for ever, and changes something each time", .threads = { count, never }, .expect = "incomplete");

static void look(void)
{
	while (!load_relaxed(&stop))
		;
}
MODEL_TEST(endless_loop, .claim = "looks for ever without cpu_relax()", .threads = { look, never }, .expect = "incomplete");

static volatile unsigned mine;
static void keep_busy(void)
{
	for (;;)
		mine++;
}
MODEL_TEST(endless_business, .claim = "goes on for ever by itself", .threads = { keep_busy, never }, .expect = "incomplete");

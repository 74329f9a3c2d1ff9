/* model: src/sync/waitq.c src/sync/spinlock.c */
#include <model/model.h>
#include <sync/waitq.h>
#include "../../src/ipc/eventfd_count.h"

/* The counter of ipc/eventfd.c, and its two sides as its read and write do it. */
static struct waitq q;
static atomic_ulong count;
static uint64_t got[2];
static unsigned data;                           /* plain: written before the counter is changed, read after */

static void setup(void) { waitq_init(&q); }

static void reader(void)
{
	wait_event(&q, eventfd_count_take(&count, false, &got[0]));
	waitq_wake_all_ordered(&q);
	model_assert(data == 7);
}
static void writer(void)
{
	data = 7;
	model_assert(eventfd_count_add(&count, 3));
	waitq_wake_all_ordered(&q);
}
static void all_read(void) { model_assert(got[0] == 3 && !count); }
MODEL_TEST(eventfd_read, .claim = "a reader sleeps until it is written, and sees what came before", .setup = setup,
	   .threads = { reader, writer }, .finish = all_read);

/* Full: the writer waits for the reader. */
static void full_setup(void) { setup(); count = EVENTFD_MAX; }
static void take_one(void)
{
	data = 7;
	model_assert(eventfd_count_take(&count, true, &got[0]));
	waitq_wake_all_ordered(&q);
}
static void add_one(void)
{
	wait_event(&q, eventfd_count_add(&count, 1));
	waitq_wake_all_ordered(&q);
	model_assert(data == 7);
}
static void full_again(void) { model_assert(got[0] == 1 && count == EVENTFD_MAX); }
MODEL_TEST(eventfd_full, .claim = "a writer sleeps until there is room, and sees what the reader did before", .setup = full_setup, .threads = { take_one, add_one },
	   .finish = full_again);

/* As a semaphore: of two that ask without waiting and one that adds twice, nothing is lost. */
static void ask(unsigned i)
{
	if (!eventfd_count_take(&count, true, &got[i]))
		got[i] = 0;
}
static void ask_0(void) { ask(0); }
static void ask_1(void) { ask(1); }
static void add_two(void)
{
	model_assert(eventfd_count_add(&count, 1));
	model_assert(eventfd_count_add(&count, 1));
}
static void nothing_lost(void) { model_assert(got[0] + got[1] + count == 2); }
MODEL_TEST(eventfd_semaphore, .claim = "each unit is read once", .threads = { ask_0, ask_1, add_two }, .finish = nothing_lost);

/* model: src/sync/rcu_gp.c */
#include <model/model.h>
#include "gp.h"

struct object { unsigned value; };
static struct object *shared;

static void setup(void)
{
	shared = model_alloc(sizeof *shared);
	shared->value = 1;
}
static void look(void)
{
	struct object *o;

	rcu_read_lock();
	o = rcu_load(shared);
	if (o)
		model_assert(o->value == 1);
	rcu_read_unlock();
}
static void reader_switches(void)
{
	gp_reader_begin();
	look();
	rcu_note_context_switch();
	gp_reader_end();
}
static void reader_twice(void)
{
	gp_reader_begin();
	look();
	rcu_note_context_switch();
	look();
	gp_reader_end();
}
static void reader_idles(void)
{
	gp_reader_begin();
	look();
	gp_reader_end();
	gp_reader_begin();
	look();
	gp_reader_end();
}
static void updater(void)
{
	struct object *o = shared;

	rcu_store(shared, (struct object *)NULL);
	gp_wait();
	model_free(o);
}
static void replacer(void)
{
	struct object *o = shared, *n = model_alloc(sizeof *n);

	n->value = 1;
	rcu_store(shared, n);
	gp_wait();
	model_free(o);
}
static void free_shared(void) { model_free(shared); }
MODEL_TEST(rcu_switch, .claim = "what a reader found is not freed before its CPU has passed a context switch",
	   .setup = setup, .threads = { reader_switches, updater });
MODEL_TEST(rcu_twice, .claim = "a reader behind a quiescent state sees the removal",
	   .setup = setup, .threads = { reader_twice, updater });
MODEL_TEST(rcu_idle, .claim = "a reader that comes out of idle is not missed",
	   .setup = setup, .threads = { reader_idles, updater });
MODEL_TEST(rcu_replace, .claim = "readers find the old object or the whole new one",
	   .setup = setup, .threads = { reader_switches, replacer }, .finish = free_shared);
MODEL_TEST(rcu_two_readers, .claim = "a grace period waits for every CPU",
	   .setup = setup, .threads = { reader_switches, reader_idles, updater }, .long_run = true);

/*
 * The thread that runs grace periods is not the one that waits: they begin for
 * others' sake, too, at any moment between a removal and the look at `started`.
 */
static struct object *late;
static void requester(void)
{
	struct object *o = shared;
	unsigned long n;

	rcu_store(shared, (struct object *)NULL);
	n = rcu_gp_target();
	if (n > 2) {
		late = o;                       /* both have begun: finish() frees it */
		return;
	}
	spin_until(rcu_gp_is_over(n));
	model_free(o);
}
static void free_late(void)
{
	if (late)
		model_free(late);
}
static void period(unsigned long n)
{
	rcu_gp_begin(n);
	for_each_cpu(cpu)
		if (cpu == 0)                   /* the reader's; the others never read */
			spin_until(rcu_gp_cpu_passed(cpu, n));
	rcu_gp_end(n);
}
static void two_periods(void)
{
	period(1);
	period(2);
}
static void reader_after_idle(void)
{
	gp_reader_begin();
	gp_reader_end();
	gp_reader_begin();
	look();
	gp_reader_end();
}
MODEL_TEST(rcu_thread, .claim = "a grace period that began for others' sake waits for readers out of idle as well",
	   .setup = setup, .threads = { reader_after_idle, requester, two_periods }, .finish = free_late, .long_run = true);
MODEL_TEST(rcu_thread_switch, .claim = "... and for those that switch",
	   .setup = setup, .threads = { reader_twice, requester, two_periods }, .finish = free_late, .long_run = true);

/* Two grace periods in a row by one thread: numbers and memories of CPUs do not get mixed up. */
static struct object *second;

static void setup_two(void)
{
	setup();
	second = model_alloc(sizeof *second);
	second->value = 1;
}
static void updater_twice(void)
{
	struct object *o = shared;

	updater();
	o = second;
	rcu_store(second, (struct object *)NULL);
	gp_wait();
	model_free(o);
}
static void reader_of_both(void)
{
	struct object *o;

	gp_reader_begin();
	look();
	rcu_note_context_switch();
	rcu_read_lock();
	o = rcu_load(second);
	if (o)
		model_assert(o->value == 1);
	rcu_read_unlock();
	rcu_note_context_switch();
	gp_reader_end();
}
MODEL_TEST(rcu_two_periods, .claim = "a second grace period waits anew", .setup = setup_two,
	   .threads = { reader_of_both, updater_twice }, .long_run = true);

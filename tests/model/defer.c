/* model: src/sync/defer.c */
#include <model/model.h>
#include <sync/defer.h>
#include <sync/waitq.h>

/* Deferred free: a grace period passes at once here, RCU has models of its own. */
struct object { struct defer defer; unsigned value; };
static unsigned nr_run;                         /* plain: the thread's */
static void (*loop)(void *);
static unsigned born;                           /* plain: the thread's struct */

void rcu_call(struct rcu_head *head, void (*fn)(struct rcu_head *)) { fn(head); }
struct thread *rcu_spawn_thread(const char *name, void (*fn)(void *), void *arg, int cpu, bool urgent)
{
	loop = fn;
	born = 1;
	return model_thread_of(2);
}
void unpark(struct thread *t)
{
	model_assert(born == 1);
	model_unpark(t);
}

static void setup(void) { defer_start_thread(); }
static void run(struct defer *d)
{
	struct object *o = container_of(d, struct object, defer);

	model_assert(o->value == 5);
	model_free(o);
	nr_run++;
}
static void caller(void)
{
	struct object *o = model_alloc(sizeof *o);

	o->value = 5;
	defer_call(&o->defer, run);
}
/* The thread's loop until both have come. */
static void thread_until_two(void)
{
	while (nr_run < 2) {
		park_begin(PARK_INTERRUPTIBLE);
		if (defer_run())
			continue;
		(void)park(PARK_INTERRUPTIBLE, ~0ull);
	}
}
static void both_ran(void) { model_assert(loop && nr_run == 2 && !defer_run()); }
MODEL_TEST(defer, .claim = "all that is deferred is run once, none is slept over", .setup = setup,
	   .threads = { caller, caller, thread_until_two }, .finish = both_ran);

/* What comes before the thread is there is found by it. */
static void start(void)
{
	defer_start_thread();
}
static void thread_until_one(void)
{
	while (nr_run < 1) {
		park_begin(PARK_INTERRUPTIBLE);
		if (defer_run())
			continue;
		(void)park(PARK_INTERRUPTIBLE, ~0ull);
	}
}
MODEL_TEST(defer_start, .claim = "nor what was deferred before the thread was there",
	   .threads = { caller, start, thread_until_one });

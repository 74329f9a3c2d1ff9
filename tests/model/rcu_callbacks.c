/* model: src/sync/rcu_gp.c src/sync/completion.c src/sync/waitq.c src/sync/mutex.c src/arch/model/spinlock.c */
#include <model/model.h>
#include <base/err.h>
#include "../../src/sync/rcu.c"
#include "gp.h"

/*
 * The whole way: a callback is queued, a grace period asked for, run by the thread that does, the callback's CPU
 * told. CPU 0 reads, CPU 1 removes and waits, CPU 2 has the thread that runs grace periods.
 *
 * In gp_run() the thread looks again and again, at any pace: its naps are a loop here. A caller that sleeps in
 * rcu_synchronize() lets its CPU's callbacks run meanwhile.
 */
struct object { struct rcu_head rcu; unsigned value; };
static struct object *shared;
static bool in_gp_run, sleeps_for_callbacks;    /* own thread's */
static atomic_bool served;
static unsigned nr_freed;                       /* plain: CPU 1's */

struct thread *rcu_spawn_thread(const char *name, void (*fn)(void *), void *arg, int cpu, bool urgent)
{
	return model_thread_of(cpu < 0 ? 2 : (unsigned)cpu);
}
void rcu_want_tick(void) { }
void xcall_run(unsigned cpu, xcall_fn fn, void *arg)
{
	model_assert(cpu == cpu_id());
	fn(arg);
}
void park_begin(enum park_mode mode)
{
	if (!(model_thread() == 2 && in_gp_run))
		(void)exchange_acquire((atomic_uint *)park_self(), 0u);         /* as token_begin() */
}
int park(enum park_mode mode, uint64_t deadline_ns)
{
	if (model_thread() == 2 && in_gp_run) {
		cpu_relax();
		return -ETIMEDOUT;
	}
	if (model_thread() == 1 && sleeps_for_callbacks) {
		rcu_idle_enter();
		spin_until(rcu_gp_is_over(this_cpu_ptr(rcu_cpu)->wait_gp));
		rcu_idle_exit();
		(void)rcu_run_callbacks();
		return 0;
	}
	return model_park(deadline_ns);
}

static void setup(void)
{
	shared = model_alloc(sizeof *shared);
	shared->value = 1;
	rcu_start_threads();
}
static void reader(void)
{
	struct object *o;

	gp_reader_begin();
	rcu_read_lock();
	o = rcu_load(shared);
	if (o)
		model_assert(o->value == 1);
	rcu_read_unlock();
	gp_reader_end();
}
/* The loop of gp_loop(), until nobody will ask any more. */
static void grace_thread(void)
{
	gp_reader_begin();
	for (unsigned long n = 0; ; n++) {
		spin_until(load_acquire(&rcu_gp.requested) > n || load_relaxed(&served));
		if (load_relaxed(&rcu_gp.requested) <= n)
			break;
		in_gp_run = true;
		gp_run(n + 1);
		in_gp_run = false;
		wake_callback_threads(n + 1);
	}
	gp_reader_end();
}

static void free_object(struct rcu_head *h)
{
	model_free(container_of(h, struct object, rcu));
	nr_freed++;
}
static void caller(void)
{
	struct object *o = shared;

	gp_reader_begin();
	rcu_store(shared, (struct object *)NULL);
	rcu_call(&o->rcu, free_object);
	rcu_tick();
	/* The CPU's callback thread, as callback_thread(). */
	while (!nr_freed) {
		park_begin(PARK_INTERRUPTIBLE);
		if (!rcu_run_callbacks())
			(void)park(PARK_INTERRUPTIBLE, ~0ull);
	}
	store_relaxed(&served, true);
	gp_reader_end();
}
MODEL_TEST(rcu_callback, .claim = "a callback runs behind all readers, and its CPU is told when it is due",
	   .setup = setup, .threads = { reader, caller, grace_thread });

static void expediter(void)
{
	struct object *o = shared;

	gp_reader_begin();
	sleeps_for_callbacks = true;
	rcu_store(shared, (struct object *)NULL);
	rcu_synchronize_expedited();
	model_free(o);
	store_relaxed(&served, true);
	gp_reader_end();
}
MODEL_TEST(rcu_expedited, .claim = "who waits in the expedited form waits for all readers",
	   .setup = setup, .threads = { reader, expediter, grace_thread });

static void barrier_caller(void)
{
	struct object *o = shared;

	gp_reader_begin();
	sleeps_for_callbacks = true;
	rcu_store(shared, (struct object *)NULL);
	rcu_call(&o->rcu, free_object);
	rcu_tick();
	rcu_barrier();
	model_assert(nr_freed == 1);
	store_relaxed(&served, true);
	gp_reader_end();
}
MODEL_TEST(rcu_barrier, .claim = "behind the barrier all callbacks queued before have run",
	   .setup = setup, .threads = { reader, barrier_caller, grace_thread });

/* Asking and sleeping. */
static void requester(void) { gp_request(1); }
static void sleeper(void)
{
	while (!gp_wait_for_request(0))
		;
}
static void free_shared(void) { model_free(shared); }
MODEL_TEST(rcu_request, .claim = "a request for a grace period is not slept through",
	   .setup = setup, .threads = { requester, requester, sleeper }, .finish = free_shared);

/* The last of two CPUs' callbacks ends the wait for both. */
static unsigned ran[2];                         /* plain: what the callbacks did */
static void barrier_setup(void)
{
	setup();
	completion_init(&barrier_done);
	store_relaxed(&barrier_left, 2);
}
static void barrier_part(void)
{
	ran[model_thread()] = 1;
	barrier_passed(NULL);
}
static void barrier_waiter(void)
{
	completion_wait(&barrier_done);
	model_assert(ran[0] && ran[1]);
}
MODEL_TEST(rcu_barrier_two, .claim = "who waits for callbacks of two CPUs sees what both did",
	   .setup = barrier_setup, .threads = { barrier_part, barrier_part, barrier_waiter }, .finish = free_shared);

/* model: src/sync/refcount.c src/percpu/counter.c src/percpu/ref.c src/sync/rcu_gp.c */
#include <model/model.h>
#include <percpu/counter.h>
#include <percpu/ref.h>
#include <sync/generation.h>
#include <sync/runnable.h>
#include <sync/sole.h>
#include <base/err.h>
#include "gp.h"

void rcu_synchronize(void) { gp_wait(); }

/* ---- atomic reference counts ---- */

struct counted { refcount_t refs; unsigned used; };
static struct counted *object;

static void count_setup(void)
{
	object = model_alloc(sizeof *object);
	object->used = 0;
	refcount_set(&object->refs, 2);
}
static void put(void)
{
	struct counted *o = object;

	store_relaxed(&o->used, load_relaxed(&o->used) + 1);
	if (refcount_put(&o->refs)) {
		o->used = 0;                    /* plain: all others are done with it */
		model_free(o);
	}
}
static void get_put(void)
{
	refcount_get(&object->refs);
	put();
	put();
}
MODEL_TEST(refcount_last, .claim = "exactly one put is the last, and behind all uses", .setup = count_setup, .threads = { put, put });
MODEL_TEST(refcount_get_put, .claim = "a count taken by a holder keeps the object", .setup = count_setup, .threads = { get_put, put });

static atomic_uint nr_got;
static void try_setup(void)
{
	count_setup();
	refcount_set(&object->refs, 1);
}
static void try_get(void)
{
	if (refcount_try_get(&object->refs)) {
		fetch_add_relaxed(&nr_got, 1);
		if (refcount_put(&object->refs))
			fetch_add_relaxed(&nr_got, 10);
	}
}
static void put_only(void)
{
	if (refcount_put(&object->refs))
		fetch_add_relaxed(&nr_got, 10);
}
static void one_last(void)
{
	model_assert(nr_got == 10 || nr_got == 11);
	model_free(object);
}
MODEL_TEST(refcount_try, .claim = "no count comes back from zero, and one put is the last",
	   .setup = try_setup, .threads = { try_get, put_only }, .finish = one_last);

/* An object that is used again where it stands: its new users come by the count alone. */
static unsigned life = 1;                       /* plain: changed by who had the last reference */
static void again_setup(void) { try_setup(); }
static void end_and_again(void)
{
	if (!refcount_put(&object->refs))
		return;
	life = 2;
	store_release(&object->refs.n, 1);
}
static void try_read(void)
{
	if (!refcount_try_get(&object->refs))
		return;
	model_assert(life == 1 || life == 2);
	(void)!refcount_put(&object->refs);
}
static void again_finish(void) { model_free(object); }
MODEL_TEST(refcount_again, .claim = "who gets a count of an object that was used again sees what it is now",
	   .setup = again_setup, .threads = { try_read, end_and_again }, .finish = again_finish);

/* ---- per-CPU reference counts ---- */

static struct percpu_ref ref;
static unsigned guarded = 1;                    /* plain: 0 once the last reference is gone */
static atomic_uint nr_last;

static void ref_setup(void)
{
	if (percpu_ref_init(&ref))
		model_assert(!"memory");
}
static void ref_finish(void) { percpu_ref_fini(&ref); }
static void ref_last(void)
{
	guarded = 0;
	fetch_add_relaxed(&nr_last, 1);
}
static void ref_user(void)
{
	bool got;

	gp_reader_begin();
	rcu_read_lock();
	got = percpu_ref_try_get(&ref);
	rcu_read_unlock();
	if (got) {
		model_assert(guarded == 1);
		if (percpu_ref_put(&ref))
			ref_last();
	}
	gp_reader_end();
}
static void ref_killer(void)
{
	gp_reader_begin();
	if (percpu_ref_kill(&ref))
		ref_last();
	gp_reader_end();
}
static void killed_once(void)
{
	model_assert(nr_last == 1);
	ref_finish();
}
MODEL_TEST(percpu_ref_kill, .claim = "killed beside a user: one last put, behind every use",
	   .setup = ref_setup, .threads = { ref_user, ref_killer }, .finish = killed_once);
MODEL_TEST(percpu_ref_kill_two, .claim = "... beside two users", .long_run = true,
	   .setup = ref_setup, .threads = { ref_user, ref_user, ref_killer }, .finish = killed_once);

static void ref_freezer(void)
{
	gp_reader_begin();
	percpu_ref_freeze_begin(&ref);
	gp_wait();
	model_assert(!percpu_ref_freeze_end(&ref));
	percpu_ref_thaw(&ref);
	gp_reader_end();
}
static void ref_holder(void)
{
	gp_reader_begin();
	percpu_ref_get(&ref);                   /* the first reference is held by all of us */
	rcu_note_context_switch();
	model_assert(!percpu_ref_put(&ref));
	gp_reader_end();
}
static void still_one(void)
{
	percpu_ref_freeze_begin(&ref);
	model_assert(!percpu_ref_freeze_end(&ref) && refcount_read(&ref.base) == 1);
	ref_finish();
}
MODEL_TEST(percpu_ref_freeze, .claim = "frozen and thawed beside a get and a put, in whatever modes they find it: nothing is lost",
	   .setup = ref_setup, .threads = { ref_holder, ref_freezer }, .finish = still_one);

static void ref_trier(void)
{
	bool got;

	gp_reader_begin();
	rcu_read_lock();
	got = percpu_ref_try_get(&ref);
	rcu_read_unlock();
	rcu_note_context_switch();
	model_assert(got && !percpu_ref_put(&ref));
	gp_reader_end();
}
static void ref_freezer_twice(void)
{
	gp_reader_begin();
	for (int n = 0; n < 2; n++) {
		percpu_ref_freeze_begin(&ref);
		gp_wait();
		model_assert(!percpu_ref_freeze_end(&ref));
		percpu_ref_thaw(&ref);
	}
	gp_reader_end();
}
MODEL_TEST(percpu_ref_try, .claim = "... by who finds it under RCU; and again", .setup = ref_setup,
	   .threads = { ref_trier, ref_freezer_twice }, .finish = still_one);

/* The owner lets go its reference first, then asks for the sum. */
static void ref_held_setup(void)
{
	ref_setup();
	percpu_ref_get(&ref);
}
static void ref_end(void)
{
	guarded = 0;
	percpu_ref_fini(&ref);
	fetch_add_relaxed(&nr_last, 1);
}
static void ref_putter(void)
{
	gp_reader_begin();
	model_assert(guarded == 1);
	if (percpu_ref_put(&ref))
		ref_end();
	gp_reader_end();
}
static void ref_ender(void)
{
	gp_reader_begin();
	percpu_ref_freeze_begin(&ref);
	model_assert(!percpu_ref_put(&ref));
	gp_wait();
	if (percpu_ref_freeze_end(&ref))
		ref_end();
	gp_reader_end();
}
static void ended_once(void) { model_assert(nr_last == 1); }
MODEL_TEST(percpu_ref_end, .claim = "the sum may say that none is left: behind every use, and nothing is touched after",
	   .setup = ref_held_setup, .threads = { ref_putter, ref_ender }, .finish = ended_once);

/* As an unmount: ended only if nobody but the owner holds one; else it goes on. */
static void ref_unmounter(void)
{
	gp_reader_begin();
	percpu_ref_freeze_begin(&ref);
	gp_wait();
	model_assert(!percpu_ref_freeze_end(&ref));
	if (percpu_ref_end(&ref, 1))
		ref_last();
	else
		percpu_ref_thaw(&ref);
	gp_reader_end();
}
static void ref_visitor(void)
{
	bool got;

	gp_reader_begin();
	rcu_read_lock();
	got = percpu_ref_try_get(&ref);
	rcu_read_unlock();
	rcu_note_context_switch();
	if (got) {
		model_assert(guarded == 1);
		model_assert(!percpu_ref_put(&ref));
	}
	gp_reader_end();
}
MODEL_TEST(percpu_ref_unmount, .claim = "ended behind every use, and never while one is held",
	   .setup = ref_setup, .threads = { ref_visitor, ref_unmounter }, .finish = ref_finish);

/* ---- counters ---- */

static struct percpu_counter counter;
static struct bounded_counter bounded;

static void counter_setup(void)
{
	model_assert(!percpu_counter_init(&counter) && !bounded_counter_init(&bounded, 2));
}
static void adder(void)
{
	for (unsigned i = 0; i < 3; i++) {
		percpu_counter_add(&counter, 1);
		bounded_counter_add(&bounded, 1);
	}
}
static void summer(void)
{
	int64_t sum = percpu_counter_sum(&counter), total = bounded_counter_read(&bounded);

	model_assert(sum >= 0 && sum <= 6 && total >= 0 && total <= 6);
}
static void counter_finish(void)
{
	int64_t sum = percpu_counter_sum(&counter), total = bounded_counter_read(&bounded);

	model_assert(sum % 3 == 0 && sum == bounded_counter_sum(&bounded));
	model_assert(sum - total >= 0 && sum - total <= bounded_counter_error(&bounded));
	percpu_counter_fini(&counter);
	bounded_counter_fini(&bounded);
}
MODEL_TEST(counters, .claim = "sums are exact at rest, between before and after meanwhile; the bound holds",
	   .setup = counter_setup, .threads = { adder, adder, summer }, .finish = counter_finish);

/* ---- generation ---- */

static struct generation gen;
static atomic_uint state;

static void gen_setup(void) { gen_init(&gen); }
static void changer(void)
{
	(void)exchange_release(&state, 1);
	gen_bump_ordered(&gen);
}
static void changer_fenced(void)
{
	store_relaxed(&state, 1);
	gen_bump(&gen);
}
static unsigned cached;
static unsigned long under;
static void watcher(void)
{
	gen_watch(&gen);
	under = gen_read(&gen);
	cached = load_relaxed(&state);
}
/* At rest, what is cached under the present number is the truth. */
static void cache_is_true(void) { model_assert(gen_read(&gen) != under || cached == state); }
MODEL_TEST(generation, .claim = "at rest, a result cached under the present number is true (change by read-modify-write)",
	   .setup = gen_setup, .threads = { watcher, changer }, .finish = cache_is_true);
MODEL_TEST(generation_fenced, .claim = "the same, change by a store and gen_bump()",
	   .setup = gen_setup, .threads = { watcher, changer_fenced }, .finish = cache_is_true);
static void reader_of_new(void)
{
	gen_watch(&gen);
	if (gen_read(&gen) == 2)
		model_assert(load_relaxed(&state) == 1);
}
static void changer_always(void)
{
	store_relaxed(&state, 1);
	gen_bump_always(&gen);
}
MODEL_TEST(generation_always, .claim = "... also when it is bumped whether anybody watches or not",
	   .setup = gen_setup, .threads = { reader_of_new, changer_always });
MODEL_TEST(generation_new, .claim = "who reads the new number sees the change",
	   .setup = gen_setup, .threads = { reader_of_new, changer_fenced });

/* ---- sole owner ---- */

static sole_t users;
static unsigned owned;                          /* plain: by the sole owner; else under the turn */
static atomic_uint invited;

static void sole_setup(void) { sole_init(&users); }
static void sole_first(void)
{
	model_assert(sole_is(&users));
	owned++;
	sole_join(&users);
	store_release(&invited, 1);             /* starts the second; the structure is not ours alone until it leaves */
	if (sole_is(&users))
		owned++;
}
static void sole_second(void)
{
	spin_until(load_acquire(&invited));
	owned++;
	if (sole_leave(&users))
		model_assert(!"the first is still there");
}
static void sole_finish(void) { model_assert(owned == 2 || owned == 3); }
MODEL_TEST(sole_owner, .claim = "alone again, the first user sees all that the second did, without a lock",
	   .setup = sole_setup, .threads = { sole_first, sole_second }, .finish = sole_finish);

static unsigned *table;
static void last_setup(void)
{
	sole_init(&users);
	sole_join(&users);
	table = model_alloc(sizeof *table);
	*table = 0;
}
static void leaver(void)
{
	if (sole_is(&users))
		(*table)++;
	model_assert(*table <= 1);
	if (sole_leave(&users)) {
		*table = 7;
		model_free(table);
	}
}
MODEL_TEST(sole_last, .claim = "exactly one of two leavers is the last", .setup = last_setup, .threads = { leaver, leaver });

/* ---- runnable ---- */

static struct runnable nr;
static atomic_uint unlocked;
static void queue_one(void)
{
	runnable_change_locked(&nr, 1);
	store_release(&unlocked, 1);            /* the queue's lock */
}
static void look_at_queue(void)
{
	bool told = load_acquire(&unlocked);
	unsigned n = runnable_peek(&nr);

	model_assert(n <= 1 && (!told || n == 1));
}
MODEL_TEST(runnable, .claim = "who was told of a thread by way of the lock sees it counted", .threads = { queue_one, look_at_queue });

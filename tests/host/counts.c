/* host: reference counts reach zero once, counters add up, a cached result is never stale. */
#include <host/host.h>
#include <percpu/counter.h>
#include <percpu/ref.h>
#include <sync/generation.h>
#include <sync/sole.h>
#include <sync/spinlock.h>
#include <arch/cpu.h>
#include <stdio.h>

#define WORKERS 4

/* ---- percpu_ref: frozen, thawed and killed beside getters ---- */

static struct percpu_ref ref;
static atomic_bool ended;
static atomic_ulong nr_gets, nr_freezes;

static void ref_worker(unsigned cpu)
{
	unsigned long n = 0;

	while (!load_relaxed(&host_stop)) {
		if (cpu == 0) {
			percpu_ref_freeze_begin(&ref);
			rcu_synchronize_expedited();
			check(!percpu_ref_freeze_end(&ref));    /* the first reference stays */
			percpu_ref_thaw(&ref);
			fetch_add_relaxed(&nr_freezes, 1);
		} else {
			bool got;

			rcu_read_lock();
			got = percpu_ref_try_get(&ref);
			rcu_read_unlock();
			check(got);
			percpu_ref_get(&ref);
			check(!load_relaxed(&ended));
			check(!percpu_ref_put(&ref) && !percpu_ref_put(&ref));
			n++;
		}
		host_poll();
	}
	fetch_add_relaxed(&nr_gets, n);
}

static atomic_uint nr_last;

static void kill_worker(unsigned cpu)
{
	bool got;

	for (;;) {
		rcu_read_lock();
		got = percpu_ref_try_get(&ref);
		rcu_read_unlock();
		if (!got)
			break;
		if (percpu_ref_put(&ref))
			fetch_add_relaxed(&nr_last, 1);
		if (cpu == 0) {
			if (percpu_ref_kill(&ref))
				fetch_add_relaxed(&nr_last, 1);
			break;
		}
		host_poll();
	}
}

/* ---- counters ---- */

static struct percpu_counter counter;
static struct bounded_counter bounded;
static atomic_long truth_low, truth_high;       /* bounds of the exact value at any time */

static void counter_worker(unsigned cpu)
{
	(void)cpu;
	for (unsigned i = 0; i < 100000; i++) {
		fetch_add_seq_cst(&truth_high, 1);
		percpu_counter_add(&counter, 1);
		bounded_counter_add(&bounded, 1);
		fetch_add_seq_cst(&truth_low, 1);
		if (i % 64 == 0) {
			long low = load_seq_cst(&truth_low), got = bounded_counter_read(&bounded), high = load_seq_cst(&truth_high);

			check(got >= low - bounded_counter_error(&bounded) && got <= high + bounded_counter_error(&bounded));
		}
	}
}

/* ---- generation: what is cached under an unchanged number is true ---- */

static struct generation gen;
static atomic_ulong state;                      /* only grows */
static atomic_ulong nr_hits;

static void gen_worker(unsigned cpu)
{
	unsigned long cached = 0, under = 0, hits = 0;

	for (unsigned i = 0; i < 100000; i++) {
		if (cpu == 0) {
			fetch_add_seq_cst(&state, 1);
			gen_bump_ordered(&gen);
			continue;
		}
		if (i % 1024 == 0)
			gen_watch(&gen), under = 0;
		unsigned long before = load_acquire(&state), g = gen_read(&gen);

		if (g == under) {
			/* What was bumped before we read the number is in the cache; `before` may be one change ahead of its bump. */
			check(cached + 1 >= before);
			hits++;
		} else {
			cached = load_acquire(&state);
			under = g;
		}
		if (i % 1024 == 1023)
			gen_unwatch(&gen);
	}
	fetch_add_relaxed(&nr_hits, hits);
}

/* ---- sole owner: the second user comes and goes; the first touches plainly while alone ---- */

static sole_t users;
static unsigned long owned;                     /* plain; guarded by lock while shared */
static struct spinlock owned_lock = SPINLOCK_INIT(RANK_LEAF);
static atomic_uint invited;

static void add_owned(void)
{
	if (sole_is(&users)) {
		owned++;
		return;
	}
	spin_lock(&owned_lock);
	owned++;
	spin_unlock(&owned_lock);
}

static void sole_worker(unsigned cpu)
{
	if (cpu > 1)
		return;
	for (unsigned i = 0; i < 2000; i++) {
		if (cpu == 0) {
			add_owned();
			sole_join(&users);
			store_release(&invited, i + 1);         /* the new user starts */
			add_owned();
			spin_until(sole_is(&users));
			add_owned();
		} else {
			spin_until(load_acquire(&invited) == i + 1);
			add_owned();
			check(!sole_leave(&users));
		}
	}
}

int main(int argc, char **argv)
{
	host_begin(WORKERS);
	check(!percpu_ref_init(&ref));
	host_run_for(ref_worker, host_budget_ns(argc, argv, 600));
	for (unsigned i = 0; i < 20; i++) {
		percpu_ref_fini(&ref);
		check(!percpu_ref_init(&ref));
		nr_last = 0;
		(void)host_run(kill_worker);
		check(nr_last == 1);
	}
	percpu_ref_fini(&ref);
	check(!percpu_counter_init(&counter) && !bounded_counter_init(&bounded, 32));
	(void)host_run(counter_worker);
	check(percpu_counter_sum(&counter) == WORKERS * 100000 && bounded_counter_sum(&bounded) == WORKERS * 100000);
	percpu_counter_fini(&counter);
	bounded_counter_fini(&bounded);
	gen_init(&gen);
	(void)host_run(gen_worker);
	sole_init(&users);
	(void)host_run(sole_worker);
	check(owned == 2000 * 4);
	printf("counts: %lu gets beside %lu freezes, %lu cached results used\n", nr_gets, nr_freezes, nr_hits);
	return host_end();
}

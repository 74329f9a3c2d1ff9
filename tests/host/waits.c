/* host: no wake-up is lost: wait queues, completions, per-CPU semaphores, futex buckets. */
#include <host/host.h>
#include <sync/completion.h>
#include <sync/rwsem.h>
#include "../../src/ipc/futex_bucket.h"
#include <stdio.h>

#define WORKERS 4

/* ---- a token passed round: one loses it, all stand still ---- */

static struct waitq turns = WAITQ_INIT(turns);
static atomic_uint turn;

static void turns_worker(unsigned cpu)
{
	while (!load_relaxed(&host_stop)) {
		wait_event(&turns, load_acquire(&turn) % WORKERS == cpu || load_relaxed(&host_stop));
		if (load_relaxed(&host_stop))
			break;
		fetch_add_acq_rel(&turn, 1);
		waitq_wake_all_ordered(&turns);
	}
	waitq_wake_all(&turns);
}

/* ---- exclusive waiters: each wake-up reaches one; items are neither lost nor taken twice ---- */

static struct waitq items_wait = WAITQ_INIT(items_wait);
static atomic_uint items, produced, consumed;

static bool item_take(void)
{
	unsigned n = load_relaxed(&items);

	while (n)
		if (cas_acq_rel(&items, &n, n - 1))
			return true;
	return false;
}

static void items_worker(unsigned cpu)
{
	while (!load_relaxed(&host_stop)) {
		if (cpu % 2) {
			fetch_add_acq_rel(&items, 1);
			waitq_wake_one_ordered(&items_wait);
			fetch_add_relaxed(&produced, 1);
			host_poll();
		} else if (!wait_event_interruptible_exclusive(&items_wait, load_relaxed(&host_stop) || item_take())) {
			if (!load_relaxed(&host_stop))
				fetch_add_relaxed(&consumed, 1);
		}
	}
	waitq_wake_all(&items_wait);
}

/* ---- completions on the stack: freed as soon as the wait returns ---- */

static struct completion *offered[WORKERS];

static void completion_worker(unsigned cpu)
{
	while (!load_relaxed(&host_stop)) {
		struct completion c, *other;

		completion_init(&c);
		store_release(&offered[cpu], &c);
		/* Signal the neighbour's, if it stands. */
		other = exchange_acquire(&offered[(cpu + 1) % WORKERS], (struct completion *)NULL);
		if (other)
			completion_signal(other);
		/* Take our own back, or somebody has it and will signal. */
		if (!exchange_acquire(&offered[cpu], (struct completion *)NULL))
			completion_wait(&c);
		host_poll();
	}
}

/* ---- per-CPU semaphore: readers see whole states, writers exclude ---- */

static struct percpu_rwsem sem;
static unsigned long a, b;

static void sem_worker(unsigned cpu)
{
	for (unsigned i = 0; !load_relaxed(&host_stop); i++) {
		if (cpu == 0 && i % 64 == 0) {
			percpu_rwsem_write_lock(&sem);
			a++;
			b = a * 3;
			percpu_rwsem_write_unlock(&sem);
		} else {
			percpu_rwsem_read_lock(&sem);
			check(b == a * 3);
			percpu_rwsem_read_unlock(&sem);
		}
		host_poll();
	}
}

/* ---- futex bucket: a word handed round; half the wakers requeue first ---- */

static struct futex_bucket buckets[2];
static atomic_uint word;
static const struct futex_key key[2] = { { 1, 2 }, { 3, 4 } };

static void futex_wait_host(unsigned expected)
{
	struct futex_waiter w = { .thread = park_self(), .bitset = ~0u, .key = key[0] };

	futex_bucket_enter(&buckets[0]);
	if (load_relaxed(&word) != expected) {
		futex_bucket_abandon(&buckets[0]);
		return;
	}
	futex_bucket_queue(&buckets[0], &w);
	do {
		park_begin(PARK_UNINTERRUPTIBLE);
		if (futex_waiter_is_woken(&w))
			break;
		/* A deadline now and then: leaving races with being woken and moved. */
		if (park(PARK_UNINTERRUPTIBLE, expected % 8 ? ~0ull : sync_now_ns() + 20000)) {
			park_end();
			(void)futex_waiter_leave(&w);
			return;
		}
	} while (!futex_waiter_is_woken(&w));
	park_end();
}

static void futex_wake_host(unsigned at)
{
	struct list taken = LIST_INIT(taken);

	if (futex_bucket_is_empty(&buckets[at]))
		return;
	rcu_read_lock();
	spin_lock(&buckets[at].lock);
	(void)futex_bucket_take_locked(&buckets[at], &key[at], ~0u, ~0u, &taken);
	spin_unlock(&buckets[at].lock);
	futex_wake_taken(&taken);
	rcu_read_unlock();
}

static void futex_move_host(void)
{
	fetch_add_relaxed(&buckets[1].nr_waiters, 1);
	fence_seq_cst();
	futex_buckets_lock(&buckets[0], &buckets[1]);
	(void)futex_bucket_move_locked(&buckets[0], &buckets[1], &key[0], &key[1], ~0u);
	futex_buckets_unlock(&buckets[0], &buckets[1]);
	fetch_sub_relaxed(&buckets[1].nr_waiters, 1);
}

static void futex_worker(unsigned cpu)
{
	while (!load_relaxed(&host_stop)) {
		unsigned v = load_acquire(&word);

		if (v % WORKERS == cpu) {
			store_release(&word, v + 1);
			if (v % 3 == 0)
				futex_move_host();
			futex_wake_host(0);
			futex_wake_host(1);
		} else {
			futex_wait_host(v);
		}
		host_poll();
	}
	futex_wake_host(0);
	futex_wake_host(1);
}

/* For the budget, and on a busy machine until it has done something: so often at most. */
#define TRIES 20
static void run_until(void (*worker)(unsigned cpu), uint64_t budget, const unsigned *count)
{
	for (int n = 0; n < TRIES && (!n || *count <= 100); n++)
		host_run_for(worker, budget);
	check(*count > 100);
}

int main(int argc, char **argv)
{
	uint64_t budget = host_budget_ns(argc, argv, 1500) / 5;

	host_begin(WORKERS);
	check(!percpu_rwsem_init(&sem, RANK_SPACE));
	futex_bucket_init(&buckets[0]);
	futex_bucket_init(&buckets[1]);
	run_until(turns_worker, budget, &turn);
	host_run_for(items_worker, budget);
	check(consumed <= produced && consumed + items <= produced + WORKERS);
	host_run_for(completion_worker, budget);
	host_run_for(sem_worker, budget);
	check(a > 0 && b == a * 3);
	run_until(futex_worker, budget, &word);
	check(!buckets[0].nr_waiters && !buckets[1].nr_waiters && list_empty(&buckets[0].waiters));
	printf("waits: %u turns, %u of %u items, %lu writers, %u futex turns\n", turn, consumed, produced, a, word);
	percpu_rwsem_fini(&sem);
	return host_end();
}

/* Many waiters, woken and moved by one call: each once, also if it waits again at once, and counts are exact. */
#include "futex.h"
#include <limits.h>

#define N 200

static volatile uint32_t word, second, other;
static volatile int nr_first, nr_again, nr_other;
static volatile int tids[2 * N];
static pthread_t threads[2 * N];
static volatile int nr_started;

static void *twice(void *arg)
{
	tids[(long)arg] = own_tid();
	__atomic_fetch_add(&nr_started, 1, __ATOMIC_SEQ_CST);
	futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	__atomic_fetch_add(&nr_first, 1, __ATOMIC_SEQ_CST);
	futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	__atomic_fetch_add(&nr_again, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* These stand in the same bucket as nobody knows whom. */
static void *aside(void *arg)
{
	tids[(long)arg] = own_tid();
	__atomic_fetch_add(&nr_started, 1, __ATOMIC_SEQ_CST);
	futex(&other, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
	__atomic_fetch_add(&nr_other, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void start(int from, int n, void *(*fn)(void *))
{
	pthread_attr_t a;

	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 16384);
	for (int i = from; i < from + n; i++)
		if (pthread_create(&threads[i], &a, fn, (void *)(long)i))
			fatal("pthread_create");
	while (nr_started < from + n)
		sleep_ms(1);
	for (int i = from; i < from + n; i++)
		await_sleep(tids[i]);
}

static void await(volatile int *n, int want)
{
	for (int i = 0; *n < want && i < 5000; i++)
		sleep_ms(1);
	sleep_ms(5);
	say("%d of %d\n", *n, want);
}

int main(void)
{
	start(0, N, twice);
	start(N, N / 2, aside);
	show("wake 50", futex(&word, FUTEX_WAKE_PRIVATE, 50, NULL, NULL, 0));
	await(&nr_first, 50);
	show("compare and requeue, another value", futex2(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, INT_MAX, &second, 1));
	show("wake all of none", futex(&second, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	for (int i = 0; i < N; i++)
		await_sleep(tids[i]);
	/* 150 of the first round, and behind them 50 of the second. */
	show("wake 150", futex(&word, FUTEX_WAKE_PRIVATE, 150, NULL, NULL, 0));
	await(&nr_first, N);
	say("%d too early\n", nr_again);
	for (int i = 0; i < N; i++)
		await_sleep(tids[i]);
	show("requeue: wake 40, move 100", futex2(&word, FUTEX_CMP_REQUEUE_PRIVATE, 40, 100, &second, 0));
	await(&nr_again, 40);
	show("requeue to itself", futex2(&second, FUTEX_CMP_REQUEUE_PRIVATE, 0, INT_MAX, &second, 0));
	show("requeue: move all", futex2(&word, FUTEX_REQUEUE_PRIVATE, 0, INT_MAX, &second, 0));
	show("wake all of the first word", futex(&word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	show("bitset of none", futex(&second, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, 0));
	show("wake all of the second", futex(&second, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	await(&nr_again, N);
	show("wake all aside", futex(&other, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0));
	await(&nr_other, N / 2);
	for (int i = 0; i < N + N / 2; i++)
		pthread_join(threads[i], NULL);
}

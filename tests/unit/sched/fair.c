/* unit: src/sched/fair.c src/lib/rbtree.c */
/* Shares follow weights, equal deadlines run in order, lag stays within slices, over hours and with sleepers. */
#include "../../../src/sched/fair.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 6
static struct fair_rq q;
static struct sched_entity se[N];
static uint64_t ran[N], now;

static void enter(struct sched_entity *e)
{
	fair_place(&q, e, NULL, now);
	fair_insert(&q, e);
}

static void run_one(uint64_t ns)
{
	struct sched_entity *e = fair_pick(&q);

	assert(e);
	fair_remove(&q, e);
	fair_charge(&q, e, ns);
	now += ns;
	ran[e - se] += ns;
	fair_insert(&q, e);
}

static void check_sums(void)
{
	int64_t sum = 0;
	uint64_t load = 0;
	unsigned nr = 0;

	for (struct sched_entity *e = fair_first(&q); e; e = fair_next(e)) {
		sum += (int64_t)(e->vruntime - q.base) * e->weight;
		load += e->weight;
		nr++;
	}
	assert(sum == q.avg_sum && load == q.load && nr == q.nr);
}

static void test_shares(void)
{
	static const int nice[N] = { 0, 0, 5, -5, 19, 10 };
	uint64_t total = 0, weights = 0;

	memset(&q, 0, sizeof(q));
	for (int i = 0; i < N; i++) {
		se[i] = (struct sched_entity){ .nice = nice[i] };
		ran[i] = 0;
		enter(&se[i]);
		weights += se[i].weight;
	}
	for (int i = 0; i < 2000000; i++) {
		run_one(500000 + rand() % 4000000);
		if (i % 1000 == 0)
			check_sums();
	}
	for (int i = 0; i < N; i++)
		total += ran[i];
	for (int i = 0; i < N; i++) {
		double want = (double)se[i].weight / weights, got = (double)ran[i] / total;

		assert(got > want * 0.99 - 1e-5 && got < want * 1.01 + 1e-5);
	}
}

static void test_order(void)
{
	memset(&q, 0, sizeof(q));
	for (int i = 0; i < N; i++) {
		se[i] = (struct sched_entity){ 0 };
		enter(&se[i]);
	}
	for (int i = 0; i < 3 * N; i++) {
		assert(fair_pick(&q) == &se[i % N]);
		run_one(FAIR_SLICE_NS);
	}
}

/* A thread that ran alone for days, and one that slept meanwhile, share as if nothing had been. */
static void test_long_alone(void)
{
	memset(&q, 0, sizeof(q));
	se[0] = (struct sched_entity){ .nice = 19 };
	se[1] = (struct sched_entity){ .nice = -20 };
	ran[0] = ran[1] = 0;
	enter(&se[0]);
	for (int i = 0; i < 3000; i++)
		run_one(300000000000ull);
	enter(&se[1]);
	ran[0] = ran[1] = 0;
	for (int i = 0; i < 100000; i++)
		run_one(1000000);
	assert(ran[1] / 4000 > ran[0] && ran[0]);
	check_sums();
}

/* Who sleeps and comes back gains no more than its lag. */
static void test_sleepers(void)
{
	memset(&q, 0, sizeof(q));
	for (int i = 0; i < N; i++) {
		se[i] = (struct sched_entity){ 0 };
		ran[i] = 0;
		enter(&se[i]);
	}
	for (int i = 0; i < 100000; i++) {
		struct sched_entity *e = &se[rand() % N];

		fair_leave(&q, e, NULL, now);
		fair_remove(&q, e);
		assert(e->lag <= (int64_t)FAIR_SLICE_NS && e->lag >= -(int64_t)FAIR_SLICE_NS);
		run_one(1000000);
		enter(e);
		check_sums();
	}
	for (int i = 1; i < N; i++)
		assert(ran[i] > ran[0] * 8 / 10 && ran[i] < ran[0] * 12 / 10);
}

static void test_preempts(void)
{
	struct sched_entity *curr = &se[0], *woken = &se[1];

	memset(&q, 0, sizeof(q));
	se[0] = (struct sched_entity){ 0 };
	se[1] = (struct sched_entity){ .nice = -10 };
	fair_place(&q, curr, NULL, now);
	fair_charge(&q, curr, 1000);
	fair_place(&q, woken, curr, now);
	fair_insert(&q, woken);
	assert(fair_preempts(&q, woken, curr)); /* heavier: an earlier deadline */
	fair_remove(&q, woken);
	woken->nice = 10;
	fair_place(&q, woken, curr, now);
	fair_insert(&q, woken);
	assert(!fair_preempts(&q, woken, curr));
	assert(fair_weight(SCHED_CLASS_IDLE, 0) < fair_weight(SCHED_CLASS_FAIR, 19));
	assert(fair_weight(SCHED_CLASS_FAIR, 0) == 1024);
}

int main(void)
{
	srand(3);
	test_shares();
	test_order();
	test_long_alone();
	test_sleepers();
	test_preempts();
	puts("fair: ok");
	return 0;
}

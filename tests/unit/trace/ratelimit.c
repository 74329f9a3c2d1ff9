/* unit: src/trace/ratelimit.c */
/* Events against a clock that the test turns; then four threads, whose events must all pass or be told of. */
#include <trace/ratelimit.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK(c) do { if (!(c)) { fprintf(stderr, "ratelimit: line %d: %s\n", __LINE__, #c); exit(1); } } while (0)

static atomic_ulong now_ns = 1000;
uint64_t arch_clock_ticks(void) { return load_relaxed(&now_ns); }
uint64_t arch_clock_ticks_to_ns(uint64_t ticks) { return ticks; }

static void test_windows(void)
{
	struct ratelimit r = { 0 };
	unsigned missed, passed = 0;

	for (int n = 0; n < 25; n++) {
		passed += ratelimit_pass(&r, &missed);
		CHECK(!missed);
	}
	CHECK(passed == RATELIMIT_BURST);
	now_ns += RATELIMIT_NS - 1;             /* the same window, also for a CPU whose clock is a little behind */
	CHECK(!ratelimit_pass(&r, &missed));
	now_ns -= RATELIMIT_NS;
	CHECK(!ratelimit_pass(&r, &missed));
	now_ns += 2 * RATELIMIT_NS;
	CHECK(ratelimit_pass(&r, &missed) && missed == 25 - RATELIMIT_BURST + 2);
	CHECK(ratelimit_pass(&r, &missed) && !missed);
}

#define NR_THREADS 4
#define NR_EVENTS  20000
static struct ratelimit shared;
static atomic_ulong nr_passed, nr_told;

static void *run(void *arg)
{
	for (int n = 0; n < NR_EVENTS; n++) {
		unsigned missed;

		if (ratelimit_pass(&shared, &missed)) {
			fetch_add_relaxed(&nr_passed, 1);
			fetch_add_relaxed(&nr_told, missed);
		}
		if (n % 100 == 0)
			fetch_add_relaxed(&now_ns, RATELIMIT_NS / 50);
	}
	return NULL;
}

static void test_threads(void)
{
	unsigned long begin = now_ns, windows;
	pthread_t t[NR_THREADS];

	for (int n = 0; n < NR_THREADS; n++)
		CHECK(!pthread_create(&t[n], NULL, run, NULL));
	for (int n = 0; n < NR_THREADS; n++)
		pthread_join(t[n], NULL);
	windows = (now_ns - begin) / RATELIMIT_NS + 1;
	CHECK(nr_passed + nr_told + shared.nr_missed == NR_THREADS * NR_EVENTS);        /* I2 */
	CHECK(nr_passed <= windows * (RATELIMIT_BURST + NR_THREADS));                   /* I1 */
	CHECK(nr_passed >= windows / 2);
}

int main(void)
{
	test_windows();
	test_threads();
	return 0;
}

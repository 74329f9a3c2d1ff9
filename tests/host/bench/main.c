/*
 * main.c - throughput beside liburcu: same workload, same threads, same run, turn and turn about.
 *
 * usage: urcu [ROUNDS [BAR [NAME]]]
 * Each thread stays on a CPU of its own. A round is ours and theirs, one right after the other, now this one first,
 * now that; its ratio is theirs/ours in time. Only rounds count in which no thread lost its CPU and all were at work
 * together: others say how the machine was shared, or that two threads took turns. What is disturbed is repeated, up to
 * PATIENCE times as often as asked for; then those rounds count that lost the least time, and a row says so when they are
 * the most.
 * Printed: operations per microsecond (medians), the median of the ratios and its 95 % interval. Exit status 1
 * when the sides read different things, or when a ratio is below BAR: the interval's upper end, to the two places shown.
 */
#define _GNU_SOURCE
#include <host/host.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "bench.h"

#define PATIENCE 6u
#define ROW_NS   4000000000ull          /* as long as that nothing is repeated any more */

struct row { const char *name, *other; unsigned long ops; const struct side *ours, *theirs; };
static const struct row rows[] = {
	{ "RCU read section",      "urcu-memb",  READS,   &our_read,   &memb_read },
	{ "RCU read section",      "urcu-qsbr",  READS,   &our_read,   &qsbr_read },
	{ "RCU callback",          "urcu-memb",  UPDATES, &our_call,   &memb_call },
	{ "RCU callback",          "urcu-qsbr",  UPDATES, &our_call,   &qsbr_call },
	{ "queue, push and pop",   "wfcqueue",   MOVES,   &our_queue,  &wfcq_queue },
	{ "stack, push, take all", "lfstack",    MOVES,   &our_stack,  &lfs_stack },
	{ "stack, wait-free push", "wfstack",    MOVES,   &our_wstack, &wfs_stack },
	{ "stack, push and pop",   "lfstack",    MOVES,   &our_pop,    &lfs_pop },
	{ "hash table, find",      "rculfhash",  LOOKUPS, &our_find,   &lfht_find },
	{ "hash table, change",    "rculfhash",  CHANGES, &our_change, &lfht_change },
};

unsigned long bench_consumed __cacheline_aligned;
static const struct side *side __cacheline_aligned;
static unsigned threads;
static struct { uint64_t from, to, result; bool disturbed; } __cacheline_aligned of[2];

/* Worker `nr` to the nr-th CPU that we may use. */
static void stay(unsigned nr)
{
	static _Thread_local bool stays;
	cpu_set_t may, mine;

	if (stays || sched_getaffinity(0, sizeof may, &may) || CPU_COUNT(&may) <= (int)nr)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &may) && !nr--) {
			CPU_ZERO(&mine);
			CPU_SET(cpu, &mine);
			stays = !sched_setaffinity(0, sizeof mine, &mine);
			return;
		}
}

static long times_preempted(void)
{
	struct rusage r;

	getrusage(RUSAGE_THREAD, &r);
	return r.ru_nivcsw;
}

static void worker(unsigned cpu)
{
	long before;

	stay(cpu);
	if (cpu >= threads)
		return;
	before = times_preempted();
	of[cpu].from = host_now_ns();
	of[cpu].result = side->work(cpu, threads);
	of[cpu].to = host_now_ns();
	of[cpu].disturbed = times_preempted() != before;
}

/* ns of one turn; the results' sum in *result. *disturbed is set when it should not count. */
static uint64_t run(const struct side *s, uint64_t *result, bool *disturbed)
{
	uint64_t from = ~0ull, to = 0, last_from = 0, first_to = ~0ull;

	side = s;
	bench_consumed = 0;
	if (s->setup)
		s->setup(threads);
	(void)host_run(worker);
	if (s->teardown)
		s->teardown();
	*result = 0;
	for (unsigned i = 0; i < threads; i++) {
		from = MIN(from, of[i].from);
		last_from = MAX(last_from, of[i].from);
		first_to = MIN(first_to, of[i].to);
		to = MAX(to, of[i].to);
		*result += of[i].result;
		*disturbed |= of[i].disturbed;
	}
	*disturbed |= last_from > from + (to - from) / 5 || first_to < to - (to - from) / 5;
	return to - from;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, unsigned n)
{
	qsort(v, n, sizeof *v, by_value);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

struct pair { double ns[2]; bool disturbed; };      /* ours, theirs */

/* The undisturbed first, then those that lost the least time. */
static int by_calm(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	double more = (x->ns[0] + x->ns[1]) - (y->ns[0] + y->ns[1]);

	return x->disturbed != y->disturbed ? x->disturbed - y->disturbed : (more > 0) - (more < 0);
}

/* False when the row fails. */
static bool measure(const struct row *r, unsigned rounds, double bar)
{
	struct pair pairs[rounds * PATIENCE];
	double ns[2][rounds], ratio[rounds], middle, low, high;
	uint64_t until = host_now_ns() + ROW_NS;
	unsigned tries = 0, calm = 0, half;
	bool same = true;

	for (; same && (tries < rounds || (calm < rounds && tries < rounds * PATIENCE && host_now_ns() < until)); tries++) {
		struct pair *p = &pairs[tries];
		uint64_t took[2], result[2];

		p->disturbed = false;
		for (unsigned k = 0; k < 2; k++) {
			unsigned who = k ^ (tries % 2);

			took[who] = run(who ? r->theirs : r->ours, &result[who], &p->disturbed);
		}
		p->ns[0] = (double)took[0];
		p->ns[1] = (double)took[1];
		calm += !p->disturbed;
		same = result[0] == result[1];
	}
	printf("%-24s%-12s%8u", r->name, r->other, threads);
	if (!same) {
		printf("  results differ\n");
		return false;
	}
	qsort(pairs, tries, sizeof *pairs, by_calm);
	for (unsigned i = 0; i < rounds; i++) {
		ns[0][i] = pairs[i].ns[0];
		ns[1][i] = pairs[i].ns[1];
		ratio[i] = ns[1][i] / ns[0][i];
	}
	middle = median(ratio, rounds);
	/* Of the median's rank: binomial, 1.96 standard deviations to each side. */
	half = (unsigned)(0.98 * sqrt(rounds)) + 1;
	low = ratio[rounds / 2 > half ? rounds / 2 - half : 0];
	high = ratio[MIN(rounds / 2 + half, rounds - 1)];
	printf("%12.1f%12.1f%8.2f  %.2f..%.2f%s%s\n", 1e3 * r->ops / median(ns[0], rounds), 1e3 * r->ops / median(ns[1], rounds), middle,
	       low, high, high + 0.005 < bar ? "  <" : "", calm >= rounds / 2 ? "" : "  the machine is busy");
	fflush(stdout);
	return high + 0.005 >= bar;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 15;
	double bar = argc > 2 ? atof(argv[2]) : 0;
	const char *only = argc > 3 ? argv[3] : "";
	bool good = true;

	if (!rounds)
		return 2;
	host_begin(2);
	printf("%-24s%-12s%8s%12s%12s%8s\n", "operations per us", "liburcu's", "threads", "ours", "theirs", "ratio");
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++)
		for (threads = 1; threads <= 2; threads++)
			if (strstr(rows[i].name, only))
				good &= measure(&rows[i], rounds, bar);
	(void)host_end();
	return !good;
}

/*
 * main.c - throughput beside liburcu: same workload, same threads, same run, turn and turn about.
 *
 * usage: urcu [ROUNDS [BAR [NAME]]]
 * Prints operations per microsecond, the best round of each side, and the ratio. Exit status 1 when
 * the sides read different things, or a ratio is below BAR.
 */
#include <host/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bench.h"

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
static struct { uint64_t from, to, result; } __cacheline_aligned of[2];

static void worker(unsigned cpu)
{
	if (cpu >= threads)
		return;
	of[cpu].from = host_now_ns();
	of[cpu].result = side->work(cpu, threads);
	of[cpu].to = host_now_ns();
}

/* ns of one round; the result's sum in *result. */
static uint64_t run(const struct side *s, uint64_t *result)
{
	uint64_t from = ~0ull, to = 0;

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
		to = MAX(to, of[i].to);
		*result += of[i].result;
	}
	return to - from;
}

int main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 7;
	double bar = argc > 2 ? atof(argv[2]) : 0;
	const char *only = argc > 3 ? argv[3] : "";
	bool failed = false;

	host_begin(2);
	printf("%-24s%-12s%8s%12s%12s%8s\n", "operations per us", "liburcu's", "threads", "ours", "theirs", "ratio");
	for (unsigned i = 0; i < ARRAY_SIZE(rows); i++) {
		for (threads = 1; threads <= 2; threads++) {
			const struct row *r = &rows[i];
			uint64_t best[2] = { ~0ull, ~0ull }, result[2];
			double ratio;

			if (!strstr(r->name, only))
				continue;
			for (unsigned k = 0; k < rounds; k++) {
				best[0] = MIN(best[0], run(r->ours, &result[0]));
				best[1] = MIN(best[1], run(r->theirs, &result[1]));
				if (result[0] != result[1]) {
					printf("%s: results differ: %lu, %lu\n", r->name, result[0], result[1]);
					failed = true;
				}
			}
			ratio = (double)best[1] / (double)best[0];
			failed |= ratio < bar;
			printf("%-24s%-12s%8u%12.1f%12.1f%8.2f%s\n", r->name, r->other, threads, 1e3 * r->ops / best[0], 1e3 * r->ops / best[1],
			       ratio, ratio < bar ? "  <" : "");
			fflush(stdout);
		}
	}
	(void)host_end();
	return failed;
}

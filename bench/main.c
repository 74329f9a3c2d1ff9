/*
 * main.c - options, and the choice of benchmarks by name or group.
 */
#include "bench.h"

static const struct bench *const groups[] = {
	bench_syscall, bench_file, bench_event, bench_memory, bench_process, bench_ipc, bench_shell, bench_bandwidth,
};
#define NR_GROUPS (sizeof groups / sizeof *groups)

static const char usage[] =
	"usage: bench --list\n"
	"       bench [--time MS] [--rounds N] [--iterations N] NAME...    nanoseconds per operation\n"
	"       bench --insn [--windows N] NAME...                         windows between markers\n"
	"       bench --scale K NAME...                                    1 to K tasks at once, operations per second\n"
	"       bench [--scale K] scaling | scale_NAME...                  the same; as many tasks as CPUs\n"
	"       bench --conflicts K [--threads] NAME...                    one window on each of K CPUs\n"
	"       bench [--seconds S] STORM...                               stress that checks itself\n"
	"       [--limit S]                                                for one benchmark (25; counting 80)\n"
	"NAME is a benchmark, a group or `all'. One JSON line each; exit status 1 when one failed, 2 for a wrong call.\n";

const struct bench *bench_find(const char *name)
{
	for (unsigned g = 0; g < NR_GROUPS; g++)
		for (const struct bench *b = groups[g]; b->name; b++)
			if (!strcmp(b->name, name))
				return b;
	return NULL;
}

#define SCALE "scale_"          /* before the name of an operation: its scaling, as --scale */

static void list(void)
{
	for (unsigned g = 0; g < NR_GROUPS; g++)
		for (const struct bench *b = groups[g]; b->name; b++)
			printf("%s ns %s%s\n", b->name, b->group, b->flags & NO_SCALE ? " alone" : "");
	for (unsigned g = 0; g < NR_GROUPS; g++)
		for (const struct bench *b = groups[g]; b->name; b++)
			if (b->flags & CURVE)
				printf(SCALE "%s ops/s scaling\n", b->name);
	for (unsigned i = 0; storm_names[i]; i++)
		printf("%s ops/s storm\n", storm_names[i]);
}

static int (*mode)(const struct bench *, const struct options *) = run_timed;
static struct options options = { .time_ms = 30, .rounds = 5, .windows = 32, .seconds = 2 };

/* Do all that this word of the command line names; `all' is without scaling and storms. Failures, or -1: it names nothing. */
static int run_word(const char *word)
{
	bool all = !strcmp(word, "all"), named = false;
	int failed = 0;

	for (unsigned g = 0; g < NR_GROUPS; g++)
		for (const struct bench *b = groups[g]; b->name; b++) {
			bool skip = mode == run_scaled || mode == run_conflicts ? b->flags & NO_SCALE : false;

			if (strcmp(b->name, word) && ((!all && strcmp(b->group, word)) || skip))
				continue;
			named = true;
			failed += mode(b, &options);
			fflush(stdout);
		}
	if (named)
		return failed;
	if (!strcmp(word, "scaling")) {
		for (unsigned g = 0; g < NR_GROUPS; g++)
			for (const struct bench *b = groups[g]; b->name; b++)
				if (b->flags & CURVE)
					failed += run_scaled(b, &options);
		return failed;
	}
	if (!strncmp(word, SCALE, sizeof SCALE - 1) && bench_find(word + sizeof SCALE - 1))
		return run_scaled(bench_find(word + sizeof SCALE - 1), &options);
	if (!strcmp(word, "storm")) {
		for (unsigned i = 0; storm_names[i]; i++)
			failed += storm_run(storm_names[i], &options);
		return failed;
	}
	return storm_run(word, &options);
}

static unsigned long number(int argc, char **argv, int *i)
{
	char *end = NULL;
	unsigned long n = *i + 1 < argc ? strtoul(argv[*i + 1], &end, 10) : 0;

	if (!end || *end || !n) {
		fprintf(stderr, "bench: %s wants a number above 0\n", argv[*i]);
		exit(2);
	}
	++*i;
	return n;
}

int main(int argc, char **argv)
{
	int i, failed = 0;

	if (argc == 2 && !strcmp(argv[1], "--true"))
		_exit(0);
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--list")) {
			list();
			return 0;
		} else if (!strcmp(argv[i], "--time")) {
			options.time_ms = (unsigned)number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--rounds")) {
			options.rounds = (unsigned)number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--iterations")) {
			options.iterations = number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--windows")) {
			options.windows = (unsigned)number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--limit")) {
			options.limit_s = (unsigned)number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--seconds")) {
			options.seconds = (unsigned)number(argc, argv, &i);
		} else if (!strcmp(argv[i], "--scale")) {
			options.tasks = (unsigned)number(argc, argv, &i);
			mode = run_scaled;
		} else if (!strcmp(argv[i], "--conflicts")) {
			options.tasks = (unsigned)number(argc, argv, &i);
			mode = run_conflicts;
		} else if (!strcmp(argv[i], "--insn")) {
			mode = run_counted;
		} else if (!strcmp(argv[i], "--threads")) {
			options.threads = true;
		} else {
			fputs(usage, !strcmp(argv[i], "--help") ? stdout : stderr);
			return strcmp(argv[i], "--help") ? 2 : 0;
		}
	}
	if (i == argc) {
		fputs(usage, stderr);
		return 2;
	}
	run_init();
	for (; i < argc; i++) {
		int r = run_word(argv[i]);

		if (r < 0) {
			bench_error_print(argv[i], "no such benchmark; --list names them", NULL);
			r = 1;
		}
		failed += r;
		fflush(stdout);
	}
	return failed ? 1 : 0;
}

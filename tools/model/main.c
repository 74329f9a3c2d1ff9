/*
 * main.c - one test program: runs its tests, says how each ended.
 *
 *   PROGRAM [--list] [--test NAME] [--mode c11|tso] [--executions N] [--seconds S] [--megabytes M]
 *           [--save FILE] [--replay FILE] [--sites FILE] [--order PC=ORDER[,...]] [--short] [--unique]
 *
 * Exit status: 0 all as expected, 1 a test failed, 3 incomplete. Addresses in the output
 * stand in braces, {p:CODE} and {a:DATA}; tools/model/run puts names there.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include "engine.h"
#include "model/model.h"

extern const struct model_test __start_model_tests[], __stop_model_tests[];

#define CHANGES 1024
static struct order_change changes[CHANGES];
static int nr_changes;

#define SITES 2048
static struct site { uintptr_t pc; const char *kind; int order, fail_order; unsigned long n; } sites[SITES];

static const char *const order_names[] = { "relaxed", "consume", "acquire", "release", "acq_rel", "seq_cst" };

int site_order(uintptr_t pc, const char *kind, int order, int fail_order)
{
	struct site *s = &sites[pc * 0x9e3779b97f4a7c15ul >> 53];

	while (s->pc && s->pc != pc)
		s = s == &sites[SITES - 1] ? sites : s + 1;
	if (!s->pc)
		*s = (struct site){ pc, kind, order, fail_order, 0 };
	s->n++;
	for (int i = 0; i < nr_changes; i++)
		if (changes[i].pc == pc)
			return changes[i].order;
	return order;
}

static void write_sites(const char *path)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return;
	for (int i = 0; i < SITES; i++)
		if (sites[i].pc)
			fprintf(f, "%lx %s %s %s %lu\n", sites[i].pc, sites[i].kind, order_names[sites[i].order], order_names[sites[i].fail_order], sites[i].n);
	fclose(f);
}

/* Of this process's own time: a busy machine cuts no search short. */
static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void print_value(uint64_t v)
{
	if (v >= 0x400000)
		printf("{a:%lx}", v);
	else
		printf("%lu", v);
}

static void print_trace(void)
{
	char where[128];

	printf("  trace, in an order in which it may have happened:\n");
	for (int i = 0; i < nr_steps; i++) {
		const struct step *s = &steps[i];
		const struct event *e = &s->e;

		describe(e->addr, where, sizeof where);
		printf("  %3d  T%d.%-3d ", i, e->tid, e->idx);
		switch (e->kind) {
		case KIND_READ:
			printf("%-5s %s %s = ", e->rmw == RMW_CAS && !e->exclusive ? "fails" : e->exclusive ? "rmw" : "load",
			       order_names[order_of(e)], where);
			print_value(e->value);
			if (s->rf_tid < 0)
				printf(", the initial value");
			else
				printf(", of T%d.%d", s->rf_tid, s->rf_idx);
			break;
		case KIND_WRITE:
			printf("%-5s %s %s := ", e->exclusive ? "  and" : "store", order_names[e->order], where);
			print_value(e->value);
			if (!place_is_last(e))
				printf(", not the last in the order of stores");
			break;
		case KIND_FENCE:
			printf("fence %s", order_names[e->order]);
			break;
		case KIND_CHOICE:
			if (e->order == CHOICE_SPIN)
				printf(e->value ? "goes on spinning" : "spins until a load reads something else");
			else
				printf("chooses %lu of %d", e->value, e->co);
			break;
		}
		printf("   {p:%lx}\n", e->pc);
	}
	for (int t = 0; t < THREADS; t++)
		if (state[t] == BLOCKED)
			printf("       T%d waits behind its step %d\n", t, now[t].t[t] - 1);
}

/* ---- outcomes of litmus shapes ---- */

#define OUTCOMES 256
static char outcomes[OUTCOMES][40];
static unsigned long nr_seen[OUTCOMES];
static int nr_outcomes;

void model_outcome(unsigned n, const unsigned *values)
{
	char text[40] = "";
	int i;

	for (unsigned k = 0; k < n && k < 8; k++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", k ? "," : "", values[k]);
	for (i = 0; i < nr_outcomes && strcmp(outcomes[i], text); i++)
		;
	if (i == OUTCOMES)
		out_of_bounds("more than %d outcomes", OUTCOMES);
	if (i == nr_outcomes)
		strcpy(outcomes[nr_outcomes++], text), nr_seen[i] = 0;
	nr_seen[i]++;
}

/* Are these all that the list has? Says which not. */
static bool compare_outcomes(const char *list, char *why, size_t size)
{
	char copy[512], *save = NULL;
	bool listed[OUTCOMES] = { false }, good = true;

	snprintf(copy, sizeof copy, "%s", list);
	for (char *p = strtok_r(copy, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		int i;

		for (i = 0; i < nr_outcomes && strcmp(outcomes[i], p); i++)
			;
		if (i < nr_outcomes) {
			listed[i] = true;
		} else {
			snprintf(why + strlen(why), size - strlen(why), " allowed but not seen: %s", p);
			good = false;
		}
	}
	for (int i = 0; i < nr_outcomes; i++)
		if (!listed[i]) {
			snprintf(why + strlen(why), size - strlen(why), " forbidden but seen: %s", outcomes[i]);
			good = false;
		}
	return good;
}

static unsigned long max_executions = 20000000;
static double max_seconds = 300;
static size_t max_bytes = 1500ul << 20;
static const char *save_path;
static bool brief;

/* Was the execution just made made before? For --unique, the search's own test. */
static uint64_t *seen;
static size_t seen_size, nr_seen_graphs;
static bool unique;
static bool seen_before(uint64_t h)
{
	size_t i;

	if (nr_seen_graphs * 2 >= seen_size) {
		uint64_t *old = seen;
		size_t n = seen_size;

		seen_size = n ? n * 2 : 1 << 16;
		seen = calloc(seen_size, sizeof *seen);
		if (!seen)
			abort();
		for (i = 0; i < n; i++)
			if (old[i]) {
				size_t k = old[i] % seen_size;

				while (seen[k])
					k = (k + 1) % seen_size;
				seen[k] = old[i];
			}
		free(old);
	}
	for (i = h % seen_size; seen[i]; i = (i + 1) % seen_size)
		if (seen[i] == h)
			return true;
	seen[i] = h;
	nr_seen_graphs++;
	return false;
}

/* The verdict that a broken sample must get, NULL for who must pass. */
static const char *expected_of(const struct model_test *t) { return mode == MODE_TSO && t->right_on_x86 ? NULL : t->expect; }
static const char *mode_shown(void) { return mode == MODE_TSO ? " (tso)" : ""; }
static int name_pad(const struct model_test *t) { return strlen(t->name) < 22 ? 22 - (int)strlen(t->name) : 0; }

/* An execution that does not come back: nobody else will end it. */
#define PATIENCE 1                              /* seconds of this process's own time, and as many again */
static const struct model_test *running;
static unsigned long runs_before;
static void look_after(int sig)
{
	char text[256];
	bool expected = expected_of(running) && !strcmp(expected_of(running), "incomplete");
	int n;

	(void)sig;
	if (counts.runs != runs_before || verdict) {
		runs_before = counts.runs;
		return;
	}
	n = snprintf(text, sizeof text, "%s%-*s %s  %lu executions, and one that does not end  %s\n", running->name, name_pad(running), mode_shown(),
		     expected ? "pass (finds it)" : "incomplete: an execution goes on for ever", counts.complete, running->claim);
	(void)!write(1, text, (size_t)n);
	_exit(expected ? 0 : 3);
}
static void begin_to_look(const struct model_test *t)
{
	const struct itimerval every = { { PATIENCE, 0 }, { PATIENCE, 0 } };

	running = t;
	runs_before = ~0ul;
	signal(SIGVTALRM, look_after);
	setitimer(ITIMER_VIRTUAL, &every, NULL);
}

/* 0 as expected, 1 not, 3 incomplete. */
static int run_test(const struct model_test *t)
{
	double since = seconds();
	const char *found = NULL;
	char why[1200] = "";

	const char *allowed = mode == MODE_TSO ? t->outcomes_tso : t->outcomes_c11;

	unsigned long ended = 0, twice = 0;

	nr_outcomes = 0;
	explore_reset();
	begin_to_look(t);
	while (explore_next()) {
		run_once(t);
		if (verdict) {
			found = verdict;
			snprintf(why, sizeof why, "%s", verdict_text);
			break;
		}
		if (unique && counts.complete + counts.blocked > ended && seen_before(explore_fingerprint()))
			twice++;
		ended = counts.complete + counts.blocked;
		if (counts.runs >= max_executions)
			found = "incomplete", snprintf(why, sizeof why, "more than %lu executions", max_executions);
		else if (explore_memory() > max_bytes)
			found = "incomplete", snprintf(why, sizeof why, "more than %zu MiB of work to do", max_bytes >> 20);
		else if (counts.runs % 64 == 0 && seconds() - since > max_seconds)
			found = "incomplete", snprintf(why, sizeof why, "more than %.0f s", max_seconds);
		if (found)
			break;
	}
	if (unique)
		printf("%lu executions were made twice\n", twice);
	if (!found && allowed && !compare_outcomes(allowed, why, sizeof why))
		found = "wrong outcomes";
	const char *expect = expected_of(t);
	bool expected = expect ? found && !strcmp(found, expect) : !found;
	bool incomplete = found && !strcmp(found, "incomplete");

	printf("%s%-*s %s%s%s  %lu executions, %lu waiting, %lu dropped, %lu events at most, %.2f s%s%s\n", t->name, name_pad(t), mode_shown(),
	       expected ? "pass" : incomplete ? "incomplete: " : "FAIL: ", expected ? "" : incomplete ? why : found ? found : "passes, but should not: ",
	       expected && found ? " (finds it)" : !found && !expected ? expect : "", counts.complete, counts.blocked, counts.dead, counts.most_events,
	       seconds() - since, brief ? "" : "  ", brief ? "" : t->claim);
	if (found && !incomplete && (!expected || !brief) && !(expected && brief)) {
		printf("  %s: %s\n", found, why);
		if (!expected || save_path)
			print_trace();
	}
	if (found && save_path && !incomplete)
		explore_save(save_path, t->name);
	fflush(stdout);
	return expected ? 0 : incomplete ? 3 : 1;
}

static const struct model_test *find(const char *name)
{
	for (const struct model_test *t = __start_model_tests; t < __stop_model_tests; t++)
		if (!strcmp(t->name, name))
			return t;
	fprintf(stderr, "no test %s here; there are:", name);
	for (const struct model_test *t = __start_model_tests; t < __stop_model_tests; t++)
		fprintf(stderr, " %s", t->name);
	fprintf(stderr, "\n");
	exit(2);
}

static int replay(const char *path)
{
	char name[128] = "";
	FILE *f = fopen(path, "r");
	const struct model_test *t;

	if (f) {
		if (fscanf(f, "test %127s", name) != 1)
			name[0] = 0;
		fclose(f);
	}
	explore_load(path);
	t = find(name);
	run_once(t);
	printf("%s: %s%s%s\n", t->name, verdict ? verdict : "nothing found", verdict ? ": " : "", verdict ? verdict_text : "");
	print_trace();
	return verdict ? 1 : 0;
}

static void parse_orders(char *s)
{
	for (char *p = strtok(s, ","); p && nr_changes < CHANGES; p = strtok(NULL, ",")) {
		char *eq = strchr(p, '=');

		if (!eq)
			continue;
		changes[nr_changes].pc = strtoul(p, NULL, 16);
		changes[nr_changes].order = -1;
		for (int o = 0; o < 6; o++)
			if (!strcmp(eq + 1, order_names[o]))
				changes[nr_changes].order = o;
		nr_changes++;
	}
}

int main(int argc, char **argv)
{
	const char *only = NULL, *sites_path = NULL, *replay_path = NULL;
	int worst = 0;

	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	for (int i = 1; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : "";

		if (!strcmp(argv[i], "--list")) {
			for (const struct model_test *t = __start_model_tests; t < __stop_model_tests; t++)
				printf("%s\t%d\t%s\t%s\n", t->name, t->long_run, t->expect ? t->expect : "", t->claim);
			return 0;
		} else if (!strcmp(argv[i], "--short")) {
			brief = true;
			continue;
		} else if (!strcmp(argv[i], "--unique")) {
			unique = true;
			continue;
		} else if (!strcmp(argv[i], "--test")) only = next;
		else if (!strcmp(argv[i], "--mode")) mode = !strcmp(next, "tso") ? MODE_TSO : MODE_C11;
		else if (!strcmp(argv[i], "--executions")) max_executions = strtoul(next, NULL, 10);
		else if (!strcmp(argv[i], "--seconds")) max_seconds = strtod(next, NULL);
		else if (!strcmp(argv[i], "--megabytes")) max_bytes = strtoul(next, NULL, 10) << 20;
		else if (!strcmp(argv[i], "--save")) save_path = next;
		else if (!strcmp(argv[i], "--replay")) replay_path = next;
		else if (!strcmp(argv[i], "--sites")) sites_path = next;
		else if (!strcmp(argv[i], "--order")) parse_orders(argv[i + 1]);
		else {
			fprintf(stderr, "%s: what is %s?\n", argv[0], argv[i]);
			return 2;
		}
		i++;
	}
	memory_init();
	if (replay_path)
		return replay(replay_path);
	if (only)
		worst = run_test(find(only));
	else
		for (const struct model_test *t = __start_model_tests; t < __stop_model_tests; t++) {
			int r = run_test(t);

			worst = r == 1 || worst == 1 ? 1 : r > worst ? r : worst;
		}
	if (sites_path)
		write_sites(sites_path);
	return worst;
}

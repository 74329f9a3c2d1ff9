/*
 * coverage.c - what the fuzzer reached: successes and failures of each call, and of each value of its arguments' sets.
 *
 * A call that never succeeds only tests its argument checks. The table at the end of a run tells which, and which
 * commands of calls that are many in one (fcntl, futex, ptrace, prctl, ...) never got through.
 */
#include <stdio.h>
#include <string.h>
#include "fuzz.h"

static uint16_t first_value[1024][6];   /* by description and argument: its first value's index in worker.values */

static bool is_set(const struct arg *a) { return (a->kind == K_ENUM || a->kind == K_FLAGS) && a->nr > 1; }

void coverage_prepare(void)
{
	unsigned next = 1;

	for (unsigned i = 0; i < nr_calls && i < NELEM(first_value); i++)
		for (unsigned k = 0; k < 6; k++) {
			const struct arg *a = &calls[i].args[k];

			if (!is_set(a) || next + a->nr > VALUES)
				continue;
			first_value[i][k] = (uint16_t)next;
			next += a->nr;
		}
}

/* Flags count for each of theirs. */
void coverage_count(struct worker *w, const struct call *d, const uint64_t args[6], bool good)
{
	const uint16_t *first = first_value[d - calls];

	for (unsigned k = 0; k < 6; k++) {
		const struct arg *a = &d->args[k];

		if (!first[k])
			continue;
		for (unsigned v = 0; v < a->nr; v++) {
			bool is = a->kind == K_ENUM ? args[k] == a->set[v] : a->set[v] ? (args[k] & a->set[v]) == a->set[v] : !args[k];

			if (!is)
				continue;
			if (good)
				w->values[first[k] + v].good++;
			else
				w->values[first[k] + v].bad++;
		}
	}
}

/* The n-th of names that commas part, at most size - 1 bytes of it. */
static void name_of(const char *names, unsigned n, char *name, size_t size)
{
	unsigned depth = 0;
	size_t used = 0;

	for (; *names && n + 1; names++) {
		depth += *names == '(';
		depth -= *names == ')';
		if (*names == ',' && !depth)
			n--;
		else if (!n && used + 1 < size && (used || *names != ' '))
			name[used++] = *names;
	}
	name[used] = 0;
}

/* Descriptions i and j speak of the same set at argument k of one call. */
static bool same_set(unsigned i, unsigned j, unsigned k) { return calls[i].nr == calls[j].nr && calls[i].args[k].set == calls[j].args[k].set; }

static bool told_before(unsigned i, unsigned k)
{
	for (unsigned j = 0; j < i; j++)
		if (same_set(i, j, k))
			return true;
	return false;
}

static void values_print(const struct worker *workers, unsigned nr, unsigned i)
{
	for (unsigned k = 0; k < 6; k++) {
		const struct arg *a = &calls[i].args[k];
		unsigned said = 0;

		for (unsigned v = 0; first_value[i][k] && !told_before(i, k) && v < a->nr; v++) {
			uint64_t good = 0, bad = 0;
			char name[64];

			for (unsigned j = i; j < nr_calls; j++)
				for (unsigned w = 0; same_set(i, j, k) && w < nr; w++) {
					good += workers[w].values[first_value[j][k] + v].good;
					bad += workers[w].values[first_value[j][k] + v].bad;
				}
			if (good)
				continue;
			name_of(a->names, v, name, sizeof name);
			if (!said++)
				printf("fuzz: never: %s, argument %u:", calls[i].name, k + 1);
			printf(" %s (%llu)", name, (unsigned long long)bad);
		}
		if (said)
			printf("\n");
	}
}

void coverage_print(const struct worker *workers, unsigned nr, bool full)
{
	static const struct { const char *name; unsigned nr; } others[] = {
		{ "clone", 56 }, { "clone3", 435 },     /* what exec succeeds in is told by nobody */
	};
	unsigned never = 0, column = 0;

	for (unsigned k = 0; k < nr_calls + NELEM(others); k++) {
		const char *name = k < nr_calls ? calls[k].name : others[k - nr_calls].name;
		unsigned call = k < nr_calls ? calls[k].nr : others[k - nr_calls].nr;
		uint64_t good = 0, bad = 0;

		if (k && k < nr_calls && calls[k - 1].nr == call)
			continue;                               /* several descriptions of one call stand together */
		for (unsigned w = 0; w < nr; w++)
			if (!(workers[w].results[call] >> 32 || workers[w].failures[call] >> 32)) {     /* else a program wrote there */
				good += workers[w].results[call];
				bad += workers[w].failures[call];
			}
		if (full)
			printf("%s%-22s %7llu +%7llu%s", column % 4 ? "" : "fuzz:   ", name, (unsigned long long)good, (unsigned long long)bad, column % 4 == 3 ? "\n" : "  ");
		column++;
		if (!good)
			never++;
	}
	if (full && column % 4)
		printf("\n");
	for (unsigned k = 0; full && k < nr_calls; k++)
		values_print(workers, nr, k);
	printf("fuzz: %u of %u calls never succeeded\n", never, column);
}

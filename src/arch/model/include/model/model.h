/*
 * model.h - what a model test is, and what it may say.
 *
 * A test file tests/model/NAME.c begins with the sources it links, as unit tests
 * do: one comment "model: src/sync/spinlock.c ...". It is compiled with the kernel's
 * sources, unchanged, and run through every distinguishable interleaving of its
 * threads. Each thread is a CPU of its own unless it says otherwise.
 *
 *	static void setup(void)   { spin_init(&lock, RANK_LEAF); }
 *	static void writer(void)  { spin_lock(&lock); x++; spin_unlock(&lock); }
 *	static void finish(void)  { model_assert(x == 2); }
 *	MODEL_TEST(spin_two_writers, .claim = "sections exclude each other",
 *		   .setup = setup, .threads = { writer, writer }, .finish = finish);
 *
 * setup() runs alone before the threads, finish() alone after the last has ended;
 * both happen-before-ordered with them. All memory is as at program start at the
 * beginning of each execution: globals of the test and of the sources are restored.
 */
#pragma once
#include <base/types.h>

#define MODEL_THREADS_MAX 4

struct model_test {
	const char *name;
	const char *claim;                      /* one line: what holds in every execution            */
	void (*setup)(void);
	void (*threads[MODEL_THREADS_MAX])(void);
	void (*finish)(void);
	unsigned spins;                         /* loop iterations without progress that are explored; 0: the default */
	bool long_run;                          /* not in the part that make test runs                */
	const char *expect;                     /* NULL: must pass; else the verdict a broken sample must get ("data race", ...) */
	bool right_on_x86;                      /* expect is of C11 only: on x86 there is nothing to find     */
	const char *outcomes_c11, *outcomes_tso;        /* litmus: all that finish() may and must report, e.g. "0,0 0,1" */
} __attribute__((aligned(128)));                /* a section of them is an array */

#define MODEL_TEST(id, ...) \
	const struct model_test model_test_##id __attribute__((used, section("model_tests"))) = { .name = #id, __VA_ARGS__ }

void model_assert_failed(const char *what) __attribute__((noreturn));
#define model_assert(cond) ((cond) ? (void)0 : model_assert_failed(#cond))

unsigned model_choose(unsigned n);          /* any of 0..n-1: every one is explored                 */
unsigned model_thread(void);                /* the running thread's number                          */

/* In finish(): this execution's outcome, n small numbers. */
void model_outcome(unsigned n, const unsigned *values);

/* For tests with hooks of their own for parking (port.c). */
struct thread;
struct thread *model_thread_of(unsigned n);
int model_park(uint64_t deadline_ns);       /* what park() and unpark() do if the test does not say otherwise */
void model_unpark(struct thread *t);

/* Memory whose misuse is found: use after free, double free, leak at the end. model_alloc never fails. */
void *model_alloc(size_t size);
void model_free(void *p);

/*
 * engine.h - the model checker's parts, to each other.
 *
 * runtime.c   what the instrumented code calls: accesses, atomics, fences (with memory.c and threads.c: runtime.h)
 * memory.c    the memory that is watched: races and misuse
 * threads.c   the threads, how they wait, one execution
 * explore.c   execution graphs, which of them are tried, which are left
 * axioms.c    which graphs the memory model allows
 * main.c      options, verdicts, traces
 *
 * An execution graph has the atomic accesses and fences of the threads, in program
 * order per thread, for each load the store it reads (rf), per location the order of
 * its stores (co). Plain accesses are not in it: without a data race they add nothing,
 * and a data race ends the search.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define THREADS 4
#define MAIN    THREADS                     /* setup and finish */
#define EVENTS  1500                        /* in one graph */

enum { KIND_READ, KIND_WRITE, KIND_FENCE, KIND_CHOICE };
enum { MODE_C11, MODE_TSO };
enum { RMW_NO, RMW_ALWAYS, RMW_CAS };
enum { CHOICE_USER, CHOICE_SPIN };

struct event {
	uint8_t tid, kind, size;
	uint8_t order, fail_order;              /* __ATOMIC_*; a failing compare-and-exchange has the second */
	uint8_t rmw;                            /* of a load: what follows, RMW_* */
	bool exclusive;                         /* a load or store that is half of a read-modify-write */
	uint16_t idx;                           /* in its thread */
	int16_t rf;                             /* load: event it reads, -1 the initial value */
	uint16_t co;                            /* store: place among the stores of its location, from 1; choice: number of alternatives */
	uint32_t epoch;                         /* how many plain stores the location had had: a new one each, as far as orders go */
	uintptr_t addr, pc;
	uint64_t value, expected;               /* choice: value is the alternative taken */
};

struct graph { int n; struct event e[EVENTS]; };        /* in order of addition; parents before children but for rf */

typedef struct { uint16_t t[THREADS]; } vclock;             /* events of each thread that come before, itself included */
static inline void join(vclock *a, const vclock *b)
{
	for (int i = 0; i < THREADS; i++)
		if (b->t[i] > a->t[i])
			a->t[i] = b->t[i];
}

/* A graph with what is derived from it. */
struct view { struct graph *g; vclock *hb; };
static inline bool hb(const struct view *v, int a, int b)
{
	const struct event *e = &v->g->e[a];

	return a != b && v->hb[b].t[e->tid] > e->idx;
}
static inline bool same_place(const struct event *a, const struct event *b)
{
	return a->kind <= KIND_WRITE && b->kind <= KIND_WRITE && a->addr == b->addr && a->epoch == b->epoch;
}
static inline bool is_acquire(int o) { return o == __ATOMIC_ACQUIRE || o == __ATOMIC_CONSUME || o >= __ATOMIC_ACQ_REL; }
static inline bool is_release(int o) { return o >= __ATOMIC_RELEASE; }
static inline int rank_of(const struct graph *g, const struct event *e)
{
	return e->kind == KIND_WRITE ? e->co : e->rf < 0 ? 0 : g->e[e->rf].co;
}
static inline int order_of(const struct event *e)
{
	return e->kind == KIND_READ && e->rmw == RMW_CAS && !e->exclusive ? e->fail_order : e->order;
}

extern int mode;

/* axioms.c: the graph has no cycle that the model forbids (beyond coherence, which explore.c keeps). */
bool axioms_hold(const struct view *v);

/* explore.c */
extern struct graph g;
extern vclock now[THREADS];                 /* what happened before each thread's next step */
struct counts { unsigned long complete, blocked, dead, runs, most_events; };
extern struct counts counts;
void explore_reset(void);                   /* no work but the empty graph */
bool explore_next(void);                    /* take the next piece of work: g is a prefix to be re-executed */
void explore_begin_run(void);
/* The running thread's next event is *want; returns its number, its value and places filled in. */
int explore_step(struct event *want);
bool explore_has_next(int tid);             /* the thread's next event is given */
bool explore_given_done(void);              /* all that was given has been executed */
const struct event *explore_given(int tid);
size_t explore_memory(void);
uint64_t explore_fingerprint(void);
bool explore_is_latest(int id);             /* a load that reads the last store of its place */
bool place_is_last(const struct event *e);
void explore_load(const char *path);
void explore_save(const char *path, const char *test);

/* threads.c */
enum { RUNNABLE, BLOCKED, ENDED };
struct model_test;
void run_once(const struct model_test *t);  /* one execution of g and what follows; sets verdict when it fails */
void wait_for_turn(void);                   /* the running thread lets others go on */
void abandon(void) __attribute__((noreturn));       /* this run leads nowhere */
void fail(const char *verdict, const char *fmt, ...) __attribute__((noreturn, format(printf, 2, 3)));
extern int me;                              /* running thread, MAIN */
extern int state[THREADS];
extern const char *verdict;                 /* NULL so far */
extern char verdict_text[1024];
int lowest_runnable(void);
void out_of_bounds(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* memory.c */
void memory_init(void);
void describe(uintptr_t addr, char *buf, size_t size);      /* addr in words */

/* One executed step, for the trace. */
struct step { int id; struct event e; int rf_tid, rf_idx; };
extern struct step steps[EVENTS];
extern int nr_steps;

/* main.c: sites, and the orders that a mutant changes. */
struct order_change { uintptr_t pc; int order; };
int site_order(uintptr_t pc, const char *kind, int order, int fail_order);        /* -1: a fence that is not there */

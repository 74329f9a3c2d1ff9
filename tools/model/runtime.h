/*
 * runtime.h - the parts under the instrumented code, to each other.
 *
 * runtime.c   what the compiler has put in: accesses, atomics, fences, frames
 * memory.c    the bytes that are watched: who touched them when, blocks, races
 * threads.c   coroutines, how they wait, one execution from setup() to finish()
 */
#pragma once
#include "engine.h"

#define STACK_SIZE 65536ul
#define PC ((uintptr_t)__builtin_return_address(0))

/* ---- memory.c ---- */

enum { PLAIN_WRITE, PLAIN_READ, ATOMIC_WRITE, ATOMIC_READ, ACCESSES };
enum { HEAP_NONE, HEAP_LIVE, HEAP_FREED };

struct cell {                               /* a byte */
	uint16_t when[ACCESSES][THREADS];       /* clock of the thread plus 1; 0 never */
	uint32_t run, epoch;
	uint8_t heap;
};
extern uint32_t run;                        /* number of the execution: what has another is of an earlier one */

void memory_begin_run(void);                /* as before setup() */
void memory_check_leaks(void);
uintptr_t stack_low(int t);
struct cell *cell_of(uintptr_t a);          /* NULL: not watched */
/* The running thread's access: a race with another's, or one of memory that is not there, ends the search. */
void touch(uintptr_t a, size_t size, int kind, uintptr_t pc);

/* ---- threads.c ---- */

struct thread_state {
	void *sp;
	bool parked, definite;                  /* why blocked; nothing else would have been tried */
	int nr_loads;                           /* since the last store: what a loop may wait for */
	struct load { int id; uintptr_t addr, pc; uint64_t value; int size; } loads[64];
	bool unchanged;                         /* repeats what it did */
	bool fenced;                            /* x86: every shared store of it is ordered before what it loads now */
	bool partly;                            /* this round of its loop began so: what it waits for is not all in loads[] */
	uintptr_t loop;                         /* its cpu_relax() */
	unsigned rounds;
	struct { uintptr_t site; unsigned n; } gone_on[32];
	int depth;
	uintptr_t frames[256];
	uintptr_t hash[256];
	unsigned cpu;
	int nr_remote;
	struct { uintptr_t addr; int tid; uint16_t when; } remote[256];     /* others' accesses to its stack */
};
extern struct thread_state threads[THREADS + 1];

/* What is known of a loop, from one execution to the next. */
#define LOOP_LOADS 64
#define LOOPS      256
extern struct loop { uintptr_t site; uintptr_t pcs[LOOP_LOADS]; int n; bool whole, endless; } loops[LOOPS];       /* whole: pcs[] is of a full round */
extern int nr_loops;
void stop_repeating(struct thread_state *t);            /* it does something else than in its last round */
void in_loop(uintptr_t site, uintptr_t pc); /* the load at pc is part of that loop */

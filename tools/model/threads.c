/*
 * threads.c - the test's threads: coroutines, how they wait, and one execution from setup() to finish().
 *
 * Threads are coroutines with stacks of their own, which they leave for the engine's. setup() and
 * finish() run, with nobody beside them, on one that can be left, too.
 *
 * Loops: code calls cpu_relax() when it found nothing to do. Then the thread either
 * waits for ever for one of its last loads to read something else (it needs no waking:
 * other graphs, by revisits, have it so), or goes on unchanged: repeated loads return what
 * they did, without new events, until it does something else. A loop that goes on unchanged
 * for LOOP_LIMIT rounds has no other way out; that is remembered.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "runtime.h"
#include "model/model.h"

#define LOOP_LIMIT 300
#define DEFAULT_SPINS 1

int me = MAIN, state[THREADS];
const char *verdict;
char verdict_text[1024];

static const struct model_test *test;

/* ---- threads ---- */

struct thread_state threads[THREADS + 1];
struct loop loops[LOOPS];
int nr_loops;

static void *engine_sp;
void model_switch(void **save, void *to);
__asm__(".text\nmodel_switch:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"mov %rsp, (%rdi); mov %rsi, %rsp\n"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\nret\n");

static void leave(void)                     /* to the scheduler */
{
	struct thread_state *t = &threads[me];

	me = MAIN;
	model_switch(&t->sp, engine_sp);
}
static bool abandoned;
void abandon(void)
{
	abandoned = true;
	for (;;)
		leave();
}
static void verdict_in_main(void) __attribute__((noreturn));
static void __attribute__((noreturn)) end_search(const char *v, const char *fmt, va_list ap)
{
	verdict = v;
	vsnprintf(verdict_text, sizeof verdict_text, fmt, ap);
	if (me == MAIN)
		verdict_in_main();
	for (;;)
		leave();
}
void fail(const char *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	end_search(v, fmt, ap);
}
void out_of_bounds(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	end_search("incomplete", fmt, ap);
}

void wait_for_turn(void)
{
	struct thread_state *t = &threads[me];
	int self = me;

	me = MAIN;
	model_switch(&t->sp, engine_sp);
	me = self;
}

int lowest_runnable(void)
{
	for (int i = 0; i < THREADS; i++)
		if (state[i] == RUNNABLE)
			return i;
	return -1;
}

static int entering;
static void thread_main(void)
{
	int self = entering;

	me = self;
	test->threads[self]();
	me = self;
	state[self] = ENDED;
	for (;;)
		leave();
}

static void block(bool parked, bool definite)
{
	threads[me].parked = parked;
	threads[me].definite = definite;
	state[me] = BLOCKED;
	for (;;)
		leave();
}

/* ---- waiting ---- */

void stop_repeating(struct thread_state *t)
{
	if (t->unchanged) {
		t->unchanged = false;
		t->nr_loads = 0;
		t->partly = true;
	}
}

void in_loop(uintptr_t site, uintptr_t pc)
{
	for (int l = 0; l < nr_loops; l++)
		if (loops[l].site == site) {
			int k = 0;

			while (k < loops[l].n && loops[l].pcs[k] != pc)
				k++;
			if (k == LOOP_LOADS)
				out_of_bounds("a loop of more than %d loads", LOOP_LOADS);
			if (k == loops[l].n)
				loops[l].pcs[loops[l].n++] = pc;
		}
}

static int loop_at(uintptr_t site)
{
	for (int i = 0; i < nr_loops; i++)
		if (loops[i].site == site)
			return i;
	if (nr_loops == LOOPS)
		out_of_bounds("too many loops");
	loops[nr_loops].site = site;
	return nr_loops++;
}

static int choose(unsigned n, int what, uintptr_t pc)
{
	struct event e = { .kind = KIND_CHOICE, .order = (uint8_t)what, .co = (uint16_t)n, .pc = pc };

	(void)explore_step(&e);
	return (int)e.value;
}

/* Has a location changed under the loads since the last store? Coherence: a repetition would not read the older value again. */
static bool saw_change(const struct thread_state *t)
{
	for (int i = 0; i < t->nr_loads; i++)
		for (int j = i + 1; j < t->nr_loads; j++)
			if (t->loads[j].addr == t->loads[i].addr && t->loads[j].value != t->loads[i].value)
				return true;
	return false;
}

void model_relax(void)
{
	struct thread_state *t = &threads[me];
	uintptr_t pc = PC, site;
	const struct event *given;
	unsigned i, limit = test->spins ? test->spins : DEFAULT_SPINS;
	int l;

	if (me == MAIN)
		return;
	site = (pc ^ t->hash[t->depth]) * 0x9e3779b97f4a7c15ul;
	if (t->unchanged) {
		if (site != t->loop)
			stop_repeating(t);
		else if (loops[loop_at(site)].whole = true, ++t->rounds < LOOP_LIMIT)
			return;
		else {
			loops[loop_at(site)].endless = true;
			block(false, true);
		}
	}
	if (t->partly || saw_change(t)) {
		t->partly = false;
		t->nr_loads = 0;
		return;
	}
	if (!t->nr_loads)
		return;
	l = loop_at(site);
	given = explore_given(me);
	for (i = 0; i < 31 && t->gone_on[i].site && t->gone_on[i].site != site; i++)
		;
	t->gone_on[i].site = site;
	if (!(given && given->kind == KIND_CHOICE && given->order == CHOICE_SPIN)) {
		/* Given events behind a loop that was left: it waits no more. */
		if (loops[l].endless || t->gone_on[i].n >= limit) {
			t->loop = site;
			block(false, true);
		}
	}
	if (choose(2, CHOICE_SPIN, pc) == 0)
		block(false, false);
	t->gone_on[i].n++;
	t->unchanged = true;
	t->loop = site;
	t->rounds = 0;
}

/* The thread's last load says that it sleeps. forever: no timeout will end that. */
void model_parked(bool forever)
{
	block(true, forever);
}

unsigned model_choose(unsigned n)
{
	if (me == MAIN)
		out_of_bounds("model_choose() outside of a thread");
	if (n < 2)
		return 0;
	if (threads[me].unchanged)
		stop_repeating(&threads[me]);
	return (unsigned)choose(n, CHOICE_USER, PC);
}
unsigned model_thread(void) { return (unsigned)me; }
unsigned model_cpu(void) { return me == MAIN ? 0 : threads[me].cpu; }
void model_assert_failed(const char *what) { fail("assertion", "%s%d at {p:%lx}: %s", me == MAIN ? "finish, " : "T", me, PC, what); }

/* ---- a run ---- */

void model_port_reset(unsigned n);              /* port.c */

static int check_end(void)
{
	int nr_blocked = 0, parked = -1, spinning = -1;

	for (int t = 0; t < THREADS; t++) {
		struct thread_state *x = &threads[t];
		int l = -1;

		if (state[t] != BLOCKED)
			continue;
		nr_blocked++;
		if (!x->definite)
			return 1;
		if (x->parked)
			parked = t;
		else
			spinning = t;
		/* Only what its loop reads must be up to date; a sleeper: its token. */
		for (int i = 0; i < nr_loops && !x->parked; i++)
			if (loops[i].site == x->loop && loops[i].whole)
				l = i;
		for (int i = 0; i < x->nr_loads; i++) {
			bool last = i == x->nr_loads - 1, of_loop = last || l < 0 || !loops[l].n, again = false;

			if (x->parked && !last)
				continue;
			for (int j = 0; j < x->nr_loads; j++) {
				if (x->loads[j].addr != x->loads[i].addr)
					continue;
				again |= j > i;
				for (int k = 0; l >= 0 && k < loops[l].n; k++)
					of_loop |= loops[l].pcs[k] == x->loads[j].pc;
			}
			if (of_loop && !again && !explore_is_latest(x->loads[i].id))
				return 1;
		}
	}
	if (!nr_blocked)
		return 0;
	if (nr_blocked > 1)
		fail("deadlock", "%d threads wait for ever", nr_blocked);
	if (parked >= 0)
		fail("lost wake-up", "T%d sleeps for ever, all others have ended", parked);
	fail("unbounded spinning", "T%d spins for ever, all others have ended", spinning);
}

static void *main_sp;                           /* setup and finish may fail: they run on a stack that can be left */
static char main_stack[262144] __attribute__((aligned(16)));
static void (*main_job)(void);
static void *main_own;
static void verdict_in_main(void) { for (;;) model_switch(&main_own, main_sp); }
static void main_main(void) { main_job(); verdict_in_main(); }

static void *fresh_stack(uintptr_t top, void (*fn)(void))
{
	uintptr_t *sp = (uintptr_t *)top;

	*--sp = 0;
	*--sp = (uintptr_t)fn;
	for (int i = 0; i < 6; i++)
		*--sp = 0;
	return sp;
}
static void alone(void (*fn)(void))
{
	main_job = fn;
	me = MAIN;
	model_switch(&main_sp, fresh_stack((uintptr_t)main_stack + sizeof main_stack, main_main));
	me = MAIN;
}

static void check_main_end(void) { (void)check_end(); }
void run_once(const struct model_test *t)
{
	unsigned n = 0, switches = 0;
	int blocked = 0;

	test = t;
	verdict = NULL;
	abandoned = false;
	me = MAIN;
	explore_begin_run();
	memory_begin_run();
	for (int i = 0; i < THREADS; i++) {
		struct thread_state *x = &threads[i];

		state[i] = t->threads[i] ? RUNNABLE : ENDED;
		n += t->threads[i] != NULL;
		x->nr_loads = x->depth = x->nr_remote = 0;
		x->unchanged = x->partly = false;
		x->loop = 0;
		x->cpu = (unsigned)i;
		x->sp = fresh_stack(stack_low(i) + STACK_SIZE, thread_main);
		memset(x->gone_on, 0, sizeof x->gone_on);
	}
	model_port_reset(n);
	if (t->setup)
		alone(t->setup);
	if (verdict)
		return;
	for (;;) {
		int next = -1;

		if (++switches > 1000000)
			break;
		if (!explore_given_done()) {
			/* Whoever can: round and round; given events always lead on. */
			static int turn;

			for (int i = 0; i < THREADS && next < 0; i++) {
				turn = (turn + 1) % THREADS;
				if (state[turn] == RUNNABLE && explore_has_next(turn))
					next = turn;
			}
		}
		if (next < 0)
			next = lowest_runnable();
		if (next < 0)
			break;
		entering = next;
		me = next;
		model_switch(&engine_sp, threads[next].sp);
		me = MAIN;
		if (verdict || abandoned)
			break;
	}
	if (switches > 1000000) {
		verdict = "incomplete";
		snprintf(verdict_text, sizeof verdict_text, "an execution cannot be repeated");
	}
	if (abandoned)
		counts.dead++;
	if (verdict || abandoned)
		return;
	for (int i = 0; i < THREADS; i++)
		blocked += state[i] == BLOCKED;
	if (blocked) {
		counts.blocked++;
		alone(check_main_end);
		return;
	}
	counts.complete++;
	if (t->finish)
		alone(t->finish);
	if (!verdict)
		alone(memory_check_leaks);
}

/* model: src/sync/spinlock.c */
#include <model/model.h>
#include <sync/spinlock.h>
#include <time/tick.h>
#include "../../src/sched/inbox.h"
#include "../../src/sched/park_token.h"

/* One CPU with its inbox, and a waker elsewhere. The queue behind the inbox, and what runs, stand for themselves. */
static struct spinlock lock;                    /* the queue's */
static struct stack inbox;
static struct stack_node woken;
static atomic_uint state, on_cpu;
static atomic_bool fast;
static bool halted, found, called;

static void setup(void) { spin_init(&lock, RANK_RUNQ); }

/* What needs_ipi() asks of one that does not run anything less urgent. */
static void waker(void)
{
	unsigned s;

	inbox_push(&inbox, &woken);
	s = idle_state_of(&state);
	called = s & IDLE_HALTED ? true : s & IDLE_POLLING ? false : !load_relaxed(&fast);
}

static void look(void)
{
	spin_lock(&lock);
	inbox_locked();
	found |= !stack_is_empty(&inbox) && stack_take_all(&inbox);
	spin_unlock(&lock);
}

/* As rest(): polls, halts if there is nothing. */
static void idle(void)
{
	idle_polls(&state);
	if (stack_is_empty(&inbox)) {
		idle_halts(&state);
		halted = stack_is_empty(&inbox);
	}
	if (!halted) {                          /* it halts for good else */
		idle_is_over(&state);
		look();
	}
}
static void not_missed(void) { model_assert(found || called); }
MODEL_TEST(inbox_halt, .claim = "a CPU that polls, halts or goes back to work finds what was pushed, or is interrupted",
	   .setup = setup, .threads = { idle, waker }, .finish = not_missed);

/* Polling ended because of something else, which then runs for long. */
static void leaver(void)
{
	idle_polls(&state);
	idle_is_over(&state);
	look();
}
MODEL_TEST(inbox_poll, .claim = "... also one that stopped polling for another reason", .setup = setup, .threads = { leaver, waker },
	   .finish = not_missed);

/* The same with a fast tick that is still on from before. */
static void fast_setup(void) { setup(); fast = true; }
static void worker(void)
{
	idle_polls(&state);
	idle_is_over(&state);
	look();
	tick_turn_down(&fast);
	if (!stack_is_empty(&inbox))
		look();
}
MODEL_TEST(inbox_tick, .claim = "a CPU whose tick slows down finds what was pushed, or is interrupted", .setup = fast_setup,
	   .threads = { worker, waker }, .finish = not_missed);

/* ---- the stack of who goes to sleep ---- */

static atomic_uint token;
static unsigned stack;                          /* plain: its thread's CPU writes, until it is off it */
static unsigned nr_runs;

static void run(void)
{
	stack++;
	nr_runs++;
}
static void on_setup(void) { setup(); on_cpu = 1; }
static void sleeper(void)
{
	token_begin(&token);
	if (!token_park(&token)) {
		run();
		return;
	}
	stack++;                                /* saves registers */
	on_cpu_clear(&on_cpu);
	idle_halts(&state);
	if (!stack_is_empty(&inbox) && stack_take_all(&inbox))
		run();
	else
		halted = true;
}
static void wake(void)
{
	if (!token_call(&token))
		return;
	if (on_cpu_is_clear(&on_cpu)) {
		run();
		return;
	}
	inbox_push(&inbox, &woken);
	called = idle_state_of(&state) & IDLE_HALTED;
}
static void runs_once(void)
{
	if (stack_take_all(&inbox)) {
		model_assert(!halted || called);
		run();
	}
	model_assert(nr_runs == 1 || !token_is_parked(&token) || (halted && !nr_runs));
	model_assert(nr_runs <= 1);
}
MODEL_TEST(inbox_on_cpu, .claim = "who is woken on the way off its CPU runs once, on a stack at rest", .setup = on_setup,
	   .threads = { sleeper, wake }, .finish = runs_once);

/* model: */
#include <model/model.h>
#include "../../src/sched/park_token.h"

/* The token of sched/park.c; sleeping and queueing stand for themselves. */
static atomic_uint token, work, condition;
static unsigned data;                           /* plain: published with the condition */
static bool slept, queued, kicked;

static unsigned state_of_sleeper;               /* plain: written before it parks, by who makes it runnable after */

static void waiter(void)
{
	token_begin(&token);
	if (load_relaxed(&condition)) {                 /* relaxed: ordered when the call was seen */
		return;
	}
	state_of_sleeper = 1;
	if (token_park(&token))
		slept = true;
}
static void waker(void)
{
	store_relaxed(&condition, 1);
	if (token_call(&token)) {
		model_assert(state_of_sleeper == 1);
		state_of_sleeper = 2;
		queued = true;
	}
}
static void not_lost(void) { model_assert(slept == queued); }
MODEL_TEST(park_token, .claim = "a thread that went to sleep was made runnable, and only such a one", .threads = { waiter, waker }, .finish = not_lost);

/* Two wakers: one of them, not both, queues the sleeper. */
static atomic_uint nr_queued;
static void one_waker(void)
{
	store_relaxed(&condition, 1);
	if (token_call(&token))
		fetch_add_relaxed(&nr_queued, 1);
}
static void queued_once(void) { model_assert(nr_queued == (slept ? 1 : 0)); }
MODEL_TEST(park_two_wakers, .claim = "one of two wakers makes it runnable", .threads = { waiter, one_waker, one_waker }, .finish = queued_once);

/* What the caller did before is seen by the thread that was called before it began to look. */
static void publisher(void)
{
	data = 1;
	store_release(&condition, 1);
	(void)token_call(&token);
}
static void reader(void)
{
	token_begin(&token);
	if (load_acquire(&condition))
		model_assert(data == 1);
}
MODEL_TEST(park_publishes, .claim = "who finds its condition sees what came with it", .threads = { reader, publisher });

/* A signal: the sender sets work, then looks at the token; the sleeper parks, then looks at work. */
static atomic_uint mode;

static void sleeper(void)
{
	token_begin(&token);
	store_relaxed(&mode, 1);
	if (!token_park(&token))
		return;
	fence_after_rmw();                              /* as must_return() */
	if (load_relaxed(&work) && token_take_back(&token))
		return;
	slept = true;
}
static void sender(void)
{
	fetch_or_acq_rel(&work, 1);
	fence_seq_cst();                                /* as sched_kick() */
	if (token_is_parked(&token)) {
		model_assert(load_relaxed(&mode) == 1);
		kicked = token_call(&token);
	}
}
static void not_deaf(void) { model_assert(!slept || kicked); }
MODEL_TEST(park_signal, .claim = "a signal is seen by the sleeper, or its sender wakes it", .threads = { sleeper, sender }, .finish = not_deaf);

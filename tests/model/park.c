/* model: */
#include <model/model.h>
#include <base/atomic.h>

/* The token of sched/park.c, word for word; sleeping and queueing stand for themselves. */
enum { TOKEN_NONE, TOKEN_SET, TOKEN_PARKED };
static atomic_uint token, work;
static atomic_uint condition;
static bool slept, queued, kicked;

static void waiter(void)
{
	unsigned none = TOKEN_NONE;

	(void)exchange_acq_rel(&token, (unsigned)TOKEN_NONE);           /* C */
	if (load_relaxed(&condition))                                   /* D */
		return;
	if (cas_acq_rel(&token, &none, (unsigned)TOKEN_PARKED))
		slept = true;
}
static void waker(void)
{
	store_relaxed(&condition, 1);                                   /* A */
	if (exchange_acq_rel(&token, (unsigned)TOKEN_SET) == TOKEN_PARKED)      /* B */
		queued = true;
}
static void not_lost(void) { model_assert(!slept || queued); model_assert(!queued || slept); }
MODEL_TEST(park_token, .claim = "a thread that went to sleep was made runnable, and only such a one", .threads = { waiter, waker }, .finish = not_lost);

/* A signal: the sender sets work, then looks at the token; the sleeper sets PARKED, then looks at work. */
static void sleeper(void)
{
	unsigned none = TOKEN_NONE, parked = TOKEN_PARKED;

	if (!cas_acq_rel(&token, &none, (unsigned)TOKEN_PARKED))
		return;
	fence_after_rmw();
	if (load_relaxed(&work) && cas_acq_rel(&token, &parked, (unsigned)TOKEN_NONE))
		return;                                                 /* taken back */
	slept = true;
}
static void sender(void)
{
	fetch_or_acq_rel(&work, 1);
	fence_seq_cst();
	if (load_acquire(&token) == TOKEN_PARKED)
		kicked = exchange_acq_rel(&token, (unsigned)TOKEN_SET) == TOKEN_PARKED;
}
static void not_deaf(void) { model_assert(!slept || kicked); }
MODEL_TEST(park_signal, .claim = "a signal is seen by the sleeper, or its sender wakes it", .threads = { sleeper, sender }, .finish = not_deaf);

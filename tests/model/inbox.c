/* model: */
#include <model/model.h>
#include <sync/mpsc.h>
#include <arch/cpu.h>

/*
 * The inbox of a CPU, as percpu/xcall.c and sched/park.c use it: who pushes onto an
 * empty stack interrupts; the handler takes all. And the idle CPU's way to sleep.
 */
struct request { struct stack_node node; atomic_bool done; unsigned arg; };
static struct stack inbox;
static atomic_uint interrupts;                  /* pending */
static unsigned sum;                            /* plain: the handler's */

static void handler(void)
{
	struct stack_node *n, *next;

	for (n = stack_take_all_fifo(&inbox); n; n = next) {
		struct request *r = container_of(n, struct request, node);

		next = n->next;
		sum += r->arg;
		store_release(&r->done, true);  /* r is gone after this */
	}
}
static atomic_uint nr_callers;
static void caller(void)
{
	struct request *r = model_alloc(sizeof *r);

	r->arg = 1;
	r->done = false;
	if (stack_push(&inbox, &r->node))
		fetch_add_release(&interrupts, 1);
	spin_until(load_acquire(&r->done));
	model_free(r);
	fetch_add_relaxed(&nr_callers, 1);
}
static void called_cpu(void)
{
	for (unsigned i = 0; i < 2; i++) {
		unsigned n;

		/* An interrupt, or no more to come. */
		spin_until(load_relaxed(&interrupts) || load_relaxed(&nr_callers) == 2);
		n = load_relaxed(&interrupts);
		if (!n)
			return;
		(void)exchange_acquire(&interrupts, 0);
		handler();
	}
}
static void all_called(void) { model_assert(sum == 2 && stack_is_empty(&inbox)); }
MODEL_TEST(inbox_calls, .claim = "every call is answered though only the first to an empty inbox interrupts",
	   .threads = { caller, caller, called_cpu }, .finish = all_called);

/* wake_push() against halt(): the waker sees the CPU halted, or the CPU sees what was pushed. */
static atomic_uint halted;
static struct stack_node woken;
static bool sent, slept;
static void idle_cpu(void)
{
	(void)exchange_seq_cst(&halted, 1);
	fence_after_rmw();
	slept = stack_is_empty(&inbox);
}
static void waker(void)
{
	(void)stack_push(&inbox, &woken);
	fence_after_rmw();
	sent = load_relaxed(&halted);
}
static void not_missed(void) { model_assert(!slept || sent); }
MODEL_TEST(inbox_halt, .claim = "a CPU that halts is interrupted for what it did not see", .threads = { idle_cpu, waker }, .finish = not_missed);

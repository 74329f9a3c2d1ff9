/* model: */
#include <model/model.h>
#include <sync/stack.h>

static struct stack inbox;

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

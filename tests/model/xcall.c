/* model: src/percpu/xcall.c src/sync/rcu_gp.c */
#include <model/model.h>
#include <percpu/xcall.h>
#include <sync/rcu.h>
#include <arch/cpu.h>

static atomic_uint pending;                     /* interrupts of CPU 2 */
static atomic_uint nr_back;                     /* callers that have returned */
static unsigned sum;                            /* plain: CPU 2's, until its callers have it back */

void ipi_send_xcall(unsigned cpu)
{
	model_assert(cpu == 2);
	fetch_add_release(&pending, 1);
}
void cpu_yield_to(unsigned cpu) { (void)cpu; }

static void setup(void) { *cpu_ptr(cpu_online, 2) = true; }
static void add(void *arg) { sum += *(unsigned *)arg; }
static void caller(void)
{
	unsigned n = 1;                         /* on the stack: nobody looks at it once we are back */

	xcall_run(2, add, &n);
	fetch_add_release(&nr_back, 1);
}
/* One interrupt at a time, until all callers are answered. */
static void called(void)
{
	for (unsigned i = 0; i < 3; i++) {
		spin_until(load_relaxed(&pending) || load_acquire(&nr_back) == 2);
		if (!exchange_acquire(&pending, 0))
			return;
		xcall_interrupt();
	}
}
static void finish(void) { model_assert(sum == 2); }
MODEL_TEST(xcall_two, .claim = "every call is answered, though only the first to an empty inbox interrupts",
	   .setup = setup, .threads = { caller, caller, called }, .finish = finish);

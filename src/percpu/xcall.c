/*
 * xcall.c - calls to other CPUs.
 *
 * Each CPU owns an inbox, a stack (sync/stack.h) of requests: anyone pushes, its
 * interrupt handler takes all at once. Who finds the inbox empty sends the
 * interrupt; who does not, knows that one is on its way, for the handler empties
 * the inbox after the interrupt was raised. A request belongs to the caller's
 * frame; the target's last access to it is the store to `done`.
 *
 * Interrupts must be on while waiting: two CPUs may call each other. Who waits long asks the hypervisor to run
 * the target's vCPU.
 */
#include <percpu/xcall.h>
#include <percpu/preempt.h>
#include <arch/cpu.h>
#include <arch/irq.h>
#include <sync/stack.h>
#include <sync/rcu.h>
#include <trace/klog.h>

#define YIELD_SPINS 8192u                   /* the target's vCPU seems to be stopped */
#define BATCH 32                            /* requests on the caller's stack */

struct request {
	struct stack_node node;                 /* caller's until pushed, then the target's */
	xcall_fn fn;
	void *arg;
	unsigned cpu;                           /* caller's: the target */
	atomic_bool done;                       /* a: target to caller */
};

DEFINE_PERCPU_ALIGNED(struct stack, xcall_inbox);   /* all CPUs push, own CPU takes */

static void request_send(struct request *r, unsigned cpu)
{
	store_relaxed(&r->done, false);         /* relaxed: published by the push */
	if (stack_push(cpu_ptr(xcall_inbox, cpu), &r->node))
		ipi_send_xcall(cpu);
}

static void request_wait(struct request *r, unsigned cpu)
{
	for (unsigned spins = 1; !load_acquire(&r->done); spins++) {    /* pairs with the release in xcall_interrupt() */
		if (unlikely(spins % YIELD_SPINS == 0))
			cpu_yield_to(cpu);
		cpu_relax();
	}
}

void xcall_interrupt(void)
{
	struct stack_node *n, *next;

	rcu_irq_enter();
	for (n = stack_take_all_fifo(this_cpu_ptr(xcall_inbox)); n; n = next) {
		struct request *r = container_of(n, struct request, node);

		next = n->next;
		r->fn(r->arg);
		store_release(&r->done, true);      /* fn's effects first; r is gone after this */
	}
}

static void call_here(xcall_fn fn, void *arg)
{
	irqflags_t flags = irq_save();

	fn(arg);
	irq_restore(flags);
}

void xcall_run(unsigned cpu, xcall_fn fn, void *arg)
{
	struct request r = { .fn = fn, .arg = arg };

	preempt_disable();
	if (cpu == cpu_id()) {
		call_here(fn, arg);
		preempt_enable();
		return;
	}
	assert(irq_is_enabled());
	if (cpu_is_online(cpu)) {
		request_send(&r, cpu);
		request_wait(&r, cpu);
	}
	preempt_enable();
}

void xcall_run_many(bool (*pick)(unsigned, void *), void *pick_arg, xcall_fn fn, void *arg)
{
	struct request batch[BATCH];
	unsigned n, cpu = 0, self;
	bool here = false;

	preempt_disable();
	self = cpu_id();
	while (cpu < nr_cpus) {
		for (n = 0; cpu < nr_cpus && n < BATCH; cpu++) {
			if (!cpu_is_online(cpu) || (pick ? !pick(cpu, pick_arg) : cpu == self))
				continue;
			if (cpu == self) {
				here = true;
				continue;
			}
			batch[n] = (struct request){ .fn = fn, .arg = arg, .cpu = cpu };
			request_send(&batch[n++], cpu);
		}
		if (here)
			call_here(fn, arg);             /* while the others are at it */
		here = false;
		assert(!n || irq_is_enabled());
		while (n) {
			n--;
			request_wait(&batch[n], batch[n].cpu);
		}
	}
	preempt_enable();
}

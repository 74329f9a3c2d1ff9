/*
 * stack.c - kernel stacks: this CPU's few, warm, and the rest from vmalloc.
 *
 * A dead thread's stack goes back on top of the cache of the CPU it died on, and
 * the next fork there takes it, still in the CPU's caches. What does not fit waits
 * in a list, lock-free, for the reaper thread, for vfree() may sleep.
 *   I1  a CPU caches at most CACHED stacks
 *   push to the list: lock-free, any CPU; take all: the reaper alone. Linked
 *   through the first word of each stack.
 */
#include <sched/sched.h>
#include <mm/vmalloc.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include "sched_priv.h"

#ifdef CONFIG_DEBUG
#define CACHED 2                            /* make overflow common */
#else
#define CACHED 4
#endif

struct kstack_cache { unsigned n; void *at[CACHED]; };
DEFINE_PERCPU_STATIC(struct kstack_cache, kstack_cache);    /* own CPU, interrupts off; n peeked */

struct spare { struct spare *next; };
static struct spare *spares;                /* a */
static struct thread *reaper;               /* c after bring-up */

void *kstack_alloc(void)
{
	irqflags_t f = irq_save();
	struct kstack_cache *c = this_cpu_ptr(kstack_cache);
	void *stack = c->n ? c->at[--c->n] : NULL;

	irq_restore(f);
	return stack ? stack : vmalloc_stack(KSTACK_SIZE);
}

static void spare_push(struct spare *s)
{
	struct spare *head = load_relaxed(&spares);     /* relaxed: the CAS checks it */

	do
		s->next = head;
	while (!cas_release(&spares, &head, s));        /* pairs with the reaper's exchange */
	if (!head && reaper)
		unpark(reaper);
}

void kstack_free(void *stack)
{
	irqflags_t f = irq_save();
	struct kstack_cache *c = this_cpu_ptr(kstack_cache);

	if (c->n < CACHED) {
		c->at[c->n++] = stack;
		stack = NULL;
	}
	irq_restore(f);
	if (stack)
		spare_push(stack);
}

static void reaper_run(void *arg)
{
	(void)arg;
	for (;;) {
		struct spare *s, *next;

		park_begin(PARK_INTERRUPTIBLE);
		s = exchange_acquire(&spares, NULL);    /* pairs with spare_push() */
		if (!s) {
			(void)park(PARK_INTERRUPTIBLE, ~0ull);
			continue;
		}
		park_end();
		for (; s; s = next) {
			next = s->next;
			vfree(s);
		}
	}
}

void kstack_start_reaper(void)
{
	if (kthread_start("stack_reaper", reaper_run, NULL, -1, &reaper))
		panic("sched: no memory for the stack reaper");
}

uint64_t kstack_nr_cached(void)
{
	uint64_t n = 0;

	for_each_cpu(cpu)
		n += cpu_ptr(kstack_cache, cpu)->n; /* a statistic */
	return n;
}

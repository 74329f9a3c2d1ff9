/*
 * stack.c - kernel stacks: this CPU's few, warm; a pool for all; and vmalloc behind.
 *
 * A dead thread's stack goes back on top of the cache of the CPU it died on, and
 * the next fork there takes it, still in the CPU's caches. What does not fit goes
 * to the pool, from where any CPU may take it. The reaper thread gives what the
 * pool holds in excess back to vmalloc: vfree() may sleep and has to flush every
 * CPU's translations, so stacks are better used again.
 * When memory is low, all caches are emptied (kstack_shed).
 *   I1  a CPU caches at most CACHED stacks
 *   I2  while the pool holds more than POOL_MAX per CPU, the reaper is awake
 * Lock: pool_lock (leaf), not on the way of a fork and exit that keep pace.
 */
#include <sched/sched.h>
#include <mm/page.h>
#include <mm/vmalloc.h>
#include <percpu/lifo.h>
#include <percpu/xcall.h>
#include <sync/spinlock.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include "sched_priv.h"

#ifdef CONFIG_DEBUG
#define CACHED   2                          /* make overflow common */
#define POOL_MAX 1u
#else
#define CACHED   4
#define POOL_MAX 4u
#endif

LIFO_TYPE(kstack_cache, CACHED);
DEFINE_PERCPU_STATIC(struct kstack_cache, kstack_cache);    /* own CPU, interrupts off; n peeked */

struct spare { struct spare *next; };       /* at the lowest address of the stack */
static struct irq_spinlock pool_lock = IRQ_SPINLOCK_INIT(RANK_LEAF);
static struct spare *pool;                  /* pool_lock */
static atomic_uint nr_pool;                 /* pool_lock to write, a to peek */
static struct thread *reaper;               /* c after bring-up */

static void *pool_take(unsigned leave)
{
	struct spare *s = NULL;
	irqflags_t f;

	if (load_relaxed(&nr_pool) <= leave)    /* relaxed: decided under the lock */
		return NULL;
	f = irq_spin_lock(&pool_lock);
	if (nr_pool > leave) {
		s = pool;
		pool = s->next;
		store_relaxed(&nr_pool, nr_pool - 1);
	}
	irq_spin_unlock(&pool_lock, f);
	return s;
}

static void pool_put(void *stack)
{
	struct spare *s = stack;
	irqflags_t f = irq_spin_lock(&pool_lock);
	bool excess;

	s->next = pool;
	pool = s;
	store_relaxed(&nr_pool, nr_pool + 1);
	excess = nr_pool > POOL_MAX * nr_cpus;
	irq_spin_unlock(&pool_lock, f);
	if (excess && reaper)
		unpark(reaper);
}

void *kstack_alloc(void)
{
	irqflags_t f = irq_save();
	void *stack = lifo_take(this_cpu_ptr(kstack_cache));

	irq_restore(f);
	if (!stack)
		stack = pool_take(0);
	return stack ? stack : vmalloc_stack(KSTACK_SIZE);
}

void kstack_free(void *stack)
{
	irqflags_t f = irq_save();
	bool kept = lifo_put(this_cpu_ptr(kstack_cache), stack);

	irq_restore(f);
	if (!kept)
		pool_put(stack);
}

static void reaper_run(void *arg)
{
	(void)arg;
	for (;;) {
		void *stack;

		park_begin(PARK_INTERRUPTIBLE);
		stack = pool_take(POOL_MAX * nr_cpus);
		if (!stack) {
			(void)park(PARK_INTERRUPTIBLE, ~0ull);
			continue;
		}
		park_end();
		vfree(stack);
	}
}

/* This CPU's stacks to the pool. Interrupts off. */
static void cache_empty(void *arg)
{
	void *stack;

	(void)arg;
	while ((stack = lifo_take(this_cpu_ptr(kstack_cache))))
		pool_put(stack);
}

static bool kstack_shed(void)
{
	irqflags_t f;
	void *stack;
	bool any = false;

	xcall_run_many(NULL, NULL, cache_empty, NULL);
	f = irq_save();
	cache_empty(NULL);
	irq_restore(f);
	while ((stack = pool_take(0))) {
		vfree(stack);
		any = true;
	}
	return any;
}

void kstack_start_reaper(void)
{
	mm_shed = kstack_shed;
	if (kthread_start("stack_reaper", reaper_run, NULL, -1, &reaper))
		panic("sched: no memory for the stack reaper");
}

uint64_t kstack_nr_cached(void)
{
	uint64_t n = load_relaxed(&nr_pool);

	for_each_cpu(cpu)
		n += load_relaxed(&cpu_ptr(kstack_cache, cpu)->n);      /* relaxed: a statistic */
	return n;
}

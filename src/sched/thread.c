/*
 * thread.c - threads are born, started and given back.
 *
 *   thread_init/fork -> thread_start -> runs ... thread_exit -> after() -> thread_fini
 *
 * Who frees: the stack goes back in thread_fini(), once the thread is off it; what others may
 * still look at or set, in thread_release(), when nobody finds the thread any more; the struct belongs to whoever embedded it, and is freed after a grace period, for
 * mutex spinners look at the owner without a reference.
 */
#include <sched/sched.h>
#include <arch/fpu.h>
#include <arch/trace.h>
#include <arch/irq.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <sync/rcu.h>
#include <sync/waitq.h>
#include <trace/klog.h>
#include "sched_priv.h"

static void thread_setup(struct thread *t, void *stack, const char *name)
{
	memset(t, 0, sizeof(*t));
	t->stack = stack;
	t->name = name;
	t->state = THREAD_RUNNING;
	t->se.cpu = cpu_id();
	timer_init(&t->sleep_timer, NULL);
}

int thread_init(struct thread *t, void (*entry)(void *prev), const char *name)
{
	void *stack = kstack_alloc();

	if (!stack)
		return -ENOMEM;
	thread_setup(t, stack, name);
	context_init(&t->ctx, thread_stack_top(t), entry);
	return 0;
}

static unsigned long *affinity_copy(const struct thread *from)
{
	unsigned long *m = kmalloc(BITMAP_LONGS(nr_cpus) * sizeof(long), 0);

	if (m)
		memcpy(m, from->affinity, BITMAP_LONGS(nr_cpus) * sizeof(long));
	return m;
}

static void inherit(struct sched_entity *se, const struct sched_entity *parent)
{
	se->nice = parent->nice;
	se->handover = parent->handover / 2;
	if (unlikely(parent->reset_on_fork)) {
		if (se->nice < 0)
			se->nice = 0;
		if (!sched_policy_is_rt(parent->own_policy))
			se->policy = se->own_policy = parent->own_policy;
		return;
	}
	se->policy = se->own_policy = parent->own_policy;
	se->rt_prio = se->own_rt_prio = parent->own_rt_prio;
}

int thread_fork(struct thread *child, struct thread *parent)
{
	void *stack = kstack_alloc();

	child->stack = NULL;
	if (!stack)
		return -ENOMEM;
	thread_setup(child, stack, parent->name);
	child->is_task = parent->is_task;
	if (parent->affinity) {
		child->affinity = affinity_copy(parent);
		if (!child->affinity)
			goto free_stack;
	}
	if (parent->ctx.fpu && fpu_copy(&child->ctx, &parent->ctx))
		goto free_affinity;
	inherit(&child->se, &parent->se);
	return 0;
free_affinity:
	kfree(child->affinity);
free_stack:
	kstack_free(stack);
	child->stack = NULL;
	return -ENOMEM;
}

void thread_start(struct thread *t)
{
	irqflags_t f = irq_save();

	wake_place(t);
	irq_restore(f);
	if ((f & IRQ_FLAG_ON) && unlikely(this_cpu_read(preempt_count) == 0))
		preempt_schedule();
}

void thread_fini(struct thread *t)
{
	assert(!load_relaxed(&t->se.on_cpu) && t->se.queued_class == QUEUED_NONE);
	if (t->ctx.fpu)
		fpu_free(&t->ctx);
	kstack_free(t->stack);
	t->stack = NULL;
}

void thread_release(struct thread *t)
{
	if (unlikely(t->ctx.watch))
		context_watch_free(&t->ctx);
	kfree(t->affinity);
	t->affinity = NULL;
}

/* ---- kernel threads ---- */

struct kthread {
	struct thread thread;                   /* offset 0 */
	struct rcu_head rcu;
};

static void kthread_free(struct rcu_head *h)
{
	struct kthread *k = container_of(h, struct kthread, rcu);

	thread_release(&k->thread);
	kfree(k);
}

static void kthread_after(struct thread *t)
{
	thread_fini(t);
	rcu_call(&((struct kthread *)t)->rcu, kthread_free);
}

static void kthread_entry(void *prev)
{
	struct thread *t;

	sched_finish_switch(prev);
	t = thread_current();
	t->entry(t->entry_arg);
	store_relaxed(&t->state, (unsigned)THREAD_DEAD);        /* relaxed: for whoever looks at it */
	thread_exit(kthread_after);
}

/* Bound to one CPU for good. */
static int kthread_bind(struct thread *t, unsigned cpu)
{
	t->affinity = kzalloc(BITMAP_LONGS(nr_cpus) * sizeof(long));
	if (!t->affinity)
		return -ENOMEM;
	bitmap_set(t->affinity, cpu);
	t->se.cpu = cpu;
	return 0;
}

int kthread_start(const char *name, void (*fn)(void *), void *arg, int cpu, struct thread **out)
{
	struct kthread *k = kzalloc(sizeof(*k));
	int err;

	if (!k)
		return -ENOMEM;
	err = thread_init(&k->thread, kthread_entry, name);
	if (err)
		goto free_struct;
	k->thread.entry = fn;
	k->thread.entry_arg = arg;
	if (cpu >= 0) {
		err = kthread_bind(&k->thread, (unsigned)cpu);
		if (err)
			goto free_thread;
	}
	if (out)
		*out = &k->thread;
	thread_start(&k->thread);
	return 0;
free_thread:
	thread_fini(&k->thread);
	thread_release(&k->thread);
free_struct:
	kfree(k);
	return err;
}

struct thread *rcu_spawn_thread(const char *name, void (*fn)(void *), void *arg, int cpu, bool urgent)
{
	struct thread *t;

	if (kthread_start(name, fn, arg, cpu, &t) || (urgent && sched_set_policy(t, SCHED_CLASS_FIFO, 1)))
		panic("sched: no memory for thread %s", name);
	return t;
}

/*
 * task.c - the memory of tasks: birth as an empty row of parts, counted life, end after a grace period.
 *
 * What a task points to (files, space, signals) is given up by proc at exit, while the
 * task still runs; here goes only what others may look at under RCU: the struct itself,
 * its credentials and its number.
 *   I1  a leader's struct outlives its process's: both go in one callback (task.h)
 * Context: task_put() in any context with preemption allowed to nest; nothing here sleeps.
 */
#include <task/task.h>
#include <task/process.h>
#include <task/pid.h>
#include <task/cred.h>
#include <task/seccomp.h>
#include <task/signal.h>
#include <mm/policy.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <lib/string.h>
#include <trace/klog.h>
#include <sched/sched.h>
#include "task_priv.h"

static struct slab_cache *task_cache __ro_after_init;

static_assert(offsetof(struct task, thread) == 0, "thread_current() is task_current()");

struct task *task_alloc(void)
{
	struct task *t = slab_alloc(task_cache, 0);

	if (!t)
		return NULL;
	/* The thread is zeroed by thread_init() or thread_fork(); until then only its stack is asked for. */
	memset((char *)t + sizeof t->thread, 0, sizeof *t - sizeof t->thread);
	t->thread.stack = NULL;
	refcount_set(&t->refs, 1);
	spin_init(&t->lock, RANK_TASK);
	list_init(&t->group_node);
	spin_init(&t->pi_lock, RANK_PI);
	list_init(&t->pi_owned);
	sigqueue_init(&t->pending);
	t->timer_slack_ns = t->timer_slack_default_ns = 50000;
	return t;
}

void task_free_unborn(struct task *t)
{
	slab_free(task_cache, t);
}

static void task_free_rcu(struct rcu_head *head)
{
	struct task *t = container_of(head, struct task, rcu);
	struct process *p = t->process;

	if (unlikely(t->seccomp))
		seccomp_put(t->seccomp);
	if (unlikely(t->dispatch))
		kfree(t->dispatch);
	if (unlikely(t->mempolicy))
		mempolicy_put(t->mempolicy);
	thread_release(&t->thread);
	cred_put(t->cred);
	pid_put(t->pid);
	if (p->leader == t)
		process_free(p);                /* I1 */
	else
		process_put(p);
	slab_free(task_cache, t);
}

void task_put(struct task *t)
{
	if (refcount_put(&t->refs))
		rcu_call(&t->rcu, task_free_rcu);
}

struct space *task_space_get(struct task *t)
{
	struct space *s;

	spin_lock(&t->lock);
	s = t->space;
	if (s && !space_try_get_user(s))
		s = NULL;
	spin_unlock(&t->lock);
	return s;
}

void task_set_comm(struct task *t, const char *name)
{
	size_t len = strnlen(name, TASK_COMM_LEN - 1);

	spin_lock(&t->lock);
	memset(t->comm, 0, TASK_COMM_LEN);
	memcpy(t->comm, name, len);
	spin_unlock(&t->lock);
}

void task_get_comm(struct task *t, char out[TASK_COMM_LEN])
{
	spin_lock(&t->lock);
	memcpy(out, t->comm, TASK_COMM_LEN);
	spin_unlock(&t->lock);
}

const struct cred *task_cred_get(struct task *t)
{
	const struct cred *c;

	rcu_read_lock();
	do {
		c = rcu_load(t->cred);          /* pairs with rcu_store() in cred_replace() */
	} while (c != &cred_root && !refcount_try_get((refcount_t *)&c->refs));
	rcu_read_unlock();
	return c;
}

void task_cache_init(void)
{
	task_cache = slab_cache_create("task", sizeof(struct task), CACHELINE);
	process_cache_init();
	cred_init();
	signal_init();
}

/*
 * process.c - the memory of thread groups, and reading their limits and address space.
 *
 * tasklist_lock and the counters that change under it stand together, so that fork and
 * exit touch one line for all of them.
 * Lock order: tasklist_lock, process->sig_lock, task->lock.
 */
#include <task/process.h>
#include <task/signal.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include <task/pid.h>
#include <linux/capability.h>
#include <mm/commit.h>
#include <mm/slab.h>
#include <mm/space.h>
#include "task_priv.h"

static struct slab_cache *process_cache __ro_after_init;

struct tasklist tasklist = { .lock = SPINLOCK_INIT(RANK_TASKLIST) };
struct process *init_process;
int randomize_va_space = 2;

struct process *process_alloc(void)
{
	struct process *p = slab_alloc(process_cache, ALLOC_ZERO);

	if (!p)
		return NULL;
	refcount_set(&p->refs, 1);
	p->secrets_ns = &user_ns_initial;
	list_init(&p->children);
	list_init(&p->sibling);
	list_init(&p->threads);
	list_init(&p->tracees);
	list_init(&p->pgrp_node);
	list_init(&p->session_node);
	spin_init(&p->sig_lock, RANK_SIGHAND);
	mutex_init(&p->exec_lock, RANK_EXEC);
	p->actions = sighand_none.action;
	sigqueue_init(&p->shared_pending);
	waitq_init(&p->child_wait);
	list_init(&p->posix_timers);
	list_init(&p->cpu_timers);
	spin_init(&p->cpu_timers_lock, RANK_CPU_TIMERS);
	timer_init(&p->real_timer, NULL);
	signal_post_init(&p->alarm_post, p, SIGALRM);
	signal_post_init(&p->virt_post, p, SIGVTALRM);
	signal_post_init(&p->cpu_warn_post, p, SIGXCPU);
	signal_post_init(&p->cpu_kill_post, p, SIGKILL);
	signal_post_init(&p->prof_post, p, SIGPROF);
	return p;
}

/* The last look at the process is over: its leader's grace period covered it. */
void process_free(struct process *p)
{
	user_ns_put(p->secrets_ns);
	slab_free(process_cache, p);
}

void process_free_unborn(struct process *p)
{
	process_free(p);
}

void process_put(struct process *p)
{
	if (refcount_put(&p->refs))
		task_put(p->leader);            /* whose last reference frees both */
}

uint64_t rlimit_current(unsigned resource)
{
	/* relaxed: one word, written whole by prlimit() */
	if (unlikely(!thread_current()->is_task))
		return RLIM64_INFINITY;
	return load_relaxed(&process_current()->rlim[resource].rlim_cur);
}

bool account_is_over_nproc(const struct user_account *a)
{
	return a != &account_root && (uint64_t)load_relaxed(&a->nr_tasks) > rlimit_current(RLIMIT_NPROC);
}

struct space *process_space_get(struct process *p)
{
	struct space *s = NULL;
	struct task *t;

	spin_lock(&p->sig_lock);
	list_for_each(t, &p->threads, group_node) {
		s = task_space_get(t);
		if (s)
			break;
	}
	spin_unlock(&p->sig_lock);
	return s;
}

static bool current_may_lock(void) { return capable(CAP_IPC_LOCK); }
static bool current_is_admin(void) { return capable(CAP_SYS_ADMIN); }

void process_cache_init(void)
{
	process_cache = slab_cache_create("process", sizeof(struct process), CACHELINE);
	space_rlimit = rlimit_current;
	space_may_lock = current_may_lock;
	space_is_killed = signal_is_fatal_pending;
	commit_is_admin = current_is_admin;
}

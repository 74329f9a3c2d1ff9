/*
 * oom.c - memory for a user page ran out: the largest process is killed.
 *
 * One victim at a time: while it is on its way out, others that run into the same wall wait for
 * it. Called by mm's fault path with nothing locked; reads counters only, so it needs no memory.
 */
#include <mm/space.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <trace/klog.h>
#include <task/pid_ns.h>
#include "proc_priv.h"

#define PATIENCE_NS     (NSEC_PER_SEC)          /* for a victim to be gone */
#define NAP_NS          (NSEC_PER_SEC / 100)

static struct spinlock oom_lock = SPINLOCK_INIT(RANK_LEAF);
static struct process *victim;                  /* counted; oom_lock */
static uint64_t victim_since;                   /* oom_lock */

static uint64_t score_of(struct process *p, uint64_t total, struct space_rss *rss)
{
	struct space *s;
	int64_t score;

	if (p == init_process || p->oom_score_adj <= -1000 || !load_relaxed(&p->nr_threads))
		return 0;
	s = process_space_get(p);
	if (!s)
		return 0;
	space_rss_read(s, rss);
	score = (int64_t)(rss->anon + rss->file + rss->shmem) + load_relaxed(&s->nr_tables);
	space_put_user(s);
	score += p->oom_score_adj * (int64_t)total / 1000;
	return score > 0 ? (uint64_t)score : 1;
}

/* The process that holds most; counted, NULL when nobody may be killed. */
static struct process *largest_find(struct space_rss *rss)
{
	struct process *p, *best = NULL;
	struct space_rss one;
	struct mm_stats stats;
	uint64_t best_score = 0;

	mm_stats_read(&stats);
	for (int nr = 1; (p = process_next(&pid_ns_initial, &nr)); nr++) {
		uint64_t score = score_of(p, stats.total, &one);

		if (score > best_score) {
			best_score = score;
			*rss = one;
			if (best)
				process_put(best);
			best = p;
		} else {
			process_put(p);
		}
	}
	return best;
}

static void kill_say(struct process *p, const struct space_rss *rss)
{
	char comm[TASK_COMM_LEN];

	task_get_comm(p->leader, comm);
	klog(KLOG_ERR, "Out of memory: Killed process %d (%s) anon-rss:%lukB, file-rss:%lukB, shmem-rss:%lukB, oom_score_adj:%d\n",
	     p->tgid, comm, (unsigned long)rss->anon * 4, (unsigned long)rss->file * 4, (unsigned long)rss->shmem * 4,
	     p->oom_score_adj);
}

static bool victim_is_dying(void)
{
	bool dying;

	spin_lock(&oom_lock);
	dying = victim && load_relaxed(&victim->nr_threads) && clock_monotonic_ns() - victim_since < PATIENCE_NS;
	spin_unlock(&oom_lock);
	return dying;
}

static void victim_set(struct process *p)
{
	struct process *old;

	spin_lock(&oom_lock);
	old = victim;
	victim = p;
	victim_since = clock_monotonic_ns();
	spin_unlock(&oom_lock);
	if (old)
		process_put(old);
}

static void nap(void)
{
	park_begin(PARK_UNINTERRUPTIBLE);
	(void)park(PARK_UNINTERRUPTIBLE, clock_monotonic_ns() + NAP_NS);
	park_end();
}

/* With /proc/sys/vm/oom_kill_allocating_task: whoever asked pays, if it may be killed. Counted, or NULL. */
static struct process *allocating_find(struct space_rss *rss)
{
	struct process *p = process_current();

	if (!load_relaxed(&mm_oom_settings.kill_allocating) || !score_of(p, 0, rss))   /* relaxed: a setting */
		return NULL;
	process_get(p);
	return p;
}

bool oom_kill_largest(void)
{
	struct space_rss rss = { 0 };
	struct process *p;

	if (signal_is_fatal_pending())
		return false;
	if (!victim_is_dying()) {
		if (load_relaxed(&mm_oom_settings.panic))       /* relaxed: a setting */
			panic("Out of memory: panic_on_oom is set\n");
		p = allocating_find(&rss);
		if (!p)
			p = largest_find(&rss);
		if (!p)
			panic("Out of memory and no killable processes\n");
		kill_say(p, &rss);
		fetch_add_relaxed(&mm_oom_kills, 1);    /* relaxed: a statistic */
		victim_set(p);
		(void)signal_send_process_kernel(p, SIGKILL);
		if (p == process_current())
			return false;
	}
	nap();
	return !signal_is_fatal_pending();
}

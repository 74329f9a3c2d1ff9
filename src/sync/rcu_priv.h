/*
 * rcu_priv.h - what the parts of RCU share: the numbers of grace periods, and which CPU has passed.
 */
#pragma once
#include <percpu/percpu.h>

struct rcu_qs {                             /* keys: a own CPU writes, the grace-period thread reads; g that thread */
	atomic_ulong reported;                  /* a: the grace period of the last quiescent state */
	unsigned long passed __cacheline_aligned;   /* g: this CPU is done with that grace period  */
	unsigned watching_before;               /* g: rcu_watching when it began */
};
DECLARE_PERCPU(struct rcu_qs, rcu_qs);

/* Read by every CPU at each context switch, written once or twice per grace period. */
struct rcu_gp {
	atomic_ulong started, completed;
	atomic_ulong requested;                 /* the highest number somebody waits for */
} __cacheline_aligned;
extern struct rcu_gp rcu_gp;

/* One thread. begin(n), n = completed + 1; then ask until every CPU has passed; then store completed. */
void rcu_gp_begin(unsigned long n);
bool rcu_gp_cpu_passed(unsigned cpu, unsigned long n);
/* The number to wait for, for what the caller removed before. */
static inline unsigned long rcu_gp_target(void)
{
	fence_seq_cst();                        /* C1, pairs with Q */
	return load_relaxed(&rcu_gp.started) + 1;
}
static inline bool rcu_gp_is_over(unsigned long n)
{
	return load_acquire(&rcu_gp.completed) >= n;    /* pairs with rcu_gp_end(): the readers' accesses before ours */
}
static inline void rcu_gp_end(unsigned long n) { store_release(&rcu_gp.completed, n); }

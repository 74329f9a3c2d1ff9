/*
 * rcu_gp.c - grace periods: when has every reader that may hold an old pointer gone?
 *
 * Grace periods are numbered: `started` counts those begun, `completed` those
 * ended; at most one is under way. One thread (rcu.c) runs them:
 *
 *   started = n; full fence (G1); then wait until each CPU
 *     - reported a quiescent state for n: it saw started == n, full fence (Q),
 *       and was then outside any reader (context switch; an interrupt that found
 *       it preemptible, hence also user mode), or
 *     - was seen idle, or was idle in between: rcu_watching even, or changed.
 *   completed = n.
 *
 * A callback queued on a CPU waits for grace period started + 1, `started` being
 * read after a full fence (C1) that follows the removal it is about.
 *
 * Why no reader is missed. Let W remove an object, n = the number waited for.
 *   Reader's CPU reported for n: if its reader began before the report, the
 *     report waited for it. If after: it read started == n before Q, and the
 *     caller read started < n after C1, so C1 comes before Q, and the reader,
 *     behind Q, sees W.
 *   Reader's CPU was seen idle, or left idle since the thread first looked: leaving
 *     has a full fence (I1) between its store of rcu_watching and the first read.
 *     The thread saw the old value after G1, so G1 comes before I1; and the caller
 *     read started < n after C1, so C1 comes before G1: the reader sees W. Readers
 *     from before the idle time are over by the store that the thread acquired.
 *
 * Context: as said at each function. Locks: none.
 */
#include <sync/rcu.h>
#include "rcu_priv.h"

DEFINE_PERCPU_ALIGNED(struct rcu_qs, rcu_qs);
DEFINE_PERCPU_ALIGNED(atomic_uint, rcu_watching) = 0;     /* the thread looks at it: a line of its own */
struct rcu_gp rcu_gp;

/* ---- quiescent states ---- */

void rcu_note_context_switch(void)
{
	unsigned long n = load_acquire(&rcu_gp.started);    /* pairs with the store in rcu_gp_begin() */

	if (likely(this_cpu_read(rcu_qs.reported) == n))
		return;
	fence_seq_cst();                        /* Q, pairs with C1 in rcu_gp_target() */
	store_release(&this_cpu_ptr(rcu_qs)->reported, n);     /* earlier readers are over; pairs with rcu_gp_cpu_passed() */
}

void rcu_idle_enter(void)
{
	atomic_uint *w = this_cpu_ptr(rcu_watching);

	if (*w & 1)
		store_release(w, *w + 1);           /* earlier readers are over; pairs with rcu_gp_cpu_passed() */
}

void rcu_idle_exit(void)
{
	atomic_uint *w = this_cpu_ptr(rcu_watching);

	if (*w & 1)
		return;
	/* release: rcu_gp_cpu_passed() may see this store and not that of rcu_idle_enter(), whose readers it is told of all the same */
	store_release(w, *w + 1);
	fence_seq_cst();                        /* I1, pairs with G1 */
}

/* ---- the thread that runs grace periods ---- */

void rcu_gp_begin(unsigned long n)
{
	store_release(&rcu_gp.started, n);      /* pairs with rcu_note_context_switch() */
	fence_seq_cst();                        /* G1, pairs with C1 and I1 */
	/* Not before G1: between the two somebody may still remove an object and take n for enough. */
	for_each_cpu(cpu)
		cpu_ptr(rcu_qs, cpu)->watching_before = load_relaxed(cpu_ptr(rcu_watching, cpu));
}

bool rcu_gp_cpu_passed(unsigned cpu, unsigned long n)
{
	struct rcu_qs *r = cpu_ptr(rcu_qs, cpu);      /* reported: a */
	unsigned w;

	if (r->passed == n)
		return true;
	w = load_acquire(cpu_ptr(rcu_watching, cpu));   /* pairs with rcu_idle_enter() */
	if (load_acquire(&r->reported) != n && (w & 1) && w == r->watching_before)   /* pairs with rcu_note_context_switch() */
		return false;
	r->passed = n;
	return true;
}


/*
 * rcu.h - read-copy-update: readers store nothing to shared memory.
 *
 * A read section is preempt_disable(): one instruction on this CPU's line. It
 * may not sleep. A grace period ends when every CPU has passed a quiescent
 * state: a context switch, user mode or idle (an idle CPU needs no wake-up).
 * Callbacks are batched per CPU and run in task context of a per-CPU thread or
 * at a safe point (they may not sleep; they may take spinlocks).
 * Cost: a read section 0 atomic instructions, no shared line; rcu_call() 0 atomics, this CPU's line; a
 * context switch reads one shared line that is written twice per grace period.
 * Pairs: rcu_store() with rcu_load(); the rest in src/sync/rcu_gp.c.
 */
#pragma once
#include <percpu/preempt.h>

struct rcu_head { struct rcu_head *next; void (*fn)(struct rcu_head *); };

static __always_inline void rcu_read_lock(void) { preempt_disable(); }
static __always_inline void rcu_read_unlock(void) { preempt_enable(); }
#define rcu_load(p)     load_acquire(&(p))      /* dependency order; acquire is free on x86 */
#define rcu_store(p, v) store_release(&(p), (v))

/* Call fn(head) after a grace period. Any context but NMI; never sleeps, never fails. */
void rcu_call(struct rcu_head *head, void (*fn)(struct rcu_head *));
void rcu_synchronize(void);                 /* wait for a grace period; task context, sleeps       */
void rcu_synchronize_expedited(void);       /* the same soon: interrupts CPUs that have not reported */
void rcu_barrier(void);                     /* wait until all callbacks queued so far have run     */

/* sched and time tell RCU: */
void rcu_note_context_switch(void);         /* this CPU, interrupts off, no reader                 */
void rcu_tick(void);                        /* timer interrupt or kick, interrupts off             */
bool rcu_wants_switch(void);                /* behind rcu_tick(): it met a reader whom a grace period waits for */
void rcu_idle_enter(void);                  /* this CPU holds no reader until rcu_idle_exit()      */
void rcu_idle_exit(void);                   /* harmless when not idle                              */
void rcu_init(void);                        /* bring-up                                            */
void rcu_start_threads(void);               /* bring-up, after sched and the other CPUs            */
bool rcu_run_callbacks(void);               /* this CPU's that are due, a batch; false: none. Task context bound to it */
bool rcu_has_callbacks(void);               /* this CPU, due or not */
bool rcu_needs_cpu(void);                   /* this CPU has callbacks to move on: keep the tick    */

/*
 * First in every interrupt handler: an idle CPU is not watched for readers, so
 * a handler that wakes it up must say so before it reads anything under RCU.
 */
DECLARE_PERCPU(atomic_uint, rcu_watching);  /* odd: readers may run; own to write, grace periods read */
static inline void rcu_irq_enter(void)
{
	if (unlikely(!(this_cpu_read(rcu_watching) & 1)))
		rcu_idle_exit();
}

/* Hooks that sched and time fill. */
struct thread;
/* urgent: before all threads of no real-time priority. Panics without memory. */
struct thread *rcu_spawn_thread(const char *name, void (*fn)(void *), void *arg, int cpu, bool urgent);
void rcu_want_tick(void);                   /* this CPU got its first callback: tick soon          */

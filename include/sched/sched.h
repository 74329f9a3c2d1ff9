/*
 * sched.h - who runs, where and on which stack.
 *
 * Per-CPU queues; a remote wake-up goes through the target's lock-free inbox,
 * with an IPI only when that CPU really sleeps or must preempt. An idle CPU steals.
 */
#pragma once
#include <sched/thread.h>
#include <time/tick.h>

void sched_init(void);                      /* bring-up, boot CPU: becomes its idle thread  */
void sched_start_threads(void);             /* bring-up, first thread: stack reaper, load average */
void __noreturn sched_ap_entry(void);
void __noreturn sched_idle_loop(void);      /* the boot path ends here                       */

/* Prepare t to run entry on a fresh stack; fair class, nice 0, inherits nothing. 0 or -ENOMEM. */
__must_check int thread_init(struct thread *t, void (*entry)(void *prev), const char *name);
/*
 * For fork: initialise child from the running parent's scheduling parameters; stack from the cache, FPU state
 * copied. The caller fills the frame and calls context_init(). 0 or -ENOMEM (child->stack stays NULL).
 */
__must_check int thread_fork(struct thread *child, struct thread *parent);
/* Make a new thread runnable for the first time. fork: the child prefers an idle CPU, else this one. */
void thread_start(struct thread *t);
void thread_fini(struct thread *t);         /* after it is DEAD and off CPU: give back stack, FPU state      */
void thread_release(struct thread *t);      /* after thread_fini(), when nobody else holds it: the rest        */
/*
 * Leave for ever; state must be ZOMBIE or DEAD. `after` runs on the next thread's stack once this stack is free:
 * interrupts and preemption off, so it may not sleep. The memory of a struct thread is freed after a grace period.
 */
void __noreturn thread_exit(void (*after)(struct thread *t));
/* First thing on a new thread's stack: complete the switch that led here (prev from context_switch()). Turns interrupts on. */
void sched_finish_switch(void *prev);

/* Kernel thread running fn(arg) for ever or until it returns. */
__must_check int kthread_start(const char *name, void (*fn)(void *), void *arg, int cpu /* -1: any */, struct thread **out);

void schedule(void);                        /* switch away; task context, preemption on                       */
void sched_yield_now(void);                 /* sched_yield(2): one load when nobody else is runnable here     */
void sched_kick(struct thread *t);          /* make t notice its work word soon: wake if parked interruptibly, IPI if running */
enum tick_rate sched_tick(bool from_user);  /* timer interrupt; returns the rate wanted from now on            */
/*
 * Set when the first CPU-time timer or limit is: called in the tick with what t ran since the last, in interrupt
 * context. Returns true while t's process has any armed: the tick stays fast.
 */
extern bool (*sched_task_tick)(struct thread *t, uint64_t ns, bool from_user);
void sched_set_need_resched(void);          /* this CPU; interrupts off                                        */
/* The running thread is about to sleep or end: whom it wakes meanwhile may as well run here. Before exit's notification. */
void sched_hint_handover(void);
bool sched_other_runnable(void);            /* anything but the running thread queued here: one load           */
void sched_account_self(void);              /* bring the running thread's utime_ns and stime_ns up to date      */

/* Parameters; t may be any live thread. 0, -EINVAL. */
__must_check int sched_set_policy(struct thread *t, enum sched_policy p, int rt_prio);
void sched_set_nice(struct thread *t, int nice);
/*
 * Priority inheritance: t runs as FIFO of at least this priority, 0: as itself. Calls for one thread are the caller's
 * to put in order; a spinlock may be held.
 */
void sched_lend_prio(struct thread *t, unsigned prio);
/* Its real-time priority as it counts now, lent or own; 0: it is not a real-time thread. */
static inline unsigned sched_effective_prio(const struct thread *t) { return load_relaxed(&t->se.rt_prio); }
static inline bool sched_policy_is_rt(unsigned p) { return p == SCHED_CLASS_FIFO || p == SCHED_CLASS_RR; }
/* Fair slice or round-robin slice of t, 0 for FIFO (sched_rr_get_interval). */
uint64_t sched_slice_ns(const struct thread *t);
__must_check int sched_set_affinity(struct thread *t, const unsigned long *mask);   /* -EINVAL when it leaves no CPU */
void sched_get_affinity(struct thread *t, unsigned long *mask);

struct sched_cpu_stats { uint64_t user_ns, system_ns, idle_ns, irq_ns, iowait_ns, nr_switches; };
void sched_cpu_stats_read(unsigned cpu, struct sched_cpu_stats *out);
unsigned sched_nr_runnable(void);           /* all CPUs: the atomic runnable counters summed */
void sched_load_average(uint64_t out[3]);   /* fixed point, 11 bits                          */
uint64_t thread_runtime_ns(const struct thread *t);

/* Kernel stacks: per-CPU LIFO cache over vmalloc_stack(). NULL without memory. alloc: task context; free: any but NMI. */
void *kstack_alloc(void);
void kstack_free(void *stack);
uint64_t kstack_nr_cached(void);            /* in all caches: memory that is in use for nobody */

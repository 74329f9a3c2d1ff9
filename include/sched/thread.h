/*
 * thread.h - what sched runs: a stack, a context, a place in the queues.
 *
 * struct thread is the first member of struct task (task/task.h); kernel-only
 * threads have one alone. `work` is the one word tested before user mode.
 */
#pragma once
#include <arch/switch.h>
#include <percpu/preempt.h>
#include <sync/debug.h>
#include <sync/stack.h>
#include <base/list.h>
#include <lib/rbtree.h>
#include <time/timer.h>

struct space;
struct thread;

#define KSTACK_SIZE 16384ul

/* thread->work */
#define WORK_RESCHED  1u
#define WORK_SIGNAL   2u                    /* a deliverable signal is pending (recalculated by task/signal) */
#define WORK_NOTIFY   4u                    /* CPU-time timers may be due, its rseq area may be stale */
#define WORK_FULL_RESTORE 8u                /* the frame was rewritten: leave by the full path (exec, sigreturn) */
#define WORK_TRACE    16u                   /* its system calls are to be watched from now on (seccomp) */
#define WORK_KILL     32u                   /* a fatal signal is pending (set with WORK_SIGNAL): ends PARK_KILLABLE */

enum thread_state {                         /* as ps shows them: R S D T t Z X */
	THREAD_RUNNING, THREAD_SLEEPING, THREAD_UNINTERRUPTIBLE, THREAD_STOPPED, THREAD_TRACED, THREAD_ZOMBIE, THREAD_DEAD,
};
enum sched_policy { SCHED_CLASS_FAIR, SCHED_CLASS_BATCH, SCHED_CLASS_IDLE, SCHED_CLASS_FIFO, SCHED_CLASS_RR };

/*
 * Private to sched. Keys: q lock of the run queue of se.cpu; o the thread itself or the scheduler on its
 * behalf, run queue of its CPU locked; a atomic.
 */
struct sched_entity {
	struct rbnode node;                     /* q: fair queue by virtual deadline                    */
	struct list rt_node;                    /* q                                                    */
	struct stack_node inbox_node;           /* owner of the wake-up, then the target CPU            */
	uint64_t vruntime, deadline;            /* q: virtual ns; valid while queued or running         */
	int64_t lag;                            /* o: virtual ns owed to it when it left its queue      */
	uint64_t exec_start;                    /* o: clock when it last was charged                    */
	uint64_t sum_exec;                      /* o: ns run in all                                     */
	uint64_t slept_at;                      /* o: clock when it left the queue                      */
	uint64_t woke_at;                       /* own: clock of its last local wake-up of another      */
	uint64_t rr_left_ns;                    /* o: rest of its round-robin slice                     */
	uint32_t weight;                        /* q: as queued; from nice and policy                   */
	uint8_t policy, rt_prio;                /* a to peek: enum sched_policy; 1..99 for FIFO and RR   */
	uint8_t own_policy, own_rt_prio;        /* what it would run as if nobody lent it a priority     */
	uint8_t lent_prio;                      /* of the most urgent that waits for what it holds; 0: none */
	uint8_t queued_class, queued_prio;      /* q: which queue it stands in, QUEUED_*; RT list       */
	int8_t nice;
	uint8_t handover;                       /* own: 0..255, how surely it sleeps right after waking another */
	bool reset_on_fork;
	atomic_uint cpu;                        /* a: queue it belongs to; written by who owns its wake-up, or q */
	atomic_uint on_cpu;                     /* a: still on a CPU's stack: nobody else may run it     */
};

struct thread {
	struct context ctx;                     /* offset 0: known to assembly */
	void *stack;                            /* lowest address; KSTACK_SIZE bytes */
	atomic_uint work;                       /* WORK_* */
	unsigned rseq_cpu_plus_1;               /* own: the CPU that its rseq area names; 0: it has none */
	atomic_uint state;                      /* enum thread_state; a */
	atomic_uint unpark_token;               /* TOKEN_*: set by unpark(), consumed by park() */
	uint8_t park_mode;
	bool is_task;                           /* embedded in a struct task */
	bool in_nofault;
	bool rseq_interrupted;                  /* o: preempted or moved since it left user mode */
	struct space *space;                    /* address space loaded while it runs; NULL: whatever is loaded */
	struct sched_entity se;
	unsigned long *affinity;                /* bitmap of nr_cpus bits, NULL = all; words a, pointer set once */
	struct timer sleep_timer;
	uint64_t nvcsw, nivcsw;                 /* own */
	uint64_t min_flt, maj_flt;              /* own: page faults served for it, counted on the way out of the trap */
	uint64_t utime_ns, stime_ns;            /* own; all of sum_exec, split as the ticks found it: sched/account.c */
	bool ticked_in_kernel;                  /* own: where the last tick found it */
	const char *name;                       /* kernel threads; tasks use task->comm */
	void (*entry)(void *arg);               /* kernel threads */
	void *entry_arg;
	void *ending_rights;                    /* own: messages' files that are being let go (net/rights.c) */
#ifdef CONFIG_DEBUG
	struct held_locks held;                 /* own: sleeping locks */
#endif
};

DECLARE_PERCPU(struct thread *, current_thread);
static __always_inline struct thread *thread_current(void) { return this_cpu_read(current_thread); }
static inline void *thread_stack_top(const struct thread *t) { return (char *)t->stack + KSTACK_SIZE; }
static inline struct user_frame *thread_user_frame(const struct thread *t) { return context_user_frame(thread_stack_top(t)); }
/* Parked and off its CPU: its registers are in memory. It may be unparked at any time by others. */
bool thread_is_parked(const struct thread *t);
/* Set/clear work bits of a thread; set from anywhere. To make a running thread notice, follow with sched_kick(). */
static inline void thread_set_work(struct thread *t, unsigned bits) { fetch_or_acq_rel(&t->work, bits); }
static inline void thread_clear_work(struct thread *t, unsigned bits) { fetch_and_acq_rel(&t->work, ~bits); }
static inline bool thread_signal_pending(const struct thread *t) { return load_relaxed(&t->work) & WORK_SIGNAL; }

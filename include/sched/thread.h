/*
 * thread.h - what sched runs: a stack, a context, a place in the queues.
 *
 * struct thread is the first member of struct task (task/task.h); kernel-only
 * threads have one alone. `work` is the one word tested before user mode.
 */
#pragma once
#include <arch/switch.h>
#include <percpu/preempt.h>
#include <base/list.h>
#include <lib/rbtree.h>
#include <time/timer.h>

struct space;
struct thread;

#define KSTACK_SIZE 16384ul

/* thread->work */
#define WORK_RESCHED  1u
#define WORK_SIGNAL   2u                    /* a deliverable signal is pending (recalculated by task/signal) */
#define WORK_NOTIFY   4u                    /* run thread->notify before user mode */
#define WORK_FULL_RESTORE 8u                /* the frame was rewritten: leave by the full path (exec, sigreturn) */
#define WORK_TRACE    16u                   /* system call entry/exit tracing      */

enum thread_state {                         /* as ps shows them: R S D T t Z X */
	THREAD_RUNNING, THREAD_SLEEPING, THREAD_UNINTERRUPTIBLE, THREAD_STOPPED, THREAD_TRACED, THREAD_ZOMBIE, THREAD_DEAD,
};
enum sched_policy { SCHED_CLASS_FAIR, SCHED_CLASS_BATCH, SCHED_CLASS_IDLE, SCHED_CLASS_FIFO, SCHED_CLASS_RR };

struct sched_entity {                       /* private to sched, keys there */
	struct rbnode node;                     /* fair queue by virtual deadline */
	struct list rt_node;
	struct thread *inbox_next;
	uint64_t vruntime, deadline, slice_ns, exec_start, sum_exec;
	int64_t lag;
	uint32_t weight;
	uint8_t policy, on_queue, rt_prio;
	int8_t nice;
	unsigned cpu;                           /* queue it belongs to; a */
	atomic_uint on_cpu;                     /* still on a CPU's stack: a waker must wait */
};

struct thread {
	struct context ctx;                     /* offset 0: known to assembly */
	void *stack;                            /* lowest address; KSTACK_SIZE bytes */
	atomic_uint work;                       /* WORK_* */
	atomic_uint state;                      /* enum thread_state; a */
	atomic_uint unpark_token;               /* set by unpark(), consumed by park() */
	uint8_t park_mode;
	bool is_task;                           /* embedded in a struct task */
	bool in_nofault;
	struct space *space;                    /* address space loaded while it runs; NULL: whatever is loaded */
	struct sched_entity se;
	unsigned long *affinity;                /* bitmap of nr_cpus bits, NULL = all; runq lock */
	struct timer sleep_timer;
	void (*notify)(struct thread *t);
	uint64_t nvcsw, nivcsw;                 /* own */
	uint64_t utime_ns, stime_ns;            /* own; by tick and switch accounting */
	uint64_t acct_stamp;
	const char *name;                       /* kernel threads; tasks use task->comm */
	void (*entry)(void *arg);               /* kernel threads */
	void *entry_arg;
};

DECLARE_PERCPU(struct thread *, current_thread);
static __always_inline struct thread *thread_current(void) { return this_cpu_read(current_thread); }
static inline void *thread_stack_top(const struct thread *t) { return (char *)t->stack + KSTACK_SIZE; }
static inline struct user_frame *thread_user_frame(const struct thread *t) { return context_user_frame(thread_stack_top(t)); }
/* Set/clear work bits of a thread; set from anywhere. To make a running thread notice, follow with sched_kick(). */
static inline void thread_set_work(struct thread *t, unsigned bits) { fetch_or_acq_rel(&t->work, bits); }
static inline void thread_clear_work(struct thread *t, unsigned bits) { fetch_and_acq_rel(&t->work, ~bits); }
static inline bool thread_signal_pending(const struct thread *t) { return load_relaxed(&t->work) & WORK_SIGNAL; }

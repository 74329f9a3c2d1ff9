/*
 * cpu_clock.h - CPU-time clocks of threads and processes, and what happens when they reach a point.
 *
 * A negative clock_t names one: ~pid in the upper bits, then 4 for a thread's, then what it counts.
 * Pid 0 is the caller.
 */
#pragma once
#include <task/process.h>

#define CPU_CLOCK_THREAD 4
#define CLOCK_OF_DEVICE 3                   /* in the lower three bits: ~fd of a clock device in the upper; we have none */
enum cpu_clock_kind { CPU_CLOCK_PROF, CPU_CLOCK_VIRT, CPU_CLOCK_SCHED };        /* user + system, user, run */
#define CPU_CLOCK_ID(pid, kind) ((int)(~(unsigned)(pid) << 3) | (int)(kind))

struct cpu_clock {
	struct process *process;                /* counted */
	struct task *task;                      /* counted; NULL: of the whole process */
	enum cpu_clock_kind kind;
};
/*
 * The clock that `id` names, CLOCK_PROCESS_CPUTIME_ID and CLOCK_THREAD_CPUTIME_ID included; for_read: the
 * caller's own thread number stands for its process, too. 0, -EINVAL. Give back with cpu_clock_put().
 */
__must_check int cpu_clock_lookup(int id, bool for_read, struct cpu_clock *out);
void cpu_clock_put(struct cpu_clock *c);
uint64_t cpu_clock_ns(const struct cpu_clock *c);
uint64_t cpu_clock_ns_locked(const struct cpu_clock *c);          /* with c->process's sig_lock held */
uint64_t process_cpu_ns(struct process *p, enum cpu_clock_kind kind);
uint64_t task_cpu_ns(const struct task *t, enum cpu_clock_kind kind);

/* fn runs in task context under locks of clock.process: it posts, or unparks. Once per arming. */
struct cpu_timer {
	struct list node;                       /* clock.process->cpu_timers while armed; its cpu_timers_lock */
	struct cpu_clock clock;                 /* held by the owner                        */
	uint64_t expires_ns;                    /* on the clock */
	uint64_t sample_ns;                     /* the clock as it was found when fn was called */
	bool is_armed;                          /* clock.process->cpu_timers_lock */
	void (*fn)(struct cpu_timer *t);
};
void cpu_timer_arm(struct cpu_timer *t, uint64_t expires_ns);     /* one that is not armed */
bool cpu_timer_cancel(struct cpu_timer *t);                       /* true: was armed; fn is over or will not run */
/* Somebody's tick: are there timers on p's time? Then cpu_timers_run() is to come before user mode. */
static inline bool cpu_timers_armed(const struct process *p) { return load_relaxed(&p->nr_cpu_timers) != 0; }
void cpu_timers_run(void);                  /* those on the current process's time that are due */

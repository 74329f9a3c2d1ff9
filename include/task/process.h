/*
 * process.h - a thread group: identity, family, session, signals in common, limits, exit.
 *
 * tasklist_lock (spinlock, RANK_TASKLIST) guards the tree (parent, children, threads)
 * and group/session membership; it is never taken on a hot system call. Walks for reading
 * may use RCU: tasks and processes are RCU-freed.
 */
#pragma once
#include <task/task.h>
#include <sync/mutex.h>
#include <task/core.h>
#include <linux/resource.h>

struct tty;
struct user_account;
struct user_ns;

struct process {
	refcount_t refs;                        /* the tree until reaped, threads but the leader, lookups */
	struct pid *pid;                        /* = leader's pid (tgid); const                         */
	int tgid;                               /* its own number: pid_own_nr(pid)                      */
	struct pid *pgrp, *session;             /* kept by membership; tasklist_lock to write, RCU to read */
	struct process *parent;                 /* tasklist_lock to write, RCU to read; init for orphans */
	struct list children, sibling;          /* in order of birth; tasklist_lock                     */
	unsigned nr_zombie_children;            /* tasklist_lock: wait(2) need not search for none      */
	int parent_tid;                         /* the parent's thread that made it; tasklist_lock      */
	struct list tracees;                    /* ptrace_link.node; tasklist_lock                      */
	struct list threads;                    /* live tasks; tasklist_lock and sig_lock to write, either to read */
	struct list pgrp_node, session_node;    /* pid->members[]; tasklist_lock                        */
	atomic_uint nr_threads;                 /* live                                                 */
	struct task *leader;                    /* counted; task.h says how the two live together       */
	struct task *group_exec;                /* exec is killing the others                           */
	struct mutex exec_lock;                 /* held by an exec that gains rights, and by who attaches as tracer */

	struct spinlock sig_lock;               /* RANK_SIGHAND: actions, shared pending, group state   */
	struct sigaction_k *actions;            /* of a struct sighand; never NULL; sig_lock            */
	struct sigqueue shared_pending;         /* sig_lock                                             */
	uint32_t group_flags;                   /* GROUP_*; sig_lock                                    */
	int group_exit_status;
	int stop_signal;                        /* of the current or reported group stop                */
	unsigned stop_count;                    /* threads still to stop                                */
	uint32_t notify_parent;                 /* CLD_STOPPED or CLD_CONTINUED not yet told; sig_lock  */
	struct waitq child_wait;                /* wait(2) sleeps here; woken by children's changes     */

	int exit_signal;                        /* sent to the parent; SIGCHLD by default               */
	uint64_t exec_id, parent_exec_id;       /* programs begun so far; the parent's number when it made us, whose program asked for exit_signal */
	uint32_t state;                         /* PROC_ALIVE, PROC_ZOMBIE, PROC_DEAD; tasklist_lock     */
	bool stop_reported, continued;          /* for WUNTRACED / WCONTINUED; sig_lock                 */
	bool did_exec, is_subreaper, is_unkillable;
	uint8_t dumpable;                       /* DUMPABLE_* of core.h; a single byte                  */
	struct user_ns *secrets_ns;             /* task/inspect.h: whose rights open it when it is not; counted; sig_lock, own exec to write */
	struct core_dump *dump;                 /* being written (proc/core_dump.c), or NULL; sig_lock  */
	struct task *dumper;                    /* who writes it; sig_lock                              */
	bool is_io_flusher;                     /* prctl(2); nothing acts on it                         */

	struct tty *ctty;                       /* controlling terminal; tasklist_lock; counted by tty  */
	struct pid *hung_pgrp;                  /* a leader's whose session lost its terminal: told when it ends; tasklist_lock; counted */
	struct rlimit64 rlim[RLIM_NLIMITS];     /* own lock-free reads; sig_lock to write               */

	/* accumulated times and counts of dead threads, and of waited-for children; sig_lock */
	uint64_t utime_ns, stime_ns, cutime_ns, cstime_ns;
	uint64_t min_flt, maj_flt, cmin_flt, cmaj_flt, nvcsw, nivcsw, cnvcsw, cnivcsw;
	uint64_t maxrss_pages, cmaxrss_pages;
	uint64_t rchar, wchar, syscr, syscw;    /* both together */
	struct timer real_timer;                /* ITIMER_REAL: posts alarm_post; fn NULL until first set */
	uint64_t real_interval_ns;
	uint64_t cpu_limit_used_ns;             /* a: CPU time for RLIMIT_CPU, kept while a limit is set */
	uint64_t cpu_limit_warned_s;            /* a: seconds at which SIGXCPU was last sent            */
	struct signal_post cpu_warn_post, cpu_kill_post;        /* SIGXCPU, SIGKILL from the tick      */
	struct signal_post alarm_post, virt_post, prof_post;  /* SIGALRM, SIGVTALRM, SIGPROF from interrupts */
	uint64_t virt_left_ns, virt_interval_ns, prof_left_ns, prof_interval_ns;  /* tick driven        */
	struct list posix_timers;               /* timer_create(2), newest first; sig_lock              */
	int next_timer_id;                      /* of the next one; sig_lock                            */
	unsigned nr_cpu_timers;                 /* armed, on this process's CPU time; cpu_timers_lock, ticks peek */
	struct list cpu_timers;                 /* those; cpu_timers_lock                               */
	struct spinlock cpu_timers_lock;
	struct space *space_for_stats;
	int oom_score_adj, oom_score_adj_min;   /* min: what may be set without CAP_SYS_RESOURCE */
	uint32_t personality;
	uint32_t membarrier_state;              /* registered MEMBARRIER_CMD_* bits                     */
	struct rcu_head rcu;
};
extern int randomize_va_space;             /* /proc/sys/kernel: 0 puts programs where they always were */
enum { PROC_ALIVE, PROC_ZOMBIE, PROC_DEAD };
#define GROUP_EXIT     1u                   /* every thread is to die with group_exit_status */
#define GROUP_STOPPED  2u
#define GROUP_STOPPING 4u

/* Who is whose child, and in which group: the lock, and on its line what changes under it; the counts are read without. */
extern struct tasklist {
	struct spinlock lock;
	atomic_uint nr_threads, nr_processes;
	uint64_t nr_forks;
} tasklist __cacheline_aligned;
#define tasklist_lock (tasklist.lock)
extern struct process *init_process;        /* pid 1 */

static inline struct process *process_current(void) { return task_current()->process; }
struct process *process_alloc(void);
static inline void process_get(struct process *p) { refcount_get(&p->refs); }
void process_put(struct process *p);
void process_free_unborn(struct process *p);/* one that never became visible, without leader */
/* Effective limit of the current process: resource RLIMIT_*. */
uint64_t rlimit_current(unsigned resource);
/* Has the user more tasks than the current process's RLIMIT_NPROC? */
bool account_is_over_nproc(const struct user_account *a);
/* Memory of the process's leader, or any live thread; counted user reference or NULL. */
struct space *process_space_get(struct process *p);

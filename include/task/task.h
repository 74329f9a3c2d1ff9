/*
 * task.h - a thread of user code: a row of pointers to its parts, plus what sched runs.
 *
 * task     one thread (tid)                         RCU-freed after its last reference
 * process  the thread group (process.h)             counted; tasks hold one each
 * files, fs, mm (struct space), cred                shared or copied as clone(2) says
 *
 * A task changes its own parts' pointers only itself; others read them under
 * task->lock (files, fs, space) or RCU (cred). `current` needs no lock for its own.
 */
#pragma once
#include <sched/thread.h>
#include <sync/spinlock.h>
#include <sync/refcount.h>
#include <sync/rcu.h>
#include <sync/completion.h>
#include <task/signal_types.h>

struct process;
struct ptrace_link;
struct seccomp;
struct syscall_dispatch;
struct pi_waiter;
struct pid;
struct cred;
struct fdtable;
struct fs_context;
struct file_owner;
struct space;
struct mempolicy;

#define TASK_COMM_LEN 16

struct task {
	struct thread thread;                   /* offset 0: thread_current() is task_current()         */
	struct process *process;                /* const while alive                                    */
	struct pid *pid;                        /* this thread's id; const until exit                   */
	int tid;                                /* its own number: pid_own_nr(pid)                      */
	refcount_t refs;                        /* the running task, its process's list, lookups        */
	struct spinlock lock;                   /* guards others' reads of files, fs, space; comm       */
	struct fdtable *files;                  /* own; lock for others                                 */
	struct fs_context *fs;                  /* root, cwd, umask; own; lock for others               */
	struct space *space;                    /* NULL once it exits; own; lock for others             */
	struct ns_set *ns;                      /* namespaces (ns.h); NULL once it exits; own; lock for others */
	struct sem_undo_list *sem_undo;         /* own: System V semaphores to adjust at exit, or NULL     */
	const struct cred *cred;                /* RCU; own to write (cred_replace)                     */
	uint64_t cred_mark;                     /* own: see cred_mark(); 0: not asked for yet           */
	struct list group_node;                 /* process->threads; both tasklist_lock and sig_lock to write, either to read */
	char comm[TASK_COMM_LEN];               /* lock                                                 */
	uint32_t flags;                         /* TASK_*; own                                          */
	int exit_status;                        /* wait(2) status word                                  */

	/* signals of this thread (task/signal.c) */
	sigset64_t blocked;                     /* own to write, process->sig_lock for others to read   */
	sigset64_t saved_blocked;               /* own: sigsuspend, ppoll; valid with TASK_RESTORE_SIGMASK */
	sigset64_t real_blocked;                /* sig_lock: the mask behind sigtimedwait()'s           */
	uint32_t jobctl;                        /* JOB_*; sig_lock                                      */
	struct ptrace_link *ptrace;             /* proc/ptrace.h; NULL: not traced                      */
	int tracer_tid;                         /* a: in the initial pid namespace; 0 when not traced   */
	bool trace_calls;                       /* stop at system calls; own, or the tracer's while stopped */
	struct seccomp *seccomp;                /* task/seccomp.h: filters that look at every call      */
	struct syscall_dispatch *dispatch;      /* proc/syscall_dispatch.h: calls that become SIGSYS     */
	struct sigqueue pending;                /* process->sig_lock                                    */
	unsigned trap_nr, trap_error;           /* own: the last synchronous fault, for sigcontext      */
	uint64_t trap_addr;
	uint64_t altstack_base, altstack_size;  /* own                                                  */
	uint32_t altstack_flags;

	/* system call restart */
	long (*restart_fn)(struct task *t);     /* own: restart_syscall()                               */
	uint64_t restart_arg[6];

	uaddr_t clear_child_tid;                /* own: set_tid_address, CLONE_CHILD_CLEARTID           */
	uaddr_t rseq;                           /* own: rseq(2)'s area; thread.rseq_cpu_plus_1 says whether there is one */
	uint32_t rseq_len, rseq_sig;
	uaddr_t robust_list;                    /* own                                                  */
	size_t robust_list_len;
	/* priority inheritance (ipc/futex_pi.c) */
	struct spinlock pi_lock;
	bool pi_is_gone;                        /* pi_lock: may own nothing any more                    */
	struct list pi_owned;                   /* pi_lock: pi_state.owner_node                         */
	struct pi_waiter *pi_blocked;           /* pi_lock: how it waits for an owner, or NULL          */

	struct completion *vfork_done;          /* own: completed at exec or exit                       */
	uint64_t start_time_ns;                 /* monotonic (boottime)                                 */
	uint64_t rchar, wchar, syscr, syscw;    /* own: /proc/pid/io                                    */
	int pdeath_signal;                      /* own                                                  */
	int ioprio;                             /* ioprio_set(2); nothing acts on it                    */
	struct mempolicy *mempolicy;            /* mm/policy.h; own; lock for others; NULL: the default one     */
	bool no_new_privs;                      /* prctl(2), never cleared; own, and of a thread that gives all its filters: sig_lock */
	uint8_t mce_kill;                       /* own: prctl(PR_MCE_KILL); nothing acts on it          */
	uint64_t timer_slack_ns;                /* prctl(PR_SET_TIMERSLACK); nothing acts on it         */
	struct { uint32_t not_uid, not_session; } login;        /* complements of /proc/PID/loginuid, sessionid: 0 until it is written; inherited */
	uint64_t timer_slack_default_ns;        /* what 0 stands for there: its maker's when it began  */
	uaddr_t set_child_tid;                  /* own: CLONE_CHILD_SETTID, stored by the child itself  */
	struct file_owner *owners_to_tell;      /* own: who is to get SIGIO for what its calls did (fs/owner.h) */
	void *fs_scratch;                       /* own: cached path buffer                              */
	struct rcu_head rcu;
};

#define TASK_EXITING         1u
#define TASK_FORKNOEXEC      2u
#define TASK_RESTORE_SIGMASK 4u
#define TASK_VFORKED         8u
#define TASK_SIGNALED        16u            /* killed by a signal (acct, ps flags)                  */
#define TASK_GONE            32u            /* dead, accounted for; a leader waiting for its others; tasklist_lock */
#define TASK_LEAVING         128u           /* at the start of its exit: no core dump waits for it; sig_lock */
#define TASK_OVER_NPROC      64u            /* its new user has more tasks than RLIMIT_NPROC: exec may refuse */

#define JOB_STOP_PENDING 1u                 /* is to stop with its group                            */
#define JOB_STOP_CONSUME 2u                 /* counts in process->stop_count                        */
#define JOB_STOP_DEQUEUED 4u                /* took a stop signal that SIGCONT has not yet undone   */
#define JOB_STOPPED      8u                 /* sleeps in a group stop                               */
#define JOB_TRACED       16u                /* sleeps for its tracer                                */
#define JOB_TRAP_STOP    32u                /* is to stop for its tracer                            */
#define JOB_SEIZED       64u                /* traced by PTRACE_SEIZE                               */
#define JOB_LISTENING    128u               /* JOB_TRACED, and news of its group end that           */
#define JOB_HELD         256u               /* was JOB_TRACED, and its tracer looks at it: stays asleep, SIGKILL or not */
#define JOB_TRACING (JOB_TRACED | JOB_HELD | JOB_TRAP_STOP | JOB_SEIZED | JOB_LISTENING)   /* what SIGCONT leaves */

static __always_inline struct task *task_current(void) { return (struct task *)thread_current(); }
static inline struct task *thread_to_task(struct thread *t) { return (struct task *)t; }
static inline struct user_frame *task_user_frame(const struct task *t) { return thread_user_frame(&t->thread); }
static inline void task_get(struct task *t) { refcount_get(&t->refs); }
void task_put(struct task *t);              /* RCU-delayed free at zero; any context with preemption allowed */

/*
 * The leader's memory and its process's live and die together: the process holds one reference on its
 * leader, the leader holds none on the process, and the last task_put() of a leader frees both.
 * A thread that is not the leader holds one on the process.
 */
struct task *task_alloc(void);              /* zeroed, refs = 1, lists and locks ready; NULL without memory */
void task_free_unborn(struct task *t);      /* one that never became visible, without process           */
void task_cache_init(void);
/* Guarded access to another task's parts: counted, NULL when it has exited. */
struct space *task_space_get(struct task *t);     /* as a user (space_put_user) */
void task_set_comm(struct task *t, const char *name);
void task_get_comm(struct task *t, char out[TASK_COMM_LEN]);
/* Credentials of another task, counted. */
const struct cred *task_cred_get(struct task *t);

/*
 * ptrace.h - one task watched and steered by another: the tracer's link, the stops, the events.
 *
 * A tracee's task->ptrace is its link, NULL when nobody traces it. The link hangs in the list
 * `tracees` of the tracer's process, that wait(2) looks through beside the children. A thread
 * that dies traced leaves its link there (TRACEE_DEAD) until it is waited for.
 *   task->ptrace changes under tasklist_lock and the tracee's sig_lock; either suffices to read
 *   all else of a link: the tracee's sig_lock; a dead thread's: tasklist_lock
 */
#pragma once
#include <task/process.h>

struct wait_request;

enum tracee_state { TRACEE_RUNS, TRACEE_STOPPED, TRACEE_LISTENS, TRACEE_DEAD };
enum ptrace_stop_kind { STOP_OTHER, STOP_SYSCALL_ENTRY, STOP_SYSCALL_EXIT, STOP_SECCOMP, STOP_GROUP };

/* How a tracee goes on; on its own stack while it is stopped. */
struct ptrace_resume { int sig; };

struct cred;
struct user_ns;
struct ptrace_link {
	struct list node;                       /* tracer->process->tracees; tasklist_lock        */
	struct task *tracer;                    /* the thread; tasklist_lock                      */
	struct task *tracee;                    /* NULL: a dead thread                            */
	int tid;
	enum tracee_state state;
	enum ptrace_stop_kind kind;
	bool seized, told;                      /* told: wait(2) has reported this stop           */
	bool stepping;                          /* the trap flag in its frame is ours             */
	uint32_t options;                       /* PTRACE_O_*                                     */
	int code;                               /* stopped: signal | event << 8; dead: its status */
	uint64_t message;                       /* PTRACE_GETEVENTMSG                             */
	siginfo_t *info;                        /* of the stop, on the tracee's stack; NULL: none */
	struct ptrace_resume *resume;           /* on the tracee's stack                          */
	const struct cred *cred;                /* of who made the link: may it trace a program that gains rights? counted */
};
void ptrace_link_free(struct ptrace_link *l);   /* out of every list; may be NULL */
/* Is the current task not traced, or by one who had CAP_SYS_PTRACE over u when it attached? Caller holds process->exec_lock. */
bool ptrace_tracer_is_capable(const struct user_ns *u);

/* May the tracer of t, the caller, read and write its memory? Not what began as a secret from it (task/inspect.h). */
bool ptrace_may_touch_memory(struct task *t);
__must_check int ptrace_traceme(void);
/* PTRACE_ATTACH, or PTRACE_SEIZE with its options. 0, -EPERM, -ENOMEM. */
__must_check int ptrace_attach(struct task *t, bool seize, uint32_t options);
/* PTRACE_INTERRUPT, PTRACE_LISTEN of the current task's tracee. 0, -EIO, -ESRCH. */
__must_check int ptrace_interrupt(struct task *t);
__must_check int ptrace_listen(struct task *t);
/* The current task's tracee t is stopped, off its CPU, and stays so until it is let go, be it resumed or killed. -ESRCH otherwise. Sleeps. */
__must_check int ptrace_hold(struct task *t);
void ptrace_let_go(struct task *t);
int ptrace_kill(struct task *t);                /* SIGKILL for the current task's tracee's process, or -ESRCH */
enum ptrace_how { RESUME_CONT, RESUME_SYSCALL, RESUME_STEP, RESUME_DETACH };
/* Let a stopped tracee go on, with signal sig or 0. 0, -EIO (no such signal), -ENOMEM, -ESRCH. */
__must_check int ptrace_resume(struct task *t, enum ptrace_how how, uint64_t sig);

/* ---- where the tracee comes by; cheap when untraced: the caller looks at task->ptrace first ---- */

/* Signal sig was dequeued: what the tracer makes of it; 0: nothing. sig_lock held, released and taken again. */
int ptrace_signal_locked(struct task *t, int sig, siginfo_t *info);
/* A stop that was asked for (JOB_TRAP_STOP), or the group's. sig_lock held, released and taken again. */
void ptrace_trap_locked(struct task *t);
/* Does the tracer want this PTRACE_EVENT_*? */
bool ptrace_wants_event(struct task *t, unsigned event);
/* Stop for it, if so. Task context, no lock held. */
void ptrace_event(unsigned event, uint64_t message);
void ptrace_syscall_stop(bool is_entry);
/* PTRACE_EVENT_SECCOMP; false: nobody wants it. */
bool ptrace_seccomp_stop(unsigned data);
bool ptrace_suspends_seccomp(struct task *t);                   /* PTRACE_O_SUSPEND_SECCOMP */
void ptrace_exec_done(int old_tid);             /* the event, or the old SIGTRAP */
/* A link for a child about to be published, when the tracer of its maker wants it. 0, -ENOMEM. Sleeps. */
__must_check int ptrace_fork_prepare(uint64_t clone_flags, struct ptrace_link **link, unsigned *event);
void ptrace_fork_publish_locked(struct task *child, struct ptrace_link *link);  /* tasklist_lock */
/* t, just TASK_GONE, lets go of its tracees. Released on the side: onto dead. tasklist_lock held, sig_lock not. */
void ptrace_tracer_gone_locked(struct task *t, struct list *dead);
/* exec: fresh has taken the number of the dead leader old, which nobody traces any more. The caller frees the link. Both locks held. */
struct ptrace_link *ptrace_leader_replaced_locked(struct task *old, struct task *fresh);
/* The tracer of a dying thread hears of it; true: as the leader of a dead process, before the parent. tasklist_lock held. */
bool ptrace_tracee_dead_locked(struct task *t, int status);

/* ---- wait(2); tasklist_lock held ---- */

/* Is the news of c's death still kept for a tracer that is not its parent? */
bool ptrace_hides_zombie_locked(const struct process *c);
/* The tracer took the news of a dead process: its link goes. True: the parent is to be told now. */
bool ptrace_zombie_taken_locked(struct process *c);

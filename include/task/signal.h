/*
 * signal.h - sending, pending, delivery.
 *
 * process->sig_lock guards actions and pending sets. thread.work & WORK_SIGNAL is set when
 * a thread has something to deliver, so that the way to user mode tests one word.
 */
#pragma once
#include <task/process.h>

void siginfo_init_kernel(siginfo_t *info, int sig);                 /* SI_KERNEL */
/* Send to one thread (tkill) or the whole process. 0, -EAGAIN (queue limit, real-time). Any task context, also under tasklist_lock (RCU). */
int signal_send_task(struct task *t, const siginfo_t *info);
int signal_send_process(struct process *p, const siginfo_t *info);
/* To every process of a group. 0, or -ESRCH when empty. Takes tasklist_lock. */
int signal_send_group(struct pid *pgrp, const siginfo_t *info);
int signal_send_group_locked(struct pid *pgrp, const siginfo_t *info);   /* tasklist_lock held */
int signal_send_group_kernel(struct pid *pgrp, int sig);            /* tty: SIGINT, SIGTSTP, SIGWINCH, SIGHUP + SIGCONT */
int signal_send_process_kernel(struct process *p, int sig);
bool signal_may_send(const struct cred *by, struct process *p, int sig);
/* Current thread's mask; recalculates WORK_SIGNAL. */
void signal_set_blocked(sigset64_t mask);
void signal_recalc(struct task *t);                                 /* sig_lock held */
static inline bool signal_is_pending(void) { return thread_signal_pending(&task_current()->thread); }
bool signal_is_fatal_pending(void);                                 /* SIGKILL or group exit */
/* Job control: is the current process's action for sig ignored or blocked? (tty reads and writes from the background) */
bool signal_is_ignored_or_blocked(int sig);
void sigqueue_init(struct sigqueue *q);
void sigqueue_flush(struct sigqueue *q);
void signal_exec_reset(struct process *p);                          /* handlers to default, ignored stay */
/* Mask for the duration of a call (ppoll, pselect, sigsuspend, epoll_pwait): set now, restored on the way out. 0, -EFAULT, -EINVAL. */
__must_check int signal_set_temporary_mask(uaddr_t set, size_t size);
void signal_restore_temporary_mask(bool interrupted);
/* From any context, interrupts too: send post->sig (SI_KERNEL) to its process soon. */
void signal_post_init(struct signal_post *post, struct process *p, int sig);
bool signal_post(struct signal_post *post); /* false: it is queued already, or its process is gone */
/* Nobody posts it any more (its timer was cancelled): wait until what was posted has been sent. May sleep. */
void signal_post_settle(struct signal_post *post);
/*
 * Where those wait who want to see the pending signals of p without their delivery (signalfd): woken under
 * sig_lock by each signal sent to p. Shared with others, never freed: it outlives p.
 */
struct waitq *signal_waitq(const struct process *p);
void signal_init(void);                     /* bring-up: caches */
void signal_start_thread(void);             /* bring-up, after sched: the thread that sends posts */

struct sighand *sighand_alloc(void);        /* contents not set, refs 1 */
void sighand_copy(struct sighand *to, const struct sighand *from);  /* the actions; from stable */
void sighand_put(struct sighand *h);
static inline struct sighand *process_sighand(const struct process *p) { return (struct sighand *)p->actions; }
/* One action, whole, of p; sig_lock held. */
void signal_action_read(struct process *p, int sig, struct sigaction_k *out);
void signal_action_write(struct process *p, int sig, const struct sigaction_k *in);

/* ---- between sending (task) and delivering (proc) ---- */

#define SIGSET_STOP (SIGMASK(SIGSTOP) | SIGMASK(SIGTSTP) | SIGMASK(SIGTTIN) | SIGMASK(SIGTTOU))
#define SIGSET_IGNORED_BY_DEFAULT (SIGMASK(SIGCONT) | SIGMASK(SIGCHLD) | SIGMASK(SIGWINCH) | SIGMASK(SIGURG))
#define SIGSET_CORE (SIGMASK(SIGQUIT) | SIGMASK(SIGILL) | SIGMASK(SIGTRAP) | SIGMASK(SIGABRT) | SIGMASK(SIGFPE) | \
		     SIGMASK(SIGSEGV) | SIGMASK(SIGBUS) | SIGMASK(SIGSYS) | SIGMASK(SIGXCPU) | SIGMASK(SIGXFSZ))
#define SIGSET_SYNCHRONOUS (SIGMASK(SIGSEGV) | SIGMASK(SIGBUS) | SIGMASK(SIGILL) | SIGMASK(SIGTRAP) | \
			    SIGMASK(SIGFPE) | SIGMASK(SIGSYS))
#define SIGSET_UNBLOCKABLE (SIGMASK(SIGKILL) | SIGMASK(SIGSTOP))

/* Take the next signal outside `blocked` of t, its own first; 0 when there is none. sig_lock held. */
int signal_dequeue_locked(struct task *t, sigset64_t blocked, siginfo_t *info);
/* Wake t to look at its signals; fatal: out of a killable sleep or a stop, too. sig_lock held. */
void signal_wake_locked(struct task *t, bool fatal);
/* A traced thread is to tell its tracer that its group goes on, even out of PTRACE_LISTEN. sig_lock held. */
void signal_trap_listener_locked(struct task *t);
/* What came with the nth queued signal of t, or of its process. */
bool signal_peek(struct task *t, bool shared, uint64_t nth, siginfo_t *out);
/* As signal_force() of arch/upcall.h, with what comes along: it is not blocked, not ignored. */
void signal_force_info(const siginfo_t *info);
/* The same, SIGSEGV: memory that the kernel was to read or write for the program is bad. No trap: none is named in the log. */
void signal_force_segv(void);
/* Drop every pending signal of `mask` from q. sig_lock held. */
void sigqueue_remove(struct sigqueue *q, sigset64_t mask);
/* Drop the queued signals of one si_code from q. sig_lock held. */
void sigqueue_remove_code(struct sigqueue *q, int code);
/* Other threads get a chance at shared pending signals that t no longer takes. sig_lock held. */
void signal_retarget_locked(struct task *t, sigset64_t which);
/* Set another set of blocked signals of the current thread; sig_lock held. */
void signal_set_blocked_locked(struct task *t, sigset64_t mask);
/* The exit status every thread dies with; idempotent; kills the others. sig_lock held. */
void signal_kill_group_locked(struct process *p, int status);
/* The same for all but one thread (or NULL), which ends by itself; unless the group ends already. sig_lock held. */
void signal_end_group_locked(struct process *p, int status, const struct task *spared);
/* Where signals from user mode get their sender's numbers. */
void siginfo_init_user(siginfo_t *info, int sig, int code);

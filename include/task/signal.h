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
/* Wake signalfd pollers etc. */

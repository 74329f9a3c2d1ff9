/* proc_priv.h - shared inside src/proc. */
#pragma once
#include <proc/proc.h>
#include <task/task.h>
#include <task/process.h>
#include <task/signal.h>
#include <task/pid.h>
#include <task/cred.h>

struct tty;

/* Leave the kernel for the first time, with the frame at the top of this stack. */
void __noreturn task_enter_user(void);

/* The task has left its maker's memory (exec, exit): let the vfork()er go on. */
void task_vfork_done(struct task *t);
/* The same for who waits for its word of CLONE_CHILD_CLEARTID; sleeps. */
void task_tid_word_done(struct task *t);

/*
 * Take a zombie out of the tree: its numbers are free, nobody finds it. Returns the terminal
 * whose reference the caller gives back outside the lock, or NULL. tasklist_lock held.
 */
struct tty *process_release_locked(struct process *p);
/* After process_release_locked(), outside the lock. */
void process_release_finish(struct process *p, struct tty *tty);
/* A zombie that only its tracer knew of becomes its parent's. Released at once: onto dead. tasklist_lock held. */
void process_zombie_revealed_locked(struct process *p, struct list *dead);
/* Finish what was released onto dead; no lock held. */
void process_dead_finish(struct list *dead);
/* What the filters say of the call in f: its number, or ~0 with the result in f. again: the tracer was asked. */
uint64_t seccomp_filter(struct task *t, struct user_frame *f, bool again);
void syscall_watch_begin(struct task *t);       /* WORK_TRACE */
/* info's signal ends the current process by leaving a core: write it, if settings and limits allow. Its group ends then. */
void core_dump(struct task *t, const siginfo_t *info);
#define CORE_DUMPED 0x80                    /* in the status word */
void core_dump_join(struct task *t);        /* t is about to end: a dump may want it first. May sleep */
void core_dump_join_locked(struct task *t); /* the same in a section of its sig_lock, which it may leave and enter again */
/* The status word wait(2) reports for a dead p. */
int process_exit_status(const struct process *p);

/* Tell the parent that p stopped or continued: SIGCHLD and wait(2). Takes tasklist_lock. */
void parent_notify_jobctl(struct process *p, int code);
/* Begin a group stop because of sig, which t dequeued; false: SIGCONT or an exit undid it. sig_lock held. */
bool stop_begin_locked(struct process *p, struct task *t, int sig);
/* Stop with the group, until it continues or dies. Called with sig_lock held, returns without. */
void stop_participate(struct process *p, struct task *t);
/* The current thread dies or will not stop: does the rest of the group now count as stopped? sig_lock held. */
bool stop_leave_locked(struct process *p, struct task *t);
/* A process is about to die or change parents: SIGHUP and SIGCONT to a group that loses its last tie. tasklist_lock held. */
void pgrp_check_orphaned_locked(struct process *p, struct process *dying_parent);

/* pidfd pollers of p's number: it may be waited for. tasklist_lock held. */
void pidfd_notify(struct pid *pid);
void pidfd_init(void);                          /* bring-up */
int pidfd_create(struct pid *pid, unsigned flags, struct file **out);   /* file only; takes its own reference on pid */

/* The other threads are killed and gone when it returns 0; the current one leads. -EAGAIN: being killed itself. */
__must_check int exec_become_single(void);
void exec_init(void);                           /* bring-up */
void pid_ns_end(struct process *p);             /* p, dying, is its namespace's init: the end of all inside (pid_ns_end.c) */
void process_leave_inner_group_locked(struct process *p);     /* p, ending as above, may be in a group that began inside: it leads its own. tasklist_lock held */
extern unsigned max_threads;
/* A copy of old in a new user namespace of which old is the maker (unshare.c). */
__must_check int cred_make_user_ns(const struct cred *old, struct cred **out);

/*
 * proc.h - the verbs: birth, change and death of tasks; groups and sessions.
 */
#pragma once
#include <task/process.h>
#include <sync/rcu.h>
#include <linux/pidfd.h>

struct cred;
struct file;

struct clone_request {                      /* clone(2)'s arguments decoded */
	uint64_t flags;                         /* CLONE_* */
	int exit_signal;
	uint64_t stack, tls;                    /* user; 0 = parent's; stack is its top */
	uaddr_t parent_tid, child_tid, pidfd;
	const int *tids;                        /* the child's numbers, from its own namespace outwards */
	unsigned nr_tids;                       /* 0: any */
};
/* 0 in the child; tid in the parent or -errno. The caller's frame must be full. */
long task_fork(const struct clone_request *req);
__must_check int task_unshare(uint64_t flags);     /* unshare(2) */
/* setns(2) of the current task into nr namespaces of distinct kinds: all or none. */
struct ns;
__must_check int task_setns(struct ns *const *list, unsigned nr);

void __noreturn task_exit(int status);      /* this thread; status as wait(2)'s word */
void __noreturn process_exit(int status);   /* all threads */

/*
 * execve: with vectors of user pointers; path in kernel form (from path_copy_user()). On success 0
 * and the caller's frame enters the new program. flags: AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW. May sleep.
 */
__must_check int exec_user(int dirfd, const char *path, uaddr_t argv, uaddr_t envp, int flags);
__must_check int exec_path(const char *path, const char *const argv[], const char *const envp[]);  /* kernel strings: init */

/* Create pid 1 and run the first of the programs that exists; panics naming each tried. */
void proc_start_init(const char *requested, const char *requested_rd, void (*prepare)(void));
void proc_init(void);                       /* bring-up: caches, hooks; after sched, before proc_start_init() */

/* ---- wait ---- */

struct process_usage;
enum wait_kind { WAIT_ANY, WAIT_PID, WAIT_GROUP };
struct wait_request {
	enum wait_kind kind;
	int nr;                                 /* WAIT_PID: tgid */
	struct pid *pgrp;                       /* WAIT_GROUP; NULL: there is no such group */
	unsigned options;                       /* WEXITED WSTOPPED WCONTINUED WNOHANG WNOWAIT __W* */
	/* results, when a child was found */
	int pid, status, code;                  /* status as wait4() has it; code CLD_* */
	uint32_t uid;
	struct process_usage *usage;            /* where the child's times and counts go; NULL: nobody asks */
};
/* Pid of the child found, 0 (WNOHANG), -ECHILD, -ERESTARTSYS. Sleeps. */
long process_wait(struct wait_request *w);
/* Times and counts of p (own and dead threads), and of its waited-for children. Takes sig_lock. */
struct process_usage {
	uint64_t utime_ns, stime_ns, min_flt, maj_flt, nvcsw, nivcsw, maxrss_pages;
};
void process_usage_read(struct process *p, struct process_usage *self, struct process_usage *children);
void usage_to_rusage(const struct process_usage *u, struct rusage *out);

/* ---- groups and sessions; tasklist_lock inside ---- */

/* Counted; NULL once reaped. */
struct pid *process_pgrp_get(struct process *p);
bool pgrp_is_orphaned_locked(struct pid *pgrp);
__must_check int process_setpgid(int pid, int pgid);
long process_setsid(void);
void session_disassociate_tty(struct process *leader);

/* ---- pidfd ---- */

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL                 /* of Linux 6.9: a thread, not its process */
#endif
/* A file that stands for process or thread nr. Descriptor or -errno. flags: PIDFD_NONBLOCK, PIDFD_THREAD. */
__must_check int pidfd_open(int nr, unsigned flags);
/* A descriptor for process pid, reserved and close-on-exec, and its file: not yet installed. -EINVAL when it is gone. */
__must_check int pidfd_prepare(struct pid *pid, struct file **out);
/* The pid behind a pidfd file, borrowed while the file is; NULL when it is another file. */
struct pid *pidfd_pid(const struct file *f);

/* Out of memory: kill the largest process. For mm (mm_oom_kill). */
bool oom_kill_largest(void);

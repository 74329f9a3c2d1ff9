/*
 * proc.h - the verbs: birth, change and death of tasks; groups and sessions.
 */
#pragma once
#include <task/process.h>

struct clone_request {                      /* clone(2)'s arguments decoded */
	uint64_t flags;                         /* CLONE_* */
	int exit_signal;
	uint64_t stack, tls;                    /* user; 0 = parent's */
	uaddr_t parent_tid, child_tid;
};
/* 0 in the child; tid in the parent or -errno. The caller's frame must be full. */
long task_fork(const struct clone_request *req);
void __noreturn task_exit(int status);      /* this thread; status as wait(2)'s word */
void __noreturn process_exit(int status);   /* all threads */
void process_kill_threads_locked(struct process *p, int status);
/* execve: path and vectors in kernel form. On success the frame enters the new program. May sleep. */
struct exec_args;
__must_check int exec_path(const char *path, char *const argv[], char *const envp[]);  /* kernel strings: init */
/* Create pid 1 and run the first of the programs that exists; panics naming each tried. */
void proc_start_init(const char *requested, const char *requested_rd);
void proc_init(void);                       /* bring-up: caches, init structures */
/* Session and groups (setsid, setpgid; tty). */
struct pid *process_session_get(struct process *p);
bool pgrp_is_orphaned(struct pid *pgrp);    /* takes tasklist_lock */
void session_disassociate_tty(struct process *leader);

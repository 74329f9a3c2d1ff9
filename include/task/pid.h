/*
 * pid.h - process, group and session numbers.
 *
 * A struct pid is counted and found lock-free (RCU hash); numbers are handed out per CPU
 * ranges upward and wrap at pid_max. A number is free again when task, group and session are gone.
 */
#pragma once
#include <base/list.h>
#include <sync/hashtab.h>
#include <sync/refcount.h>
#include <sync/rcu.h>
#include <base/err.h>

struct task;
struct process;
struct pollable;

struct pid {
	int nr;
	refcount_t refs;
	struct htab_node hash;                  /* RCU; by nr */
	struct task *task;                      /* RCU: the thread with this id, NULL once it is reaped */
	struct process *process;                /* RCU: the thread group led by it, NULL once reaped     */
	struct list pgrp_members;               /* process.pgrp_node; tasklist_lock                     */
	struct list session_members;            /* process.session_node; tasklist_lock                  */
	struct pollable *watch;                 /* made by the first pidfd; set once, freed with the pid */
	struct rcu_head rcu;
};
void pid_init(void);
/*
 * refs: one for the number being in use (dropped by pid_detach_locked()), one for the task or
 * process that was born with it (dropped when its memory goes), and lookups.
 */
__must_check int pid_alloc(struct pid **out);     /* unpublished, refs 2; 0, -EAGAIN (pid_max), -ENOMEM. May sleep */
void pid_publish_locked(struct pid *p);           /* tasklist_lock: findable from now on */
void pid_free_unborn(struct pid *p);              /* never published */
void pid_detach_locked(struct pid *p);            /* tasklist_lock: frees the number if nothing stands on it any more */
struct pid *pid_find(int nr);                     /* under RCU; uncounted; NULL if unknown */
struct pid *pid_lookup(int nr);                   /* counted or NULL */
static inline void pid_get(struct pid *p) { refcount_get(&p->refs); }
void pid_put(struct pid *p);
struct task *task_lookup(int tid);                /* counted or NULL */
struct process *process_lookup(int tgid);         /* counted or NULL */
/* The next process with tgid >= nr for /proc listings; counted or NULL. */
struct process *process_next(int nr);
extern int pid_max;
#define PID_MAX_LIMIT (4 * 1024 * 1024)
#define PID_RESERVED 300                    /* where numbering resumes after a wrap */
int pid_last(void);

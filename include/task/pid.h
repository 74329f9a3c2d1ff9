/*
 * pid.h - process, group and session numbers.
 *
 * A struct pid is counted and found lock-free (RCU hash); numbers ascend and wrap at pid_max. A number is free
 * again when task, group and session are gone.
 *
 * Namespaces. A task of the initial namespace has one number, pid->nr. One born in a namespace below has one more for
 * each level, in pid->levels. task->tid and process->tgid are its own numbers, those of its own namespace: what it
 * is told of itself costs nothing. Who looks at another says through whose eyes: pid_seen() for the current task,
 * pid_nr_in() for another's. While no second namespace was ever made that is pid->nr after one look at pid_ns_in_use.
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

struct pid_ns;
struct pid_level {                          /* the number in one namespace below the initial one; const */
	struct htab_node hash;
	struct pid *pid;
	struct pid_ns *ns;
	int nr;
};
struct pid_levels {
	struct pid_ns *ns;                      /* the innermost: the task's own; counted */
	unsigned level;                         /* how many below the initial one: >= 1 */
	struct pid_level at[];                  /* of levels 1 .. level */
};

struct pid {
	int nr;                                 /* in the initial namespace */
	refcount_t refs;
	struct htab_node hash;                  /* RCU; by nr */
	struct task *task;                      /* RCU: the thread with this id, NULL once it is reaped */
	struct process *process;                /* RCU: the thread group led by it, NULL once reaped     */
	struct list pgrp_members;               /* process.pgrp_node; tasklist_lock                     */
	struct list session_members;            /* process.session_node; tasklist_lock                  */
	struct pid_levels *levels;              /* NULL: born in the initial namespace; const, owned        */
	struct pollable *watch;                 /* made by the first pidfd; set once, freed with the pid */
	struct rcu_head rcu;
};
void pid_init(void);
/*
 * refs: one for the number being in use (dropped by pid_detach_locked()), one for the task or
 * process that was born with it (dropped when its memory goes), and lookups.
 */
/*
 * Unpublished, refs 2; 0, -EAGAIN (pid_max), -ENOMEM. With tids, numbers from ns outwards that it is to have: -EINVAL, -EPERM,
 * -EEXIST. May sleep.
 */
__must_check int pid_alloc(struct pid_ns *ns, const int *tids, unsigned nr_tids, struct pid **out);
/* tasklist_lock: may it still enter its namespace? False once init has gone. p: the process that it is to lead, else NULL. */
bool pid_may_publish_locked(struct pid *pid, struct process *p);
void pid_publish_locked(struct pid *p);           /* tasklist_lock: findable from now on */
void pid_free_unborn(struct pid *p);              /* never published */
void pid_detach_locked(struct pid *p);            /* tasklist_lock: frees the number if nothing stands on it any more */
/* By number as the current task sees it, but with _in as members of ns do. */
struct pid *pid_find(int nr);                     /* under RCU; uncounted; NULL if unknown */
struct pid *pid_find_in(const struct pid_ns *ns, int nr);
struct pid *pid_lookup(int nr);                   /* counted or NULL */
struct task *pid_task_get(struct pid *p);         /* the live task of that number, counted or NULL */
static inline void pid_get(struct pid *p) { refcount_get(&p->refs); }
void pid_put(struct pid *p);
struct task *task_lookup(int tid);                /* counted or NULL */
struct task *task_lookup_in(const struct pid_ns *ns, int tid);
struct process *process_lookup(int tgid);         /* counted or NULL */
/* The first process whose number in ns is at least *nr, which becomes that number; counted or NULL. */
struct process *process_next(const struct pid_ns *ns, int *nr);
struct task *task_next(const struct pid_ns *ns, int *nr);        /* the same of tasks: threads too */

/* ---- numbers as others see them ---- */

extern bool pid_ns_in_use;                        /* a second namespace was made: never false again */
int pid_nr_in_slow(const struct pid *p, const struct pid_ns *ns);
int pid_seen_slow(const struct pid *p);
/* 0: whoever looks does not see it. */
static inline int pid_nr_in(const struct pid *p, const struct pid_ns *ns) { return likely(!pid_ns_in_use) ? p->nr : pid_nr_in_slow(p, ns); }
static inline int pid_seen(const struct pid *p) { return likely(!pid_ns_in_use) ? p->nr : pid_seen_slow(p); }
/* By who was born with it. */
static inline int pid_own_nr(const struct pid *p) { return likely(!p->levels) ? p->nr : p->levels->at[p->levels->level - 1].nr; }

extern int pid_max;
#define PID_MAX_LIMIT (4 * 1024 * 1024)
#define PID_RESERVED 300                    /* where numbering resumes after a wrap */
int pid_last(void);

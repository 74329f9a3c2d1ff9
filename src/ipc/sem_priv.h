/*
 * sem_priv.h - a semaphore set, its waiters and what is to be undone; shared by sem.c and sem_op.c.
 */
#pragma once
#include "sysv_priv.h"
#include <base/list.h>
#include <linux/sem.h>

struct thread;

struct sem { int value, pid; };                 /* set->o.lock */

/* Keys: l o.lock. */
struct sem_set {
	struct sysv_object o;
	int n;                                  /* c: how many */
	int64_t otime, ctime;                   /* l */
	struct list waiters;                    /* l: struct sem_waiter, in order of arrival */
	struct list undos;                      /* l: struct sem_undo */
	struct sem sems[];                      /* l */
};
static inline struct sem_set *set_of(struct sysv_object *o) { return container_of(o, struct sem_set, o); }

/* One call of semop(2): on its stack while it sleeps. */
#define SEM_WAITING 1
struct sem_waiter {
	struct list node;                       /* l; linked while status is SEM_WAITING */
	struct sembuf *ops;
	unsigned n;
	struct sem_undo *undo;                  /* NULL without SEM_UNDO */
	unsigned blocking;                      /* l: the operation that it waits for */
	int pid;
	int status;                             /* l to write: SEM_WAITING, 0 or -errno */
	struct thread *thread;
};

/* What a sharer of an undo list owes a set. */
struct sem_undo {
	struct list list_node;                  /* list->lock */
	struct list set_node;                   /* set->o.lock; empty once the set was removed */
	struct sem_set *set;                    /* counted */
	short adjust[];                         /* set->o.lock */
};

/* The set's values changed: serve who can go on. o.lock held. */
void sem_wake_locked(struct sem_set *s);
/* The set goes: everybody wakes with -EIDRM, nothing is undone. o.lock held. */
void sem_wake_removed_locked(struct sem_set *s);

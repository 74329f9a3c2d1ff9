/*
 * defer.h - deferred free: what must sleep, or takes long, is done later by a thread, after a grace period.
 *
 * rcu_call() runs its function where nothing may sleep. What is freed by sleeping
 * (vfree(), a chain of puts) goes through here: any context, never fails, and the
 * caller does not wait. The order is kept per CPU only.
 * Cost: that of rcu_call(), later 1 atomic on a shared line.
 * Users: replaced descriptor tables (fs/fdtable.c).
 */
#pragma once
#include <sync/rcu.h>
#include <sync/stack.h>

struct defer {                              /* in the object; nobody's business until fn gets it */
	union {
		struct rcu_head rcu;            /* first it waits for a grace period, */
		struct stack_node node;         /* then for the thread */
	};
	void (*fn)(struct defer *);
};

/* Call fn(d) in task context, where it may sleep, a grace period from now. */
void defer_call(struct defer *d, void (*fn)(struct defer *));
/* Run what is due; false when there was nothing. The thread's loop, and tests'. May sleep. */
bool defer_run(void);
void defer_start_thread(void);              /* bring-up, after rcu_start_threads() */

/*
 * mutex.h - sleeping mutual exclusion. One atomic uncontended; spins a little while the owner runs.
 * Task context only. Not recursive.
 */
#pragma once
#include <sync/spinlock.h>
#include <base/list.h>

struct thread;

struct __lockable mutex {
	atomic_ulong owner;                     /* struct thread * | MUTEX_WAITERS bit; 0 free */
	struct spinlock wait_lock;
	struct list waiters;
#ifdef CONFIG_DEBUG
	uint16_t rank;
#endif
};
void mutex_init(struct mutex *m, enum lock_rank rank);
void mutex_lock(struct mutex *m) __acquires(*m);
__must_check int mutex_lock_interruptible(struct mutex *m);   /* 0 or -EINTR (a signal is pending) */
bool mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m) __releases(*m);
bool mutex_is_held(const struct mutex *m);  /* by the running thread */

/*
 * mutex.h - sleeping mutual exclusion. One atomic uncontended; spins a little while the owner runs.
 * Task context only. Not recursive. An unlock may still touch the mutex after the next owner has it:
 * free the memory around it only when no other thread can be inside mutex_unlock().
 */
#pragma once
#include <sync/spinlock.h>
#include <base/list.h>

struct thread;

struct __lockable mutex {
	atomic_ulong owner;                     /* struct thread * | MUTEX_WAITERS bit; 0 free */
	struct spinlock wait_lock;
	struct list waiters;                    /* wait_lock */
#ifdef CONFIG_DEBUG
	uint16_t rank;
#endif
};
#ifdef CONFIG_DEBUG
#define MUTEX_INIT(name, rank_) { 0, SPINLOCK_INIT(RANK_WAITQ), LIST_INIT((name).waiters), (rank_) }
#else
#define MUTEX_INIT(name, rank_) { 0, SPINLOCK_INIT(RANK_WAITQ), LIST_INIT((name).waiters) }
#endif
void mutex_init(struct mutex *m, enum lock_rank rank);
void mutex_lock(struct mutex *m) __acquires(*m);
/* A second lock of a class, taken as one of the given rank. */
void mutex_lock_nested(struct mutex *m, enum lock_rank rank) __acquires(*m);
__must_check int mutex_lock_interruptible(struct mutex *m);   /* 0 or -EINTR (a signal is pending) */
__must_check bool mutex_trylock(struct mutex *m);
void mutex_unlock(struct mutex *m) __releases(*m);
bool mutex_is_held(const struct mutex *m);  /* by the running thread */

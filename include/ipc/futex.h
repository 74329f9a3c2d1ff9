/*
 * futex.h - waiting on user words: hashed buckets, no global lock.
 *
 * Every wait compares the word under its bucket's lock, so that a wake-up that follows a
 * change of the word is never lost. Words with an owner (the priority-inheriting operations) hold its tid.
 */
#pragma once
#include <base/types.h>

struct task;

/* When a wait is over: by monotonic time, or by the real-time clock, which may be set meanwhile. */
struct futex_deadline { uint64_t ns; bool is_realtime; };
#define FUTEX_NO_DEADLINE_NS (~0ull)            /* monotonic */
/* Wait while *word == expected: 0 woken, -EAGAIN other value, -ETIMEDOUT, -ERESTARTSYS, -EFAULT, -EINVAL. */
long futex_wait(uaddr_t word, bool is_private, uint32_t expected, struct futex_deadline deadline, uint32_t bitset);
/* One of the words that futex_wait_any() waits on. */
struct futex_wanted { uaddr_t word; uint32_t value; bool is_private; };
/* Wait until one of n words is woken: its index, the last one's if there are more. Errors as futex_wait(); -ENOMEM. */
long futex_wait_any(const struct futex_wanted *wanted, unsigned n, struct futex_deadline deadline);
/* Wake up to n waiters whose bitset meets ours. How many, -EFAULT, -EINVAL. */
long futex_wake(uaddr_t word, bool is_private, unsigned n, uint32_t bitset);
/* Wake n_wake waiters of `from`, move up to n_move to `to`; if cmp, only while *from == *cmp (-EAGAIN). Both numbers together. */
long futex_requeue(uaddr_t from, uaddr_t to, bool is_private, unsigned n_wake, unsigned n_move, const uint32_t *cmp);
/* FUTEX_WAKE_OP: change *second as encoded in op, wake n of first, and n2 of second if its old value compares. */
long futex_wake_op(uaddr_t first, uaddr_t second, bool is_private, unsigned n, unsigned n2, uint32_t op);
/* Wake up to n waiters of the word (exit: clear_child_tid, robust futexes). Returns how many. May sleep (key lookup). */
int futex_wake_user(uaddr_t word, bool is_private, unsigned n);
void futex_exit_robust(struct task *t);     /* walk the robust list of the exiting current task */

/*
 * Words with an owner. Errors besides -EFAULT and -EINVAL: -EDEADLK (ours, or the owner waits for us),
 * -ESRCH (no such owner), -ENOMEM, -ETIMEDOUT.
 */
long futex_lock_pi(uaddr_t word, bool is_private, struct futex_deadline deadline, bool only_try);       /* 0, -EAGAIN if only_try, -ERESTARTNOINTR */
long futex_unlock_pi(uaddr_t word, bool is_private);        /* 0, -EPERM */
/* Wait on word, to be moved to `to`, and own that on return. -EAGAIN: another value, or a signal after the move; -ERESTARTNOINTR. */
long futex_wait_requeue_pi(uaddr_t word, bool is_private, uint32_t expected, struct futex_deadline deadline, uaddr_t to);
/* While *from == cmp (-EAGAIN): give `to` to the first waiter if it is free, move up to n_move others. How many of both. */
long futex_cmp_requeue_pi(uaddr_t from, uaddr_t to, bool is_private, unsigned n_move, uint32_t cmp);
void futex_pi_exit(struct task *t);         /* current: what it owns goes to those who wait */
void futex_pi_restart(struct task *t);      /* current, at exec: the same, but it may own words again */
void futex_pi_adjust(struct task *t);       /* t's own priority changed: so do those it waits for */
void futex_init(void);

/*
 * futex.h - waiting on user words: hashed buckets, no global lock.
 *
 * Every wait compares the word under its bucket's lock, so that a wake-up that follows a
 * change of the word is never lost. Priority-inheriting operations are not offered (ENOSYS).
 */
#pragma once
#include <base/types.h>

struct task;

#define FUTEX_NO_DEADLINE (~0ull)
/* Wait while *word == expected: 0 woken, -EAGAIN other value, -ETIMEDOUT, -ERESTARTSYS, -EFAULT, -EINVAL. deadline monotonic. */
long futex_wait(uaddr_t word, bool is_private, uint32_t expected, uint64_t deadline_ns, uint32_t bitset);
/* Wake up to n waiters whose bitset meets ours. How many, -EFAULT, -EINVAL. */
long futex_wake(uaddr_t word, bool is_private, unsigned n, uint32_t bitset);
/* Wake n_wake waiters of `from`, move up to n_move to `to`; if cmp, only while *from == *cmp (-EAGAIN). Both numbers together. */
long futex_requeue(uaddr_t from, uaddr_t to, bool is_private, unsigned n_wake, unsigned n_move, const uint32_t *cmp);
/* FUTEX_WAKE_OP: change *second as encoded in op, wake n of first, and n2 of second if its old value compares. */
long futex_wake_op(uaddr_t first, uaddr_t second, bool is_private, unsigned n, unsigned n2, uint32_t op);
/* Wake up to n waiters of the word (exit: clear_child_tid, robust futexes). Returns how many. May sleep (key lookup). */
int futex_wake_user(uaddr_t word, bool is_private, unsigned n);
void futex_exit_robust(struct task *t);     /* walk the robust list of the exiting current task */
void futex_init(void);

/* futex.h - waiting on user words: hashed buckets, no global lock. */
#pragma once
#include <base/types.h>
/* Wake up to n waiters of the word (exit: clear_child_tid, robust futexes). Returns how many. May sleep (key lookup). */
int futex_wake_user(uaddr_t word, bool is_private, unsigned n);
void futex_init(void);
struct task;
void futex_exit_robust(struct task *t);     /* walk the robust list of the exiting current task */

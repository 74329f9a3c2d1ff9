/*
 * rseq.h - restartable sequences, rseq(2): a thread's word in user memory that tells its CPU, and code that
 * starts over when the thread was preempted, moved or signalled in it.
 */
#pragma once
#include <task/task.h>

struct user_frame;
long rseq_register(uaddr_t area, uint32_t len, uint32_t sig);           /* the current thread; 0, -EINVAL, -EPERM, -EBUSY, -EFAULT */
long rseq_unregister(uaddr_t area, uint32_t len, uint32_t sig);
void rseq_forget(struct task *t);                                       /* exec: of a program that is gone */
void rseq_fork(struct task *child, struct task *parent, bool shares_memory);
/* On the way to user mode, with WORK_NOTIFY: abort the sequence if something came between, tell the CPU. May sleep. */
void rseq_resume(struct user_frame *f);
/* A handler is about to run: it is entered from the abort address. May sleep. False: the area is bad. */
__must_check bool rseq_signal(struct user_frame *f);
static inline bool rseq_is_registered(const struct task *t) { return t->thread.rseq_cpu_plus_1 != 0; }

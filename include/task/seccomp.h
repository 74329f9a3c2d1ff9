/*
 * seccomp.h - filters on system calls (seccomp(2)): classic BPF over the number and arguments.
 *
 * A task's filters are a chain, newest first, shared with its children and never taken off.
 *   task->seccomp: own to read; changes under the process's sig_lock
 */
#pragma once
#include <task/task.h>

struct seccomp;                             /* one filter and those before it; counted, const once attached */
struct seccomp_data;
struct sock_fprog;
struct seccomp_listener;                    /* <proc/seccomp_listener.h> */

extern struct seccomp seccomp_strict;       /* SECCOMP_MODE_STRICT: read, write, exit, rt_sigreturn */

/* A filter from user memory, checked, before it is attached. May sleep. 0, -EINVAL, -EFAULT, -EACCES, -ENOMEM. */
__must_check int seccomp_load(uaddr_t fprog, bool log, struct seccomp **out);
void seccomp_put(struct seccomp *s);
/*
 * Attach filter to the current task, all threads of its process with `all`. Takes over the reference on success.
 * 0, -ENOMEM (too long a chain), -EINVAL (strict mode), -EBUSY (it has a listener, and so has one before it), or the id of a thread whose filters are not ours (all).
 */
__must_check int seccomp_attach(struct seccomp *filter, bool all);
/*
 * Whom the filter asks (SECCOMP_RET_USER_NOTIF): before it is attached; takes over a reference. What asks and
 * ends them is proc's.
 */
void seccomp_set_listener(struct seccomp *filter, struct seccomp_listener *l);
struct seccomp_listener *seccomp_listener_of(const struct seccomp *s);
struct seccomp_listener_ops {
	bool (*is_open)(const struct seccomp_listener *l);
	void (*orphan)(struct seccomp_listener *l);
};
extern const struct seccomp_listener_ops *seccomp_listener_ops;         /* const after bring-up */
/* The current task makes no more calls: its filters go, and who listens to them hears of it. */
void seccomp_leave(void);
/* The nth filter of t from the oldest, for a tracer: its code copied out (NULL: none), its length, does it log. -ENOENT, -EINVAL. */
long seccomp_inspect(struct task *t, uint64_t nth, uaddr_t code, bool *log);
/* A new thread or process gets its maker's filters. sig_lock of the maker held. */
void seccomp_fork_locked(struct task *child, const struct task *parent);
/* Verdict of all filters: SECCOMP_RET_* action and data. */
uint32_t seccomp_run(const struct seccomp *s, const struct seccomp_data *data, const struct seccomp **match);
/* For /proc: mode (0, 1, 2) and filters in force. */
unsigned seccomp_mode(const struct task *t, unsigned *nr_filters);

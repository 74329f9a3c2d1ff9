/* ptrace_priv.h - ptrace.c, ptrace_stop.c and ptrace_steer.c to each other. */
#pragma once
#include <proc/ptrace.h>

/* ptrace.c: l is in its tracer's list and its tracee's no more. tasklist_lock and sig_lock held; the caller frees it. */
void ptrace_link_leave_locked(struct ptrace_link *l);
/* ptrace_steer.c: t leaves its link l, with what a stop of its group left undone, and goes on with sig. Both locks held; the caller frees l. */
void ptrace_detach_locked(struct task *t, struct ptrace_link *l, int sig);

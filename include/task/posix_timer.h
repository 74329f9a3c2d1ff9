/*
 * posix_timer.h - timers of a process that send signals, timer_create(2).
 *
 * Not inherited by fork, deleted by exec and exit. All of their state is guarded by the process's sig_lock.
 */
#pragma once
#include <task/process.h>

struct posix_timer;
struct posix_timer_request {                /* what timer_create(2) asks for */
	int clock_id;
	int notify;                             /* SIGEV_SIGNAL, SIGEV_NONE, either | SIGEV_THREAD_ID */
	int sig;
	int tid;                                /* SIGEV_THREAD_ID */
	uint64_t value;                         /* sigval */
	bool value_is_id;                       /* no sigevent was given */
};
struct posix_timer_setting { uint64_t value_ns, interval_ns; };

/*
 * A timer of the current process. 0, -EINVAL, -EOPNOTSUPP, -EPERM, -EAGAIN (RLIMIT_SIGPENDING, memory). *id is
 * written when a number was used up, even if the clock then refused.
 */
__must_check int posix_timer_create(const struct posix_timer_request *r, int *id);
/* Of the current process, by number: -EINVAL when there is none. value 0 disarms; old: what it had left. */
__must_check int posix_timer_set(int id, bool is_absolute, const struct posix_timer_setting *in, struct posix_timer_setting *old);
__must_check int posix_timer_get(int id, struct posix_timer_setting *out);
__must_check int posix_timer_overrun(int id);
__must_check int posix_timer_delete(int id);
/* exec and exit of the current process's last thread. */
void posix_timers_delete_all(struct process *p);

/* For /proc/PID/timers: the nth, newest first; false past the last. */
struct posix_timer_info { int id, clock_id, notify, sig, target; uint64_t value; };
bool posix_timer_info(struct process *p, unsigned n, struct posix_timer_info *out);

/* attr.h - sched_setattr(2) past the C library, which does not have it. */
#ifndef ATTR_H
#define ATTR_H
#include "../show.h"
#include <sched.h>
#include <sys/resource.h>

struct attr { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; uint32_t util_min, util_max; uint64_t more[2]; };
static inline long set_attr(int pid, struct attr *a, unsigned flags) { return syscall(SYS_sched_setattr, pid, a, flags); }
static inline long get_attr(int pid, void *a, unsigned size, unsigned flags) { return syscall(SYS_sched_getattr, pid, a, size, flags); }
static inline long set_policy(int pid, int policy, int prio)
{
	struct sched_param p = { .sched_priority = prio };

	return syscall(SYS_sched_setscheduler, pid, policy, &p);
}
static inline long policy_of(int pid) { return syscall(SYS_sched_getscheduler, pid); }
static inline int prio_of(int pid)
{
	struct sched_param p = { .sched_priority = -1 };

	syscall(SYS_sched_getparam, pid, &p);
	return p.sched_priority;
}
#endif

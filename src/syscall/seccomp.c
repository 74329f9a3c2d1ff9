/*
 * seccomp.c - seccomp(2) and its two options of prctl(2).
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/process.h>
#include <task/seccomp.h>
#include <task/user_ns.h>
#include <linux/seccomp.h>
#include "seccomp_priv.h"

#define FLAGS_DONE (SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW | \
		    SECCOMP_FILTER_FLAG_TSYNC_ESRCH)

static long set_strict(void)
{
	const struct seccomp *now = task_current()->seccomp;

	if (now)
		return now == &seccomp_strict ? 0 : -EINVAL;
	return seccomp_attach(&seccomp_strict, false);
}

static long set_filter(uint64_t flags, uaddr_t prog)
{
	bool all = flags & SECCOMP_FILTER_FLAG_TSYNC;
	struct seccomp *filter;
	int err;

	if (flags & ~(uint64_t)FLAGS_DONE)
		return -EINVAL;
	if (task_current()->seccomp == &seccomp_strict)
		return -EINVAL;
	if (!process_current()->no_new_privs && !capable_here(CAP_SYS_ADMIN))
		return -EACCES;
	err = seccomp_load(prog, &filter);
	if (err)
		return err;
	err = seccomp_attach(filter, all);
	if (err)
		seccomp_put(filter);
	return err > 0 && (flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH) ? -ESRCH : err;
}

static long action_available(uaddr_t from)
{
	uint32_t action;

	if (user_read(&action, from))
		return -EFAULT;
	switch (action) {
	case SECCOMP_RET_KILL_PROCESS:
	case SECCOMP_RET_KILL_THREAD:
	case SECCOMP_RET_TRAP:
	case SECCOMP_RET_ERRNO:
	case SECCOMP_RET_TRACE:
	case SECCOMP_RET_LOG:
	case SECCOMP_RET_ALLOW:
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

SYSCALL(seccomp, unsigned op, unsigned flags, uaddr_t arg)
{
	switch (op) {
	case SECCOMP_SET_MODE_STRICT:
		return flags || !uaddr_is_null(arg) ? -EINVAL : set_strict();
	case SECCOMP_SET_MODE_FILTER:
		return set_filter(flags, arg);
	case SECCOMP_GET_ACTION_AVAIL:
		return flags ? -EINVAL : action_available(arg);
	default:
		return -EINVAL;
	}
}

long seccomp_prctl_set(uint64_t mode, uaddr_t prog)
{
	if (mode == SECCOMP_MODE_STRICT)
		return set_strict();
	return mode == SECCOMP_MODE_FILTER ? set_filter(0, prog) : -EINVAL;
}

/* In strict mode the question itself is not allowed. */
long seccomp_prctl_get(void)
{
	unsigned nr;

	return (long)seccomp_mode(task_current(), &nr);
}

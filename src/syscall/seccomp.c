/*
 * seccomp.c - seccomp(2) and its two options of prctl(2).
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <proc/seccomp_listener.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/process.h>
#include <task/seccomp.h>
#include <task/user_ns.h>
#include <linux/seccomp.h>
#include "seccomp_priv.h"

#define FLAGS_DONE (SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW | \
		    SECCOMP_FILTER_FLAG_TSYNC_ESRCH | SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)

static long set_strict(void)
{
	const struct seccomp *now = task_current()->seccomp;

	if (now)
		return now == &seccomp_strict ? 0 : -EINVAL;
	return seccomp_attach(&seccomp_strict, false);
}

/* A descriptor, not yet installed, by which filter's questions are answered. */
static int listener_prepare(struct seccomp *filter, bool killable, struct file **file)
{
	struct seccomp_listener *l;
	int fd = fd_alloc(0, true), err;

	if (fd < 0)
		return fd;
	err = seccomp_listener_create(killable, &l, file);
	if (err) {
		fd_abandon(fd);
		return err;
	}
	seccomp_set_listener(filter, l);
	return fd;
}

static long set_filter(uint64_t flags, uaddr_t prog)
{
	bool all = flags & SECCOMP_FILTER_FLAG_TSYNC, listens = flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
	struct seccomp *filter;
	struct file *file;
	int err, fd = 0;

	if (flags & ~(uint64_t)FLAGS_DONE)
		return -EINVAL;
	if (all && listens && !(flags & SECCOMP_FILTER_FLAG_TSYNC_ESRCH))
		return -EINVAL;                 /* what is returned would be ambiguous */
	if ((flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) && !listens)
		return -EINVAL;
	err = seccomp_load(prog, flags & SECCOMP_FILTER_FLAG_LOG, &filter);
	if (err)
		return err;
	if (listens) {
		fd = listener_prepare(filter, flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &file);
		if (fd < 0) {
			seccomp_put(filter);
			return fd;
		}
	}
	err = seccomp_attach(filter, all);
	if (!err) {
		if (listens)
			fd_install(fd, file);
		return fd;
	}
	seccomp_put(filter);
	if (listens) {
		fd_abandon(fd);
		file_put(file);
	}
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
	case SECCOMP_RET_USER_NOTIF:
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

static long notif_sizes(uaddr_t to)
{
	struct seccomp_notif_sizes sizes = {
		sizeof(struct seccomp_notif), sizeof(struct seccomp_notif_resp), sizeof(struct seccomp_data),
	};

	return user_write(to, &sizes);
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
	case SECCOMP_GET_NOTIF_SIZES:
		return flags ? -EINVAL : notif_sizes(arg);
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

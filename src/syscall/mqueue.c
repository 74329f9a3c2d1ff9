/*
 * mqueue.c - system calls of POSIX message queues.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/names.h>
#include <ipc/mqueue.h>
#include <linux/mqueue.h>
#include <linux/time_types.h>
#include <syscall/define.h>
#include <task/signal.h>
#include "timespec.h"

SYSCALL(mq_open, uaddr_t user_name, int flags, uint32_t mode, uaddr_t user_attr)
{
	struct path_text name;
	struct mq_attr attr;
	long ret;

	if (!uaddr_is_null(user_attr) && user_read(&attr, user_attr))
		return -EFAULT;
	ret = path_text_get(&name, user_name, false);
	if (ret)
		return ret;
	ret = mqueue_open(name.s, flags, mode, uaddr_is_null(user_attr) ? NULL : &attr);
	path_text_put(&name);
	return ret;
}

SYSCALL(mq_unlink, uaddr_t user_name)
{
	struct path_text name;
	long ret = path_text_get(&name, user_name, false);

	if (ret)
		return ret;
	ret = mqueue_unlink(name.s);
	path_text_put(&name);
	return ret;
}

/* The absolute time of the real-time clock at `timeout`, or none. */
static int deadline_read(uaddr_t timeout, uint64_t *out)
{
	struct __kernel_timespec t;

	*out = MQUEUE_NO_DEADLINE;
	if (uaddr_is_null(timeout))
		return 0;
	return user_read(&t, timeout) ? -EFAULT : timespec_to_ns(&t, out);
}

SYSCALL(mq_timedsend, int fd, uaddr_t msg, size_t size, unsigned priority, uaddr_t timeout)
{
	struct fd_ref ref;
	struct file *f;
	uint64_t deadline;
	long ret = deadline_read(timeout, &deadline);

	if (ret)
		return ret;
	if (priority >= MQ_PRIO_MAX)
		return -EINVAL;
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	ret = file_is_mqueue(f) && (f->mode & FILE_WRITE) ? mqueue_send(f, msg, size, priority, deadline) : -EBADF;
	fd_return(&ref);
	return ret;
}

SYSCALL(mq_timedreceive, int fd, uaddr_t msg, size_t size, uaddr_t priority, uaddr_t timeout)
{
	struct fd_ref ref;
	struct file *f;
	uint64_t deadline;
	long ret = deadline_read(timeout, &deadline);

	if (ret)
		return ret;
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	ret = file_is_mqueue(f) && (f->mode & FILE_READ) ? mqueue_receive(f, msg, size, priority, deadline) : -EBADF;
	fd_return(&ref);
	return ret;
}

static int event_check(const struct sigevent *e)
{
	char cookie[NOTIFY_COOKIE_LEN];
	struct fd_ref ref;

	switch (e->sigev_notify) {
	case SIGEV_NONE:
		return 0;
	case SIGEV_SIGNAL:
		return e->sigev_signo < 0 || e->sigev_signo > NR_SIGNALS ? -EINVAL : 0;
	case SIGEV_THREAD:
		if (user_copy_in(cookie, UADDR((uintptr_t)e->sigev_value.sival_ptr), sizeof cookie))
			return -EFAULT;
		if (!fd_borrow(e->sigev_signo, &ref))
			return -EBADF;
		fd_return(&ref);
		return -ENOTSOCK;               /* no file here is a netlink socket */
	default:
		return -EINVAL;
	}
}

SYSCALL(mq_notify, int fd, uaddr_t user_event)
{
	struct sigevent event;
	struct fd_ref ref;
	struct file *f;
	long ret = 0;

	if (!uaddr_is_null(user_event)) {
		if (user_read(&event, user_event))
			return -EFAULT;
		ret = event_check(&event);
	}
	if (ret)
		return ret;
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	ret = file_is_mqueue(f) ? mqueue_notify(f, uaddr_is_null(user_event) ? NULL : &event) : -EBADF;
	fd_return(&ref);
	return ret;
}

SYSCALL(mq_getsetattr, int fd, uaddr_t user_new, uaddr_t user_old)
{
	struct mq_attr new, old;
	struct fd_ref ref;
	struct file *f;

	if (!uaddr_is_null(user_new)) {
		if (user_read(&new, user_new))
			return -EFAULT;
		if (new.mq_flags & ~O_NONBLOCK)
			return -EINVAL;
	}
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	if (!file_is_mqueue(f)) {
		fd_return(&ref);
		return -EBADF;
	}
	mqueue_attributes(f, uaddr_is_null(user_new) ? NULL : &new, &old);
	fd_return(&ref);
	return !uaddr_is_null(user_old) && user_write(user_old, &old) ? -EFAULT : 0;
}

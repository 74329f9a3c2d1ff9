/* pipe.c - system calls that make pipes, eventfds and epolls, and those on epolls. */
#include <fs/file.h>
#include <ipc/epoll.h>
#include <ipc/eventfd.h>
#include <ipc/pipe.h>
#include <syscall/define.h>
#include <task/signal.h>
#include <time/clock.h>
#include <linux/time_types.h>

/* Both ends get descriptors, or none. */
static long pipe_install(struct file *rd, struct file *wr, uaddr_t fds, bool cloexec)
{
	int fd[2];
	long err;

	err = fd[0] = fd_alloc(0, cloexec);
	if (err < 0)
		goto put;
	err = fd[1] = fd_alloc(0, cloexec);
	if (err < 0)
		goto abandon_first;
	err = user_write(fds, &fd);
	if (err)
		goto abandon_both;
	fd_install(fd[0], rd);
	fd_install(fd[1], wr);
	return 0;
abandon_both:
	fd_abandon(fd[1]);
abandon_first:
	fd_abandon(fd[0]);
put:
	file_put(rd);
	file_put(wr);
	return err;
}

static long pipe_call(uaddr_t fds, int flags)
{
	struct file *rd, *wr;
	int err;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT | O_EXCL))
		return -EINVAL;
	if (flags & O_EXCL)                            /* O_NOTIFICATION_PIPE: there are no watch queues */
		return -ENOPKG;
	err = pipe_create(flags & (O_NONBLOCK | O_DIRECT), &rd, &wr);
	return err ? err : pipe_install(rd, wr, fds, flags & O_CLOEXEC);
}

SYSCALL(pipe2, uaddr_t fds, int flags) { return pipe_call(fds, flags); }
SYSCALL(pipe, uaddr_t fds) { return pipe_call(fds, 0); }

SYSCALL(eventfd2, unsigned count, int flags)
{
	struct file *f;
	int err = eventfd_create(count, flags, &f);

	return err ? err : fd_add(f, flags & EFD_CLOEXEC);
}

SYSCALL(eventfd, unsigned count) { return sys_eventfd2(count, 0); }

/* ---- epoll ---- */

SYSCALL(epoll_create1, int flags)
{
	struct file *f;
	int err = epoll_create_file(flags, &f);

	return err ? err : fd_add(f, flags & EPOLL_CLOEXEC);
}

SYSCALL(epoll_create, int size) { return size <= 0 ? -EINVAL : sys_epoll_create1(0); }

SYSCALL(epoll_ctl, int epfd, int op, int fd, uaddr_t event)
{
	struct epoll_event e = { 0 };
	struct fd_ref ep, target;
	long ret = -EBADF;

	if (op != EPOLL_CTL_DEL && user_read(&e, event))
		return -EFAULT;
	if (!fd_borrow(epfd, &ep))
		return -EBADF;
	if (fd_borrow(fd, &target)) {
		ret = epoll_control(ep.file, op, fd, target.file, &e);
		fd_return(&target);
	}
	fd_return(&ep);
	return ret;
}

static long epoll_wait_common(int epfd, uaddr_t events, int max, uint64_t deadline_ns)
{
	struct fd_ref r;
	struct file *f;
	long n;

	if (max <= 0 || (size_t)max > INT32_MAX / sizeof(struct epoll_event))
		return -EINVAL;
	if (!user_range_ok(events, (size_t)max * sizeof(struct epoll_event)))
		return -EFAULT;
	f = fd_borrow(epfd, &r);
	if (!f)
		return -EBADF;
	n = epoll_wait_events(f, events, max, deadline_ns);
	fd_return(&r);
	return n;
}

static uint64_t deadline_from_ms(int ms)
{
	return ms < 0 ? ~0ull : ms == 0 ? 0 : clock_monotonic_ns() + (uint64_t)ms * 1000000u;
}

SYSCALL(epoll_wait, int epfd, uaddr_t events, int max, int timeout_ms)
{
	return epoll_wait_common(epfd, events, max, deadline_from_ms(timeout_ms));
}

static long epoll_wait_masked(int epfd, uaddr_t events, int max, uint64_t deadline_ns, uaddr_t mask, size_t mask_size)
{
	long n;
	int err = uaddr_is_null(mask) ? 0 : signal_set_temporary_mask(mask, mask_size);

	if (err)
		return err;
	n = epoll_wait_common(epfd, events, max, deadline_ns);
	if (!uaddr_is_null(mask))
		signal_restore_temporary_mask(n == -EINTR);
	return n;
}

SYSCALL(epoll_pwait, int epfd, uaddr_t events, int max, int timeout_ms, uaddr_t mask, size_t mask_size)
{
	return epoll_wait_masked(epfd, events, max, deadline_from_ms(timeout_ms), mask, mask_size);
}

SYSCALL(epoll_pwait2, int epfd, uaddr_t events, int max, uaddr_t timeout, uaddr_t mask, size_t mask_size)
{
	uint64_t deadline = ~0ull;
	struct __kernel_timespec ts;

	if (!uaddr_is_null(timeout)) {
		if (user_read(&ts, timeout))
			return -EFAULT;
		if (ts.tv_sec < 0 || (uint64_t)ts.tv_nsec >= NSEC_PER_SEC)
			return -EINVAL;
		if (!ts.tv_sec && !ts.tv_nsec)
			deadline = 0;
		else if ((uint64_t)ts.tv_sec < INT64_MAX / NSEC_PER_SEC - 1)
			deadline = clock_monotonic_ns() + (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	}
	return epoll_wait_masked(epfd, events, max, deadline, mask, mask_size);
}

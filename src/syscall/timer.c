/* timer.c - system calls on timers: timer_*, timerfd_*; and signalfd. */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <ipc/signalfd.h>
#include <ipc/timerfd.h>
#include <syscall/define.h>
#include <syscall/limits.h>
#include <task/posix_timer.h>
#include <linux/signalfd.h>
#include <linux/time.h>
#include <linux/time_types.h>
#include <linux/timerfd.h>
#include "timespec.h"

struct span { uint64_t value_ns, interval_ns; };

/* -EFAULT, -EINVAL. */
static int itimerspec_read(uaddr_t u, struct span *out)
{
	struct __kernel_itimerspec its;
	int err;

	if (user_read(&its, u))
		return -EFAULT;
	err = timespec_to_ns(&its.it_interval, &out->interval_ns);
	return err ? err : timespec_to_ns(&its.it_value, &out->value_ns);
}

static int itimerspec_write(uaddr_t u, uint64_t value_ns, uint64_t interval_ns)
{
	struct __kernel_itimerspec its = { .it_interval = timespec_of(interval_ns), .it_value = timespec_of(value_ns) };

	return user_write(u, &its);
}

/* ---- timers that send signals ---- */

SYSCALL(timer_create, int clock, uaddr_t event, uaddr_t id_out)
{
	struct posix_timer_request r = { .clock_id = clock, .notify = SIGEV_SIGNAL, .sig = SIGALRM, .value_is_id = true };
	struct sigevent e;
	int id = -1, err;

	if (!uaddr_is_null(event)) {
		if (user_read(&e, event))
			return -EFAULT;
		r.notify = e.sigev_notify;
		r.sig = e.sigev_signo;
		r.tid = e._sigev_un._tid;
		r.value = (uint64_t)e.sigev_value.sival_ptr;
		r.value_is_id = false;
	}
	cpu_tick_start(clock);
	err = posix_timer_create(&r, &id);
	if (id < 0 || !user_write(id_out, &id))
		return err;
	if (!err)
		(void)!posix_timer_delete(id);
	return -EFAULT;
}

SYSCALL(timer_settime, int id, int flags, uaddr_t value, uaddr_t old_value)
{
	struct posix_timer_setting in, old;
	struct span span;
	int err;

	if (uaddr_is_null(value))
		return -EINVAL;
	err = itimerspec_read(value, &span);
	if (err)
		return err;
	in = (struct posix_timer_setting){ span.value_ns, span.interval_ns };
	err = posix_timer_set(id, flags & TIMER_ABSTIME, &in, &old);
	if (err || uaddr_is_null(old_value))
		return err;
	return itimerspec_write(old_value, old.value_ns, old.interval_ns);
}

SYSCALL(timer_gettime, int id, uaddr_t value)
{
	struct posix_timer_setting now;
	int err = posix_timer_get(id, &now);

	return err ? err : itimerspec_write(value, now.value_ns, now.interval_ns);
}

SYSCALL(timer_getoverrun, int id) { return posix_timer_overrun(id); }
SYSCALL(timer_delete, int id) { return posix_timer_delete(id); }

/* ---- timers that are read ---- */

SYSCALL(timerfd_create, int clock, int flags)
{
	struct file *f;
	int err;

	if (flags & ~(TFD_CLOEXEC | TFD_NONBLOCK))
		return -EINVAL;
	err = timerfd_create_file(clock, flags, &f);
	return err ? err : fd_add(f, flags & TFD_CLOEXEC);
}

SYSCALL(timerfd_settime, int fd, int flags, uaddr_t value, uaddr_t old_value)
{
	struct timerfd_setting in, old;
	struct span span;
	struct fd_ref ref;
	int err = itimerspec_read(value, &span);

	if (err)
		return err;
	if (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET))
		return -EINVAL;
	in = (struct timerfd_setting){ span.value_ns, span.interval_ns };
	if (!fd_borrow(fd, &ref))
		return -EBADF;
	err = timerfd_set(ref.file, flags, &in, &old);
	fd_return(&ref);
	if (err == -EINVAL || err == -EPERM)
		return err;
	/* -ECANCELED: it is armed all the same */
	if (!uaddr_is_null(old_value) && itimerspec_write(old_value, old.value_ns, old.interval_ns))
		return -EFAULT;
	return err;
}

SYSCALL(timerfd_gettime, int fd, uaddr_t value)
{
	struct timerfd_setting now;
	struct fd_ref ref;
	int err;

	if (!fd_borrow(fd, &ref))
		return -EBADF;
	err = timerfd_get(ref.file, &now);
	fd_return(&ref);
	return err ? err : itimerspec_write(value, now.value_ns, now.interval_ns);
}

/* ---- signals that are read ---- */

SYSCALL(signalfd4, int fd, uaddr_t mask, size_t size, int flags)
{
	struct fd_ref ref;
	struct file *f;
	sigset64_t set;
	int err;

	if (size != sizeof set)
		return -EINVAL;
	if (user_read(&set, mask))
		return -EFAULT;
	if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
		return -EINVAL;
	if (fd == -1) {
		err = signalfd_create_file(set, flags, &f);
		return err ? err : fd_add(f, flags & SFD_CLOEXEC);
	}
	if (!fd_borrow(fd, &ref))
		return -EBADF;
	err = signalfd_set(ref.file, set);
	fd_return(&ref);
	return err ? err : fd;
}

SYSCALL(signalfd, int fd, uaddr_t mask, size_t size) { return sys_signalfd4(fd, mask, size, 0); }

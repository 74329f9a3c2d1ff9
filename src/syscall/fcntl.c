/*
 * fcntl.c - system calls that look at or change an open file: fcntl, flock, ioctl.
 */
#include <fs/file.h>
#include <fs/notify.h>
#include <fs/owner.h>
#include <fs/shmem.h>
#include <fs/capable.h>
#include <ipc/pipe.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/process.h>
#include <asm/ioctls.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include "ioctl_fs.h"

/* Since Linux 6.10 and 6.12; not yet in every linux-libc-dev. */
#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY (F_LINUX_SPECIFIC_BASE + 3)
#endif
#ifndef F_CREATED_QUERY
#define F_CREATED_QUERY (F_LINUX_SPECIFIC_BASE + 4)
#endif

#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

static_assert(sizeof(struct flock64_k) == sizeof(struct flock), "flock structs are copied as they are");

static void file_set_nonblock(struct file *f, bool on)
{
	file_bits_change(&f->flags, O_NONBLOCK, on ? O_NONBLOCK : 0);
	file_bits_change(&f->mode, FILE_NONBLOCK, on ? FILE_NONBLOCK : 0);
}

static long set_flags(struct file *f, int fd, uint32_t flags)
{
	int err;

	if ((flags & ~f->flags & O_NOATIME) && f->inode->uid != cred_current()->fsuid && !capable_inode(f->inode, CAP_FOWNER))
		return -EPERM;
	if ((flags & ~f->flags & O_DIRECT) && !file_may_be_direct(f) && !file_is_pipe(f))
		return -EINVAL;
	if (((flags ^ f->flags) & FASYNC) && f->ops->sends_sigio) {
		err = file_async_set(f, fd, flags & FASYNC);
		if (err)
			return err;
	}
	/* FILE_LOCKED and FILE_NOTIFIES may come meanwhile: without them close would leave locks and watches of a file that is gone. */
	file_bits_change(&f->flags, SETFL_MASK, flags & SETFL_MASK);
	file_bits_change(&f->mode, FILE_APPEND | FILE_NONBLOCK,
			 (flags & O_APPEND ? FILE_APPEND : 0) | (flags & O_NONBLOCK ? FILE_NONBLOCK : 0));
	return 0;
}

static long dup_from(struct file *f, uint64_t from, bool cloexec)
{
	if (from >= process_current()->rlim[RLIMIT_NOFILE].rlim_cur)
		return -EINVAL;
	file_get(f);
	return fd_add_from(f, (int)from, cloexec);
}

/* A close that came before the lock did not see it, and there may be no other. */
static int lock_left_behind(struct file *f)
{
	flock_release_owner(f, task_current()->files);
	return -EBADF;
}

static long lock_call(struct file *f, int fd, unsigned cmd, uaddr_t arg)
{
	bool is_ofd = cmd == F_OFD_GETLK || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW;
	struct flock64_k l;
	long err;

	if (user_read(&l, arg))
		return -EFAULT;
	if (cmd != F_GETLK && cmd != F_OFD_GETLK) {
		err = flock_posix_set(f, &l, is_ofd, cmd == F_SETLKW || cmd == F_OFD_SETLKW);
		return err || is_ofd || l.type == F_UNLCK || likely(fd_is_of(fd, f)) ? err : lock_left_behind(f);
	}
	err = flock_posix_get(f, &l, is_ofd);
	if (!err && user_write(arg, &l))
		return -EFAULT;
	return err;
}

static long owner_ex(struct file *f, unsigned cmd, uaddr_t arg)
{
	struct f_owner_ex o;

	if (cmd == F_GETOWN_EX) {
		o.pid = file_owner_get(f, &o.type);
		return user_write(arg, &o);
	}
	if (user_read(&o, arg))
		return -EFAULT;
	if (o.type != F_OWNER_TID && o.type != F_OWNER_PID && o.type != F_OWNER_PGRP)
		return -EINVAL;
	return file_owner_set(f, o.type, o.pid);
}

/* The ids of who set the owner. */
static long owner_uids(const struct file *f, uaddr_t arg)
{
	uint32_t ids[2];

	file_owner_get_uids(f, &ids[0], &ids[1]);
	ids[0] = uid_shown(ids[0]);
	ids[1] = uid_shown(ids[1]);
	return user_write(arg, &ids);
}

static long owner(struct file *f, unsigned cmd, int nr)
{
	int type;

	if (cmd == F_GETOWN) {
		nr = file_owner_get(f, &type);
		return type == F_OWNER_PGRP ? -nr : nr;
	}
	if (nr == INT32_MIN)
		return -EINVAL;
	return file_owner_set(f, nr < 0 ? F_OWNER_PGRP : F_OWNER_PID, nr < 0 ? -nr : nr);
}

static long write_hint(struct file *f, unsigned cmd, uaddr_t arg)
{
	struct inode *i = f->inode;
	uint64_t hint = load_relaxed(&i->write_hint);   /* relaxed: a word of its own */

	if (cmd == F_GET_RW_HINT)
		return user_write(arg, &hint);
	if (user_read(&hint, arg))
		return -EFAULT;
	if (i->uid != cred_current()->fsuid && !capable_inode(i, CAP_FOWNER))
		return -EPERM;
	if (hint > RWH_WRITE_LIFE_EXTREME)
		return -EINVAL;
	store_relaxed(&i->write_hint, (uint8_t)hint);
	return 0;
}

/* Does the descriptor lead to f? */
static long is_same_file(int fd, const struct file *f)
{
	struct fd_ref r;
	const struct file *other = fd_borrow_path(fd, &r);
	long same = other == f;

	if (!other)
		return -EBADF;
	fd_return(&r);
	return same;
}

static long fcntl_file(int fd, struct file *f, unsigned cmd, uint64_t arg)
{
	if (f->mode & FILE_PATH)
		return -EBADF;
	switch (cmd) {
	case F_SETFL:
		return set_flags(f, fd, (uint32_t)arg);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return lock_call(f, fd, cmd, UADDR(arg));
	case F_GETOWN:
	case F_SETOWN:
		return owner(f, cmd, (int)arg);
	case F_GETOWN_EX:
	case F_SETOWN_EX:
		return owner_ex(f, cmd, UADDR(arg));
	case F_GETOWNER_UIDS:
		return owner_uids(f, UADDR(arg));
	case F_GETSIG:
		return file_owner_get_signal(f);
	case F_SETSIG:
		if (arg > NR_SIGNALS)
			return -EINVAL;
		return file_owner_set_signal(f, (int)arg);
	case F_GETPIPE_SZ:
		return pipe_get_size(f);
	case F_SETPIPE_SZ:
		return pipe_set_size(f, arg);
	case F_GET_RW_HINT:
	case F_SET_RW_HINT:
		return write_hint(f, cmd, UADDR(arg));
	case F_GET_SEALS:
		return file_get_seals(f);
	case F_ADD_SEALS:
		return file_add_seals(f, (unsigned)arg);
	case F_NOTIFY:
		return file_notify(f, fd, (uint32_t)arg);
	case F_GETLEASE:
		return file_lease_get(f);
	case F_SETLEASE:
		return file_lease_set(f, fd, (int)arg);
	default:
		return -EINVAL;
	}
}

/* Here what an O_PATH descriptor allows, too. */
static long fcntl_any(int fd, struct file *f, unsigned cmd, uint64_t arg)
{
	switch (cmd) {
	case F_DUPFD:
		return dup_from(f, (unsigned)arg, false);
	case F_DUPFD_CLOEXEC:
		return dup_from(f, (unsigned)arg, true);
	case F_DUPFD_QUERY:
		return is_same_file((int)arg, f);
	case F_CREATED_QUERY:
		return f->mode & FILE_CREATED ? 1 : 0;
	case F_GETFD:
		return fd_get_cloexec(fd) > 0 ? FD_CLOEXEC : 0;
	case F_SETFD:
		return fd_set_cloexec(fd, arg & FD_CLOEXEC);
	case F_GETFL:
		return (long)f->flags;
	default:
		return fcntl_file(fd, f, cmd, arg);
	}
}

SYSCALL(fcntl, int fd, unsigned cmd, uint64_t arg)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);
	long ret;

	if (!f)
		return -EBADF;
	ret = fcntl_any(fd, f, cmd, arg);
	fd_return(&r);
	return ret;
}

static int flock_type(int operation)
{
	operation &= ~LOCK_NB;
	return operation == LOCK_EX ? F_WRLCK : operation == LOCK_UN ? F_UNLCK : operation == LOCK_SH ? F_RDLCK : -EINVAL;
}

SYSCALL(flock, int fd, int operation)
{
	struct fd_ref r;
	struct file *f;
	long ret;
	int type;

	if (unlikely(operation & LOCK_MAND))           /* mandatory locks are gone; Linux ignores the request */
		return 0;
	type = flock_type(operation);
	if (type < 0)
		return type;
	f = fd_borrow(fd, &r);
	if (!f)
		return -EBADF;
	ret = likely(f->mode & (FILE_READ | FILE_WRITE)) || type == F_UNLCK ? flock_whole(f, type, !(operation & LOCK_NB)) : -EBADF;
	fd_return(&r);
	return ret;
}

/* ---- ioctl ---- */

static long ioctl_nonblock(struct file *f, uaddr_t arg)
{
	int on;

	if (user_read(&on, arg))
		return -EFAULT;
	file_set_nonblock(f, on);
	return 0;
}

static long ioctl_async(struct file *f, int fd, uaddr_t arg)
{
	int on;

	if (user_read(&on, arg))
		return -EFAULT;
	if (!on == !(f->flags & FASYNC))
		return 0;
	return f->ops->sends_sigio ? file_async_set(f, fd, on) : -ENOTTY;
}

/* Regular files: bytes up to the end. */
static long ioctl_regular(struct file *f, unsigned cmd, uaddr_t arg)
{
	int left;

	if (cmd != FIONREAD)
		return -ENOTTY;
	left = (int)((int64_t)load_relaxed(&f->inode->size) - f->pos);
	return user_write(arg, &left);
}

static long ioctl_size(struct file *f, uaddr_t arg)
{
	loff_t size = (loff_t)load_relaxed(&f->inode->size);

	if (!S_ISREG(f->inode->mode) && !S_ISDIR(f->inode->mode) && !S_ISLNK(f->inode->mode))
		return -ENOTTY;
	return user_write(arg, &size);
}

static long ioctl_block_size(struct file *f, uaddr_t arg)
{
	int size = (int)f->inode->super->block_size;

	if (!size)
		return -EINVAL;
	return user_write(arg, &size);
}

static long ioctl_file(struct file *f, unsigned cmd, uint64_t arg)
{
	long ret = ioctl_fs(f, cmd, arg);

	if (ret != -ENOIOCTLCMD)
		return ret;
	ret = f->ops->ioctl ? f->ops->ioctl(f, cmd, arg) : -ENOTTY;

	if ((ret == -ENOTTY || ret == -ENOIOCTLCMD) && S_ISREG(f->inode->mode))
		ret = ioctl_regular(f, cmd, UADDR(arg));
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}

SYSCALL(ioctl, int fd, unsigned cmd, uint64_t arg)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	long ret;

	if (!f)
		return -EBADF;
	switch (cmd) {
	case FIOCLEX:
		ret = fd_set_cloexec(fd, true);
		break;
	case FIONCLEX:
		ret = fd_set_cloexec(fd, false);
		break;
	case FIONBIO:
		ret = ioctl_nonblock(f, UADDR(arg));
		break;
	case FIOASYNC:
		ret = ioctl_async(f, fd, UADDR(arg));
		break;
	case FIOQSIZE:
		ret = ioctl_size(f, UADDR(arg));
		break;
	case FIGETBSZ:
		ret = ioctl_block_size(f, UADDR(arg));
		break;
	default:
		ret = ioctl_file(f, cmd, arg);
	}
	fd_return(&r);
	return ret;
}

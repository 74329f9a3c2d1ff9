/*
 * ioctl_fs.c - ioctl(2)'s requests to the file system of an opened file: where its blocks are, clones, freezing, flags.
 *
 * All file systems here live in memory: none maps blocks, shares them between files or is frozen, and each request is refused
 * as Linux's tmpfs does. tmpfs keeps the flags that chattr(1) sets, as far as they are done: no dump, no access times.
 * Locks: inode->lock for flags.       Context: task, may sleep.       Tests: tests/abi/sweep (ioctl.fs).
 */
#include <base/err.h>
#include <fs/capable.h>
#include <fs/file.h>
#include <fs/dcache.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/fiemap.h>
#include <linux/magic.h>
#include <syscall/define.h>
#include <task/cred.h>
#include "ioctl_fs.h"

/* Block number to block number on a device. The user's word is written back even when there is none. */
static long block_of(uaddr_t arg)
{
	int block;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (user_read(&block, arg))
		return -EFAULT;
	if (block < 0)
		return -EINVAL;
	block = 0;
	return user_write(arg, &block) ?: -EINVAL;
}

static long clone_check(const struct file *from, const struct file *to)
{
	const struct inode *a = from->inode, *b = to->inode;

	if (a->super != b->super)
		return -EXDEV;
	if (S_ISDIR(a->mode) || S_ISDIR(b->mode))
		return -EISDIR;
	if (!S_ISREG(a->mode) || !S_ISREG(b->mode))
		return -EINVAL;
	if (!(from->mode & FILE_READ) || !(to->mode & FILE_WRITE) || (to->mode & FILE_APPEND))
		return -EBADF;
	return -EOPNOTSUPP;
}

static long clone_from(int fd, const struct file *to)
{
	struct fd_ref r;
	const struct file *from = fd_borrow(fd, &r);
	long err;

	if (!from)
		return -EBADF;
	err = clone_check(from, to);
	fd_return(&r);
	return err;
}

static long clone_range(const struct file *to, uaddr_t arg)
{
	struct file_clone_range range;

	return user_read(&range, arg) ? -EFAULT : clone_from((int)range.src_fd, to);
}

static bool has_flags(const struct inode *i)
{
	return i->super->magic == TMPFS_MAGIC && (S_ISREG(i->mode) || S_ISDIR(i->mode));
}

static long flags_get(const struct inode *i, uaddr_t arg)
{
	int flags = load_relaxed(&i->attr_flags);       /* relaxed: one word */

	return has_flags(i) ? user_write(arg, &flags) : -ENOIOCTLCMD;
}

static long flags_set(const struct file *f, uaddr_t arg)
{
	struct inode *i = f->inode;
	unsigned flags;

	if (user_read(&flags, arg))
		return -EFAULT;
	if (f->path.mnt && mount_is_readonly(f->path.mnt))
		return -EROFS;
	if (!has_flags(i))
		return -ENOIOCTLCMD;
	if (i->uid != cred_current()->fsuid && !capable_inode(i, CAP_FOWNER))
		return -EPERM;
	if ((flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) && !capable(CAP_LINUX_IMMUTABLE))
		return -EPERM;
	if (flags & ~(unsigned)(FS_NODUMP_FL | FS_NOATIME_FL))
		return -EOPNOTSUPP;
	mutex_lock(&i->lock);
	store_relaxed(&i->attr_flags, (uint8_t)flags);
	i->ctime = time_now();
	mutex_unlock(&i->lock);
	return 0;
}

long ioctl_fs(struct file *f, unsigned cmd, uint64_t arg)
{
	switch (cmd) {
	case FIBMAP:
		return S_ISREG(f->inode->mode) ? block_of(UADDR(arg)) : -ENOIOCTLCMD;
	case FIFREEZE:
		return capable(CAP_SYS_ADMIN) ? -EOPNOTSUPP : -EPERM;
	case FITHAW:
		return capable(CAP_SYS_ADMIN) ? -EINVAL : -EPERM;       /* never frozen */
	case FS_IOC_FIEMAP:
		return -EOPNOTSUPP;
	case FICLONE:
		return clone_from((int)arg, f);
	case FICLONERANGE:
		return clone_range(f, UADDR(arg));
	case FS_IOC_GETFLAGS:
		return flags_get(f->inode, UADDR(arg));
	case FS_IOC_SETFLAGS:
		return flags_set(f, UADDR(arg));
	default:
		return -ENOIOCTLCMD;
	}
}

/*
 * name.c - system calls on names: open, make, link, rename, remove, change attributes.
 *
 * Each copies its paths, checks flags in Linux's order and calls one verb of fs/names.h.
 */
#include <fs/file.h>
#include <fs/names.h>
#include <lib/string.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <linux/time_types.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/user_ns.h>

/* Run `call` with the path at address `user` as `text.s`. */
#define WITH_PATH(user, call) ({ \
	struct path_text text; \
	long ret_ = path_text_get(&text, (user), false); \
	if (!ret_) { \
		ret_ = (call); \
		path_text_put(&text); \
	} \
	ret_; })

/* ---- open ---- */

#define OPEN_FLAGS (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | FASYNC | O_DIRECT | \
		    O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_SYNC | O_PATH | O_TMPFILE)
#define RESOLVE_FLAGS (RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH | RESOLVE_IN_ROOT | \
		       RESOLVE_CACHED)

static long open_user(int dirfd, uaddr_t path, uint32_t flags, uint32_t mode, unsigned walk)
{
	struct path_text text;
	struct file *f;
	int err = file_open_check(flags), fd;

	if (!err)
		err = path_text_get(&text, path, false);
	if (err)
		return err;
	fd = fd_alloc(0, flags & O_CLOEXEC);
	if (fd < 0) {
		path_text_put(&text);
		return fd;
	}
	err = file_open(dirfd, text.s, flags, mode, walk, &f);
	path_text_put(&text);
	if (err) {
		fd_abandon(fd);
		return err;
	}
	fd_install(fd, f);
	return fd;
}

/* open(2) ignores what it does not know, and the mode where nothing can be made. */
SYSCALL(openat, int dirfd, uaddr_t path, int flags, uint32_t mode)
{
	uint32_t known = (uint32_t)flags & OPEN_FLAGS;

	return open_user(dirfd, path, known | O_LARGEFILE, known & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? mode & 07777 : 0,
			 known & O_NOFOLLOW ? 0 : WALK_FOLLOW);
}

SYSCALL(open, uaddr_t path, int flags, uint32_t mode) { return sys_openat(AT_FDCWD, path, flags, mode); }
SYSCALL(creat, uaddr_t path, uint32_t mode) { return sys_openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

static unsigned resolve_to_walk(uint64_t resolve)
{
	return (resolve & RESOLVE_NO_XDEV ? WALK_NO_XDEV : 0) | (resolve & RESOLVE_NO_MAGICLINKS ? WALK_NO_MAGICLINKS : 0) |
	       (resolve & RESOLVE_NO_SYMLINKS ? WALK_NO_SYMLINKS : 0) | (resolve & RESOLVE_BENEATH ? WALK_BENEATH : 0) |
	       (resolve & RESOLVE_IN_ROOT ? WALK_IN_ROOT : 0) | (resolve & RESOLVE_CACHED ? WALK_CACHED : 0);
}

/* Bytes of a user structure that are newer than ours must be zero: E2BIG. */
static int copy_versioned(void *to, size_t known, uaddr_t from, size_t size)
{
	uint8_t extra;

	if (size > PAGE_SIZE)
		return -E2BIG;
	memset(to, 0, known);
	if (user_copy_in(to, from, MIN(size, known)))
		return -EFAULT;
	for (size_t i = known; i < size; i++) {
		if (user_read(&extra, uaddr_add(from, i)))
			return -EFAULT;
		if (extra)
			return -E2BIG;
	}
	return 0;
}

SYSCALL(openat2, int dirfd, uaddr_t path, uaddr_t how_user, size_t size)
{
	struct open_how how;
	int err;

	if (size < 24)
		return -EINVAL;
	err = copy_versioned(&how, sizeof how, how_user, size);
	if (err)
		return err;
	if (how.flags & ~(uint64_t)OPEN_FLAGS || how.resolve & ~(uint64_t)RESOLVE_FLAGS || how.mode & ~07777ull)
		return -EINVAL;
	if (how.mode && !(how.flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))))
		return -EINVAL;
	if ((how.resolve & RESOLVE_BENEATH) && (how.resolve & RESOLVE_IN_ROOT))
		return -EINVAL;
	if ((how.flags & O_PATH) && (how.flags & ~(uint64_t)(O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)))
		return -EINVAL;
	if ((how.resolve & RESOLVE_CACHED) && (how.flags & (O_TRUNC | O_CREAT | (O_TMPFILE & ~O_DIRECTORY))))
		return -EAGAIN;
	return open_user(dirfd, path, (uint32_t)how.flags, (uint32_t)how.mode,
			 (how.flags & O_NOFOLLOW ? 0 : WALK_FOLLOW) | resolve_to_walk(how.resolve));
}

/* ---- make, link, remove ---- */

SYSCALL(mkdirat, int dirfd, uaddr_t path, uint32_t mode) { return WITH_PATH(path, vfs_mkdir(dirfd, text.s, mode & 01777)); }
SYSCALL(mkdir, uaddr_t path, uint32_t mode) { return sys_mkdirat(AT_FDCWD, path, mode); }

SYSCALL(mknodat, int dirfd, uaddr_t path, uint32_t mode, unsigned dev)
{
	switch (mode & S_IFMT) {
	case 0: case S_IFREG: case S_IFCHR: case S_IFBLK: case S_IFIFO: case S_IFSOCK:
		break;
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	return WITH_PATH(path, vfs_mknod(dirfd, text.s, mode, dev_decode(dev)));
}
SYSCALL(mknod, uaddr_t path, uint32_t mode, unsigned dev) { return sys_mknodat(AT_FDCWD, path, mode, dev); }

SYSCALL(unlinkat, int dirfd, uaddr_t path, int flags)
{
	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	return WITH_PATH(path, flags & AT_REMOVEDIR ? vfs_rmdir(dirfd, text.s) : vfs_unlink(dirfd, text.s));
}
SYSCALL(unlink, uaddr_t path) { return sys_unlinkat(AT_FDCWD, path, 0); }
SYSCALL(rmdir, uaddr_t path) { return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

SYSCALL(symlinkat, uaddr_t target, int dirfd, uaddr_t path)
{
	struct path_text t;
	long ret = path_text_get(&t, target, false);

	if (ret)
		return ret;
	ret = WITH_PATH(path, vfs_symlink(t.s, dirfd, text.s));
	path_text_put(&t);
	return ret;
}
SYSCALL(symlink, uaddr_t target, uaddr_t path) { return sys_symlinkat(target, AT_FDCWD, path); }

SYSCALL(linkat, int from_fd, uaddr_t from, int to_fd, uaddr_t to, int flags)
{
	struct path_text t, text;
	long ret, bad;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	ret = path_text_get(&t, from, flags & AT_EMPTY_PATH);
	if (ret)
		return ret;
	bad = path_text_get(&text, to, false);
	ret = vfs_link(from_fd, t.s, to_fd, bad ? NULL : text.s, flags);
	if (!bad)
		path_text_put(&text);
	path_text_put(&t);
	return bad && !ret ? bad : ret;
}
SYSCALL(link, uaddr_t from, uaddr_t to) { return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

SYSCALL(renameat2, int from_fd, uaddr_t from, int to_fd, uaddr_t to, unsigned flags)
{
	struct path_text t, second;
	long ret, err;

	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if ((flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) && (flags & RENAME_EXCHANGE))
		return -EINVAL;
	ret = path_text_get(&t, from, false);
	if (ret)
		return ret;
	err = path_text_get(&second, to, false);        /* counts only when the first has a directory */
	ret = vfs_rename(from_fd, t.s, to_fd, err ? NULL : second.s, flags);
	if (!err)
		path_text_put(&second);
	path_text_put(&t);
	return ret ? ret : err;
}
SYSCALL(renameat, int from_fd, uaddr_t from, int to_fd, uaddr_t to) { return sys_renameat2(from_fd, from, to_fd, to, 0); }
SYSCALL(rename, uaddr_t from, uaddr_t to) { return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

/* ---- attributes ---- */

static long setattr_user(int dirfd, uaddr_t path, unsigned walk, const struct inode_attr *a)
{
	struct path p;
	int err = path_lookup_user(dirfd, path, walk, &p);

	if (err)
		return err;
	err = vfs_setattr(&p, a);
	path_put(&p);
	return err;
}

static long setattr_descriptor(int fd, const struct inode_attr *a, bool path_allowed)
{
	struct fd_ref r;
	struct file *f = path_allowed ? fd_borrow_path(fd, &r) : fd_borrow(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = f->path.dentry ? vfs_setattr(&f->path, a) : inode_setattr(f->inode, a);
	fd_return(&r);
	return err;
}

SYSCALL(fchmodat, int dirfd, uaddr_t path, uint32_t mode)
{
	struct inode_attr a = { .valid = ATTR_MODE, .mode = mode & 07777 };

	return setattr_user(dirfd, path, WALK_FOLLOW, &a);
}
SYSCALL(chmod, uaddr_t path, uint32_t mode) { return sys_fchmodat(AT_FDCWD, path, mode); }

SYSCALL(fchmodat2, int dirfd, uaddr_t path, uint32_t mode, unsigned flags)
{
	struct inode_attr a = { .valid = ATTR_MODE, .mode = mode & 07777 };

	if (flags & ~(unsigned)(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return setattr_user(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), &a);
}

SYSCALL(fchmod, int fd, uint32_t mode)
{
	struct inode_attr a = { .valid = ATTR_MODE, .mode = mode & 07777 };

	return setattr_descriptor(fd, &a, false);
}

static struct inode_attr owner_attr(uint32_t uid, uint32_t gid)
{
	return (struct inode_attr){
		.valid = (uid != ~0u ? ATTR_UID : 0) | (gid != ~0u ? ATTR_GID : 0) | ATTR_KILL_SUID, .uid = uid_taken(uid), .gid = gid_taken(gid),
	};
}

SYSCALL(fchownat, int dirfd, uaddr_t path, uint32_t uid, uint32_t gid, int flags)
{
	struct inode_attr a = owner_attr(uid, gid);

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	return setattr_user(dirfd, path, (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), &a);
}
SYSCALL(chown, uaddr_t path, uint32_t uid, uint32_t gid) { return sys_fchownat(AT_FDCWD, path, uid, gid, 0); }
SYSCALL(lchown, uaddr_t path, uint32_t uid, uint32_t gid) { return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW); }

SYSCALL(fchown, int fd, uint32_t uid, uint32_t gid)
{
	struct inode_attr a = owner_attr(uid, gid);

	return setattr_descriptor(fd, &a, false);
}

/* ---- times ---- */

#define NSEC_LIMIT 1000000000ll
/* utimensat(2); in no UAPI header. */
#define UTIME_NOW  ((1l << 30) - 1)
#define UTIME_OMIT ((1l << 30) - 2)

/* Fill times from two timespecs with UTIME_NOW and UTIME_OMIT. 1: nothing to do. */
static int times_decode(const struct __kernel_timespec ts[2], struct inode_attr *a)
{
	const unsigned bit[2] = { ATTR_ATIME, ATTR_MTIME };
	struct timespec_k *to[2] = { &a->atime, &a->mtime };
	unsigned nr_now = 0;

	for (int i = 0; i < 2; i++) {
		if (ts[i].tv_nsec == UTIME_OMIT)
			continue;
		a->valid |= bit[i];
		if (ts[i].tv_nsec == UTIME_NOW) {
			nr_now++;
			*to[i] = time_now();
		} else if (ts[i].tv_nsec < 0 || ts[i].tv_nsec >= NSEC_LIMIT) {
			return -EINVAL;
		} else {
			*to[i] = (struct timespec_k){ ts[i].tv_sec, (uint32_t)ts[i].tv_nsec };
		}
	}
	if (nr_now == 2)
		a->valid |= ATTR_TOUCH;
	return a->valid ? 0 : 1;
}

/* A time that is none is told of only when there is a file. */
static long refuse_times(int dirfd, uaddr_t path, unsigned walk)
{
	struct fd_ref r;
	struct path p;
	int err;

	if (uaddr_is_null(path) && dirfd != AT_FDCWD) {
		if (!fd_borrow(dirfd, &r))
			return -EBADF;
		fd_return(&r);
		return -EINVAL;
	}
	err = path_lookup_user(dirfd, path, walk, &p);
	if (err)
		return err;
	path_put(&p);
	return -EINVAL;
}

static long set_times(int dirfd, uaddr_t path, const struct __kernel_timespec *ts, int flags)
{
	const struct __kernel_timespec now[2] = { { 0, UTIME_NOW }, { 0, UTIME_NOW } };
	unsigned walk = (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
	struct inode_attr a = { 0 };
	int done = times_decode(ts ? ts : now, &a);

	if (done > 0)
		return 0;
	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (uaddr_is_null(path) && dirfd != AT_FDCWD && flags)
		return -EINVAL;
	if (done < 0)
		return refuse_times(dirfd, path, walk);
	if (uaddr_is_null(path) && dirfd != AT_FDCWD)
		return setattr_descriptor(dirfd, &a, false);
	return setattr_user(dirfd, path, walk, &a);
}

SYSCALL(utimensat, int dirfd, uaddr_t path, uaddr_t times, int flags)
{
	struct __kernel_timespec ts[2];

	if (!uaddr_is_null(times) && user_read(&ts, times))
		return -EFAULT;
	return set_times(dirfd, path, uaddr_is_null(times) ? NULL : ts, flags);
}

SYSCALL(futimesat, int dirfd, uaddr_t path, uaddr_t times)
{
	struct __kernel_old_timeval tv[2];
	struct __kernel_timespec ts[2];

	if (uaddr_is_null(times))
		return set_times(dirfd, path, NULL, 0);
	if (user_read(&tv, times))
		return -EFAULT;
	for (int i = 0; i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return -EINVAL;
		ts[i] = (struct __kernel_timespec){ tv[i].tv_sec, tv[i].tv_usec * 1000 };
	}
	return set_times(dirfd, path, ts, 0);
}
SYSCALL(utimes, uaddr_t path, uaddr_t times) { return sys_futimesat(AT_FDCWD, path, times); }

SYSCALL(utime, uaddr_t path, uaddr_t times)
{
	int64_t seconds[2];                     /* struct utimbuf: access, modification */
	struct __kernel_timespec ts[2] = { { 0 } };

	if (uaddr_is_null(times))
		return set_times(AT_FDCWD, path, NULL, 0);
	if (user_read(&seconds, times))
		return -EFAULT;
	ts[0].tv_sec = seconds[0];
	ts[1].tv_sec = seconds[1];
	return set_times(AT_FDCWD, path, ts, 0);
}

/* ---- size ---- */

SYSCALL(truncate, uaddr_t path, int64_t size)
{
	struct inode_attr a = { .valid = ATTR_SIZE, .size = (uint64_t)size };

	return size < 0 ? -EINVAL : setattr_user(AT_FDCWD, path, WALK_FOLLOW, &a);
}

SYSCALL(ftruncate, int fd, int64_t size)
{
	struct fd_ref r;
	struct file *f;
	int err;

	if (size < 0)
		return -EINVAL;
	f = fd_borrow(fd, &r);
	if (!f)
		return -EBADF;
	/* Only what was opened without it, queues. */
	err = size > INT32_MAX && !(f->flags & O_LARGEFILE) ? -EINVAL : file_truncate(f, (uint64_t)size);
	fd_return(&r);
	return err;
}

SYSCALL(fallocate, int fd, int mode, int64_t from, int64_t len)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = file_fallocate(f, mode, from, len);
	fd_return(&r);
	return err;
}

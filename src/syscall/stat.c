/*
 * stat.c - system calls that tell about files: stat, statx, access, readlink, statfs.
 *
 * The structures are Linux's UAPI ones; every byte copied out is written first.
 */
#include <fs/file.h>
#include <fs/mount_stat.h>
#include <fs/names.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/stat.h>
#include <trace/klog.h>
#include <task/user_ns.h>

/* Since Linux 6.8; not yet in every linux-libc-dev. */
#ifndef STATX_MNT_ID_UNIQUE
#define STATX_MNT_ID_UNIQUE 0x4000u
#endif

/* Attributes whose absence is known: of every file, and of those of tmpfs. */
#define ATTRIBUTES (STATX_ATTR_AUTOMOUNT | STATX_ATTR_MOUNT_ROOT | STATX_ATTR_VERITY | STATX_ATTR_DAX)
#define ATTRIBUTES_TMPFS (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND | STATX_ATTR_NODUMP)

#define LOOK_FLAGS (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)

static unsigned walk_flags(int at_flags)
{
	return (at_flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (at_flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
}

static __always_inline int stat_descriptor(int fd, struct kstat *st)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = file_stat(f, st);
	fd_return(&r);
	return err;
}

/* With AT_EMPTY_PATH alone, "" and no path at all name the descriptor itself: its attributes. 1: it is a path. */
static __noinline int stat_empty(int dirfd, uaddr_t path, int at_flags, struct kstat *st)
{
	char first = 0;

	if (at_flags & AT_SYMLINK_NOFOLLOW || dirfd < 0)
		return 1;
	if (!uaddr_is_null(path) && (user_read(&first, path) || first))
		return 1;
	return stat_descriptor(dirfd, st);
}

/* The attributes of the file that a call names. */
static int stat_user(int dirfd, uaddr_t path, int at_flags, struct kstat *st)
{
	struct path_text text;
	int err;

	if (unlikely(at_flags & AT_EMPTY_PATH)) {
		err = stat_empty(dirfd, path, at_flags, st);
		if (err <= 0)
			return err;
	}
	err = path_text_get(&text, path, at_flags & AT_EMPTY_PATH);
	if (err)
		return err;
	err = path_stat(dirfd, text.s, walk_flags(at_flags), st);
	path_text_put(&text);
	return err;
}

static long stat_copy_out(uaddr_t to, const struct kstat *st)
{
	struct stat s = {
		.st_dev = dev_encode(st->dev), .st_ino = st->ino, .st_nlink = st->nlink, .st_mode = st->mode,
		.st_uid = uid_shown(st->uid), .st_gid = gid_shown(st->gid), .st_rdev = dev_encode(st->rdev), .st_size = (long)st->size,
		.st_blksize = st->block_size, .st_blocks = (long)st->blocks,
		.st_atime = (unsigned long)st->atime.sec, .st_atime_nsec = st->atime.nsec,
		.st_mtime = (unsigned long)st->mtime.sec, .st_mtime_nsec = st->mtime.nsec,
		.st_ctime = (unsigned long)st->ctime.sec, .st_ctime_nsec = st->ctime.nsec,
	};

	return user_write(to, &s);
}

SYSCALL(stat, uaddr_t path, uaddr_t to)
{
	struct kstat st;
	int err = stat_user(AT_FDCWD, path, 0, &st);

	return err ? err : stat_copy_out(to, &st);
}

SYSCALL(lstat, uaddr_t path, uaddr_t to)
{
	struct kstat st;
	int err = stat_user(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &st);

	return err ? err : stat_copy_out(to, &st);
}

SYSCALL(fstat, int fd, uaddr_t to)
{
	struct kstat st;
	int err = stat_descriptor(fd, &st);

	return err ? err : stat_copy_out(to, &st);
}

SYSCALL(newfstatat, int dirfd, uaddr_t path, uaddr_t to, int flags)
{
	struct kstat st;
	int err;

	if (flags & ~(LOOK_FLAGS | AT_STATX_SYNC_TYPE))
		return -EINVAL;
	err = stat_user(dirfd, path, flags, &st);
	return err ? err : stat_copy_out(to, &st);
}

static struct statx_timestamp statx_time(struct timespec_k t)
{
	return (struct statx_timestamp){ .tv_sec = t.sec, .tv_nsec = t.nsec };
}

SYSCALL(statx, int dirfd, uaddr_t path, int flags, unsigned mask, uaddr_t to)
{
	struct kstat st;
	struct statx x;
	int err;

	if (mask & STATX__RESERVED)
		return -EINVAL;
	if (flags & ~(LOOK_FLAGS | AT_STATX_SYNC_TYPE) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	err = stat_user(dirfd, path, flags, &st);
	if (err)
		return err;
	memset(&x, 0, sizeof x);
	x.stx_mask = STATX_BASIC_STATS | (st.is_in_memory ? mask & STATX_BTIME : 0) | (mask & STATX_MNT_ID_UNIQUE ?: STATX_MNT_ID);
	x.stx_blksize = st.block_size;
	x.stx_attributes = st.is_mount_root ? STATX_ATTR_MOUNT_ROOT : 0;
	x.stx_attributes_mask = ATTRIBUTES | (st.is_in_memory ? ATTRIBUTES_TMPFS : 0);
	x.stx_nlink = st.nlink;
	x.stx_uid = uid_shown(st.uid);
	x.stx_gid = gid_shown(st.gid);
	x.stx_mode = (uint16_t)st.mode;
	x.stx_ino = st.ino;
	x.stx_size = st.size;
	x.stx_blocks = st.blocks;
	x.stx_atime = statx_time(st.atime);
	if (x.stx_mask & STATX_BTIME)
		x.stx_btime = statx_time(st.btime);
	x.stx_ctime = statx_time(st.ctime);
	x.stx_mtime = statx_time(st.mtime);
	x.stx_rdev_major = DEV_MAJOR(st.rdev);
	x.stx_rdev_minor = DEV_MINOR(st.rdev);
	x.stx_dev_major = DEV_MAJOR(st.dev);
	x.stx_dev_minor = DEV_MINOR(st.dev);
	x.stx_mnt_id = mask & STATX_MNT_ID_UNIQUE ? MOUNT_UNIQUE_BASE + st.mnt_id : st.mnt_id;    /* no number is used twice */
	return user_write(to, &x);
}

static long access_user(int dirfd, uaddr_t path, int mode, int flags)
{
	struct path_text text;
	int err;

	if (mode & ~(MAY_READ | MAY_WRITE | MAY_EXEC) || flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = path_text_get(&text, path, flags & AT_EMPTY_PATH);
	if (err)
		return err;
	err = path_access(dirfd, text.s, mode, flags);
	path_text_put(&text);
	return err;
}

SYSCALL(access, uaddr_t path, int mode) { return access_user(AT_FDCWD, path, mode, 0); }
SYSCALL(faccessat, int dirfd, uaddr_t path, int mode) { return access_user(dirfd, path, mode, 0); }
SYSCALL(faccessat2, int dirfd, uaddr_t path, int mode, int flags) { return access_user(dirfd, path, mode, flags); }

SYSCALL(readlinkat, int dirfd, uaddr_t path, uaddr_t to, int size)
{
	struct path_text text;
	char small[128], *buf = small;
	size_t limit;
	ssize_t n;
	int err;

	if (size <= 0)
		return -EINVAL;
	err = path_text_get(&text, path, true);
	if (err)
		return err;
	limit = MIN((size_t)size, (size_t)PATH_MAX_LEN);
	if (limit > sizeof small && !(buf = kmalloc(limit, 0))) {
		path_text_put(&text);
		return -ENOMEM;
	}
	n = vfs_readlink(dirfd, text.s, buf, limit);
	if (n > 0 && user_copy_out(to, buf, (size_t)n))
		n = -EFAULT;
	if (buf != small)
		kfree(buf);
	path_text_put(&text);
	return n;
}

SYSCALL(readlink, uaddr_t path, uaddr_t to, int size) { return sys_readlinkat(AT_FDCWD, path, to, size); }

SYSCALL(statfs, uaddr_t path, uaddr_t to)
{
	struct path p;
	struct statfs st;
	int err = path_lookup_user(AT_FDCWD, path, WALK_FOLLOW, &p);

	if (err)
		return err;
	memset(&st, 0, sizeof st);
	err = super_statfs(p.dentry->super, p.mnt, &st);
	path_put(&p);
	return err ? err : user_write(to, &st);
}

SYSCALL(fstatfs, int fd, uaddr_t to)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);
	struct statfs st;
	int err;

	if (!f)
		return -EBADF;
	memset(&st, 0, sizeof st);
	err = super_statfs(f->inode->super, f->path.mnt, &st);
	fd_return(&r);
	return err ? err : user_write(to, &st);
}

/* ustat(2)'s structure: no header has it any more. */
struct ustat {
	int f_tfree;
	unsigned long f_tinode;
	char f_fname[6], f_fpack[6];
};
static_assert(sizeof(struct ustat) == 32, "ustat(2)");

SYSCALL(ustat, uint32_t dev, uaddr_t to)
{
	struct super *s = super_lookup(dev_decode(dev));
	struct ustat out;
	struct statfs st;
	int err;

	if (!s)
		return -EINVAL;
	err = super_statfs(s, NULL, &st);
	super_put(s);
	if (err)
		return err;
	memset(&out, 0, sizeof out);
	out.f_tfree = (int)st.f_bfree;
	out.f_tinode = (unsigned long)st.f_ffree;
	return user_write(to, &out);
}

/* mount_fd.c - system calls on mounts by descriptors: arguments in, rights and flags checked; src/fs/mount_fd.c does it. */
#include <fs/names.h>
#include <fs/namespace.h>
#include <lib/string.h>
#include <linux/fcntl.h>
#include <linux/mount.h>
#include <mm/slab.h>
#include <syscall/define.h>

SYSCALL(fsopen, uaddr_t name, unsigned flags)
{
	struct path_text t;
	int err;

	if (!mount_may_change())
		return -EPERM;
	if (flags & ~FSOPEN_CLOEXEC)
		return -EINVAL;
	err = path_text_get(&t, name, true);
	if (err)
		return err;
	err = vfs_fsopen(t.s, flags);
	path_text_put(&t);
	return err;
}

#define KEY_MAX 256

/* A string argument of fsconfig(2): up to 255 bytes. NULL for none. */
static int text_read(uaddr_t from, char *buf, const char **out)
{
	ssize_t n;

	*out = NULL;
	if (uaddr_is_null(from))
		return 0;
	n = user_copy_string(buf, from, KEY_MAX);
	if (n < 0)
		return n == -ENAMETOOLONG ? -EINVAL : (int)n;
	*out = buf;
	return 0;
}

SYSCALL(fsconfig, int fd, unsigned cmd, uaddr_t key, uaddr_t value, int aux)
{
	char key_buf[KEY_MAX], value_buf[KEY_MAX];
	const char *k, *v;
	int err = vfs_fsconfig_check(fd, cmd, !uaddr_is_null(key), !uaddr_is_null(value), aux);

	if (!err)
		err = text_read(key, key_buf, &k);
	if (!err)
		err = text_read(value, value_buf, &v);
	return err ? err : vfs_fsconfig(fd, cmd, k, v);
}

SYSCALL(fsmount, int fd, unsigned flags, unsigned attrs)
{
	if (!mount_may_change())
		return -EPERM;
	return flags & ~FSMOUNT_CLOEXEC ? -EINVAL : vfs_fsmount(fd, flags, attrs);
}

SYSCALL(fspick, int dirfd, uaddr_t path, unsigned flags)
{
	struct path_text t;
	int err;

	if (!mount_may_change())
		return -EPERM;
	if (flags & ~(FSPICK_CLOEXEC | FSPICK_SYMLINK_NOFOLLOW | FSPICK_NO_AUTOMOUNT | FSPICK_EMPTY_PATH))
		return -EINVAL;
	err = path_text_get(&t, path, flags & FSPICK_EMPTY_PATH);
	if (err)
		return err;
	err = vfs_fspick(dirfd, t.s, flags);
	path_text_put(&t);
	return err;
}

SYSCALL(open_tree, int dirfd, uaddr_t path, unsigned flags)
{
	struct path_text t;
	int err;

	if (flags & ~(unsigned)(AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC))
		return -EINVAL;
	if ((flags & (AT_RECURSIVE | OPEN_TREE_CLONE)) == AT_RECURSIVE)
		return -EINVAL;
	if ((flags & OPEN_TREE_CLONE) && !mount_may_change())
		return -EPERM;
	err = path_text_get(&t, path, flags & AT_EMPTY_PATH);
	if (err)
		return err;
	err = vfs_open_tree(dirfd, t.s, flags);
	path_text_put(&t);
	return err;
}

#define MOVE_FLAGS (MOVE_MOUNT_F_SYMLINKS | MOVE_MOUNT_F_AUTOMOUNTS | MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_SYMLINKS | \
		    MOVE_MOUNT_T_AUTOMOUNTS | MOVE_MOUNT_T_EMPTY_PATH | MOVE_MOUNT_SET_GROUP | MOVE_MOUNT_BENEATH)

SYSCALL(move_mount, int from_fd, uaddr_t from, int to_fd, uaddr_t to, unsigned flags)
{
	struct path_text t;
	struct path p;
	int err;

	if (!mount_may_change())
		return -EPERM;
	if (flags & ~(unsigned)MOVE_FLAGS)
		return -EINVAL;
	if ((flags & MOVE_MOUNT_SET_GROUP) && (flags & MOVE_MOUNT_BENEATH))
		return -EINVAL;
	err = path_text_get(&t, from, flags & MOVE_MOUNT_F_EMPTY_PATH);
	if (err)
		return err;
	err = path_lookup(from_fd, t.s, (flags & MOVE_MOUNT_F_SYMLINKS ? WALK_FOLLOW : 0) | (flags & MOVE_MOUNT_F_EMPTY_PATH ? WALK_EMPTY : 0), &p);
	path_text_put(&t);
	if (err)
		return err;
	err = path_text_get(&t, to, flags & MOVE_MOUNT_T_EMPTY_PATH);
	if (!err) {
		err = vfs_move_mount(&p, to_fd, t.s, flags);
		path_text_put(&t);
	}
	path_put(&p);
	return err;
}

/* A struct that may be longer than ours: what we do not know must be zero. */
static int attr_read(struct mount_attr *a, uaddr_t from, size_t size)
{
	uint8_t byte;

	memset(a, 0, sizeof *a);
	if (user_copy_in(a, from, MIN(size, sizeof *a)))
		return -EFAULT;
	for (size_t at = sizeof *a; at < size; at++) {
		if (user_read(&byte, uaddr_add(from, at)))
			return -EFAULT;
		if (byte)
			return -E2BIG;
	}
	return 0;
}

SYSCALL(mount_setattr, int dirfd, uaddr_t path, unsigned flags, uaddr_t attr, size_t size)
{
	struct mount_attr a;
	struct path_text t;
	int err;

	if (flags & ~(unsigned)(AT_EMPTY_PATH | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT))
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < MOUNT_ATTR_SIZE_VER0)
		return -EINVAL;
	if (!mount_may_change())
		return -EPERM;
	err = attr_read(&a, attr, size);
	if (err || (!a.attr_set && !a.attr_clr && !a.propagation))
		return err;
	err = path_text_get(&t, path, flags & AT_EMPTY_PATH);
	if (err)
		return err;
	err = vfs_mount_setattr(dirfd, t.s, flags, &a);
	path_text_put(&t);
	return err;
}

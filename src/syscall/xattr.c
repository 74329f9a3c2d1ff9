/*
 * xattr.c - extended attributes: four verbs, each by path, by path without following, and by descriptor.
 */
#include <fs/file.h>
#include <fs/names.h>
#include <lib/string.h>
#include <linux/limits.h>
#include <linux/xattr.h>
#include <mm/slab.h>
#include <syscall/define.h>

/* What a call works on. */
struct target { struct path path; };

static int target_by_path(struct target *t, uaddr_t path, bool follow)
{
	return path_lookup_user(AT_FDCWD, path, follow ? WALK_FOLLOW : 0, &t->path);
}

static int target_by_fd(struct target *t, int fd)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = file_path_get(f, &t->path);
	fd_return(&r);
	return err;
}

static int name_get(char name[XATTR_NAME_MAX + 1], uaddr_t from)
{
	ssize_t n = user_copy_string(name, from, XATTR_NAME_MAX + 1);

	return n == -ENAMETOOLONG || n == 0 ? -ERANGE : n < 0 ? (int)n : 0;
}

static long set(struct target *t, uaddr_t name_user, uaddr_t value, size_t size, int flags)
{
	char name[XATTR_NAME_MAX + 1], *copy = NULL;
	long ret;

	ret = name_get(name, name_user);
	if (ret)
		return ret;
	if (size > XATTR_SIZE_MAX)
		return -E2BIG;
	if (size) {
		copy = kmalloc(size, 0);
		if (!copy)
			return -ENOMEM;
		if (user_copy_in(copy, value, size)) {
			kfree(copy);
			return -EFAULT;
		}
	}
	ret = inode_setxattr(&t->path, name, copy, size, flags);
	kfree(copy);
	return ret;
}

/* Run get or list into a kernel buffer of the user's size (0: only ask), then copy out. name NULL: list. */
static long fetch(struct target *t, const char *name, uaddr_t to, size_t size)
{
	size_t limit = MIN(size, (size_t)XATTR_SIZE_MAX);
	char *buf = limit ? kmalloc(limit, 0) : NULL;
	long n;

	if (limit && !buf)
		return -ENOMEM;
	n = name ? inode_getxattr(&t->path, name, buf, limit) : inode_listxattr(&t->path, buf, limit);
	if (n > 0 && limit && user_copy_out(to, buf, (size_t)n))
		n = -EFAULT;
	kfree(buf);
	return n;
}

static long get(struct target *t, uaddr_t name_user, uaddr_t to, size_t size)
{
	char name[XATTR_NAME_MAX + 1];
	int err = name_get(name, name_user);

	return err ? err : fetch(t, name, to, size);
}

static long list(struct target *t, uaddr_t to, size_t size) { return fetch(t, NULL, to, size); }

static long remove(struct target *t, uaddr_t name_user)
{
	char name[XATTR_NAME_MAX + 1];
	int err = name_get(name, name_user);

	return err ? err : inode_removexattr(&t->path, name);
}

#define ON(find, verb) ({ \
	struct target t; \
	long ret_ = (find); \
	if (!ret_) { \
		ret_ = (verb); \
		path_put(&t.path); \
	} \
	ret_; })

/* The flags come before the file. */
#define SET(find, verb) (f & ~(XATTR_CREATE | XATTR_REPLACE) ? -EINVAL : ON(find, verb))

SYSCALL(setxattr, uaddr_t p, uaddr_t n, uaddr_t v, size_t s, int f) { return SET(target_by_path(&t, p, true), set(&t, n, v, s, f)); }
SYSCALL(lsetxattr, uaddr_t p, uaddr_t n, uaddr_t v, size_t s, int f) { return SET(target_by_path(&t, p, false), set(&t, n, v, s, f)); }
SYSCALL(fsetxattr, int fd, uaddr_t n, uaddr_t v, size_t s, int f) { return SET(target_by_fd(&t, fd), set(&t, n, v, s, f)); }
SYSCALL(getxattr, uaddr_t p, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, true), get(&t, n, to, s)); }
SYSCALL(lgetxattr, uaddr_t p, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, false), get(&t, n, to, s)); }
SYSCALL(fgetxattr, int fd, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_fd(&t, fd), get(&t, n, to, s)); }
SYSCALL(listxattr, uaddr_t p, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, true), list(&t, to, s)); }
SYSCALL(llistxattr, uaddr_t p, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, false), list(&t, to, s)); }
SYSCALL(flistxattr, int fd, uaddr_t to, size_t s) { return ON(target_by_fd(&t, fd), list(&t, to, s)); }
SYSCALL(removexattr, uaddr_t p, uaddr_t n) { return ON(target_by_path(&t, p, true), remove(&t, n)); }
SYSCALL(lremovexattr, uaddr_t p, uaddr_t n) { return ON(target_by_path(&t, p, false), remove(&t, n)); }
SYSCALL(fremovexattr, int fd, uaddr_t n) { return ON(target_by_fd(&t, fd), remove(&t, n)); }

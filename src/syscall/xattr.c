/*
 * xattr.c - extended attributes: four verbs, each by path, by path without following, and by descriptor.
 *
 * What is set or removed is copied in before a path is looked up, but after a descriptor; what is asked for, after both.
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

/* What setxattr(2) is to set, copied in before the path is: the name, then the value. */
struct setting {
	char name[XATTR_NAME_MAX + 1];
	void *value;
	size_t size;
	int flags;
};

/* On 0 pair with kfree(value). */
static int setting_get(struct setting *s, uaddr_t name, uaddr_t value, size_t size, int flags)
{
	int err;

	if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	err = name_get(s->name, name);
	if (err)
		return err;
	if (size > XATTR_SIZE_MAX)
		return -E2BIG;
	s->size = size;
	s->flags = flags;
	s->value = NULL;
	if (!size)
		return 0;
	s->value = kmalloc(size, 0);
	if (!s->value)
		return -ENOMEM;
	if (user_copy_in(s->value, value, size)) {
		kfree(s->value);
		return -EFAULT;
	}
	return 0;
}

static long set(struct target *t, const struct setting *s) { return inode_setxattr(&t->path, s->name, s->value, s->size, s->flags); }

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

#define ON(find, verb) ({ \
	struct target t; \
	long ret_ = (find); \
	if (!ret_) { \
		ret_ = (verb); \
		path_put(&t.path); \
	} \
	ret_; })

static long set_by_path(uaddr_t path, bool follow, uaddr_t name, uaddr_t value, size_t size, int flags)
{
	struct setting s;
	long ret = setting_get(&s, name, value, size, flags);

	if (ret)
		return ret;
	ret = ON(target_by_path(&t, path, follow), set(&t, &s));
	kfree(s.value);
	return ret;
}

/* The descriptor comes first here. */
static long set_by_fd(struct target *t, uaddr_t name, uaddr_t value, size_t size, int flags)
{
	struct setting s;
	long ret = setting_get(&s, name, value, size, flags);

	if (ret)
		return ret;
	ret = set(t, &s);
	kfree(s.value);
	return ret;
}

static long remove_by_path(uaddr_t path, bool follow, uaddr_t name_user)
{
	char name[XATTR_NAME_MAX + 1];
	int err = name_get(name, name_user);

	return err ? err : ON(target_by_path(&t, path, follow), inode_removexattr(&t.path, name));
}

static long remove_by_fd(struct target *t, uaddr_t name_user)
{
	char name[XATTR_NAME_MAX + 1];
	int err = name_get(name, name_user);

	return err ? err : inode_removexattr(&t->path, name);
}

SYSCALL(setxattr, uaddr_t p, uaddr_t n, uaddr_t v, size_t s, int f) { return set_by_path(p, true, n, v, s, f); }
SYSCALL(lsetxattr, uaddr_t p, uaddr_t n, uaddr_t v, size_t s, int f) { return set_by_path(p, false, n, v, s, f); }
SYSCALL(fsetxattr, int fd, uaddr_t n, uaddr_t v, size_t s, int f) { return ON(target_by_fd(&t, fd), set_by_fd(&t, n, v, s, f)); }
SYSCALL(getxattr, uaddr_t p, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, true), get(&t, n, to, s)); }
SYSCALL(lgetxattr, uaddr_t p, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, false), get(&t, n, to, s)); }
SYSCALL(fgetxattr, int fd, uaddr_t n, uaddr_t to, size_t s) { return ON(target_by_fd(&t, fd), get(&t, n, to, s)); }
SYSCALL(listxattr, uaddr_t p, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, true), list(&t, to, s)); }
SYSCALL(llistxattr, uaddr_t p, uaddr_t to, size_t s) { return ON(target_by_path(&t, p, false), list(&t, to, s)); }
SYSCALL(flistxattr, int fd, uaddr_t to, size_t s) { return ON(target_by_fd(&t, fd), list(&t, to, s)); }
SYSCALL(removexattr, uaddr_t p, uaddr_t n) { return remove_by_path(p, true, n); }
SYSCALL(lremovexattr, uaddr_t p, uaddr_t n) { return remove_by_path(p, false, n); }
SYSCALL(fremovexattr, int fd, uaddr_t n) { return ON(target_by_fd(&t, fd), remove_by_fd(&t, n)); }

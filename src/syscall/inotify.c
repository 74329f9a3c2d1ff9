/*
 * inotify.c - inotify_init1(2), inotify_add_watch(2), inotify_rm_watch(2).
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/names.h>
#include <fs/notify.h>
#include <syscall/define.h>

#define MASK_KNOWN (IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | \
	IN_MASK_CREATE | IN_MASK_ADD | IN_ISDIR | IN_ONESHOT)

SYSCALL(inotify_init1, int flags)
{
	struct file *f;
	int err = inotify_create(flags, &f);

	return err ? err : fd_add(f, flags & O_CLOEXEC);
}

SYSCALL(inotify_init, void) { return sys_inotify_init1(0); }

static long add(struct file *f, uaddr_t user_path, uint32_t mask)
{
	unsigned walk = (mask & IN_DONT_FOLLOW ? 0 : WALK_FOLLOW) | (mask & IN_ONLYDIR ? WALK_DIRECTORY : 0);
	struct path p;
	long ret;

	if ((mask & IN_MASK_ADD) && (mask & IN_MASK_CREATE))
		return -EINVAL;
	if (!file_is_inotify(f))
		return -EINVAL;
	ret = path_lookup_user(AT_FDCWD, user_path, walk, &p);
	if (ret)
		return ret;
	ret = inotify_add(f, &p, mask);
	path_put(&p);
	return ret;
}

SYSCALL(inotify_add_watch, int fd, uaddr_t path, uint32_t mask)
{
	struct fd_ref ref;
	struct file *f;
	long ret;

	if (!(mask & MASK_KNOWN))
		return -EINVAL;
	f = fd_borrow(fd, &ref);
	if (!f)
		return -EBADF;
	ret = add(f, path, mask);
	fd_return(&ref);
	return ret;
}

SYSCALL(inotify_rm_watch, int fd, int wd)
{
	struct fd_ref ref;
	struct file *f = fd_borrow(fd, &ref);
	long ret;

	if (!f)
		return -EBADF;
	ret = file_is_inotify(f) ? inotify_remove(f, wd) : -EINVAL;
	fd_return(&ref);
	return ret;
}

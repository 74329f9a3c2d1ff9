/*
 * mount.c - system calls on the tree: working directory, root, mounts, and making data durable.
 */
#include <fs/file.h>
#include <fs/names.h>
#include <fs/namespace.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/task.h>
#include <task/user_ns.h>
#include <linux/capability.h>
#include <linux/fs.h>

static struct fs_context *fs_own(void) { return task_current()->fs; }

/* Make a directory the working directory or the root; consumes p. */
static int change_to(struct path *p, bool root)
{
	int err = inode_permission(p->dentry->inode, MAY_EXEC);

	if (!err && root && !capable_here(CAP_SYS_CHROOT))
		err = -EPERM;
	if (!err && root)
		fs_context_set_root(fs_own(), p);
	else if (!err)
		fs_context_set_cwd(fs_own(), p);
	path_put(p);
	return err;
}

SYSCALL(chdir, uaddr_t path)
{
	struct path p;
	int err = path_lookup_user(AT_FDCWD, path, WALK_FOLLOW | WALK_DIRECTORY, &p);

	return err ? err : change_to(&p, false);
}

SYSCALL(chroot, uaddr_t path)
{
	struct path p;
	int err = path_lookup_user(AT_FDCWD, path, WALK_FOLLOW | WALK_DIRECTORY, &p);

	return err ? err : change_to(&p, true);
}

SYSCALL(fchdir, int fd)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);
	struct path p;
	int err = 0;

	if (!f)
		return -EBADF;
	if (!f->path.dentry || !inode_is_dir(f->inode)) {
		err = -ENOTDIR;
	} else {
		p = f->path;
		path_get(&p);
	}
	fd_return(&r);
	return err ? err : change_to(&p, false);
}

/* Most paths are short: the stack holds them. */
SYSCALL(getcwd, uaddr_t to, size_t size)
{
	char small[256], *buf = small, *s;
	size_t room = sizeof small;
	long err;

	s = fs_cwd_text(small, sizeof small, &err);
	if (unlikely(!s) && err == -ENAMETOOLONG) {
		room = PATH_MAX_LEN;
		buf = kmalloc(room, 0);
		if (!buf)
			return -ENOMEM;
		s = fs_cwd_text(buf, room, &err);
	}
	if (s) {
		size_t len = (size_t)(buf + room - s);

		err = len > size ? -ERANGE : user_copy_out(to, s, len) ? -EFAULT : (long)len;
	}
	if (unlikely(buf != small))
		kfree(buf);
	return err;
}

SYSCALL(umask, uint32_t mask)
{
	uint32_t old;

	spin_lock(&fs_own()->lock);
	old = fs_own()->umask;
	fs_own()->umask = mask & 0777;
	spin_unlock(&fs_own()->lock);
	return old;
}

/* A string argument that may be null: *out is NULL then. Release with path_text_put() if it is not. */
static int optional_text(struct path_text *t, uaddr_t from, const char **out)
{
	int err;

	*out = NULL;
	if (uaddr_is_null(from))
		return 0;
	err = path_text_get(t, from, true);
	if (!err)
		*out = t->s;
	return err;
}

/* The data of mount(2) is a page of which as much is read as is mapped. */
static int copy_data(uaddr_t from, char **out)
{
	char *page;

	*out = NULL;
	if (uaddr_is_null(from))
		return 0;
	page = kzalloc(PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	if (user_copy_in_partial(page, from, PAGE_SIZE - 1) == PAGE_SIZE - 1) {
		kfree(page);
		return -EFAULT;
	}
	*out = page;
	return 0;
}

SYSCALL(mount, uaddr_t source, uaddr_t target, uaddr_t type, unsigned long flags, uaddr_t data)
{
	struct path_text ttype, tsource, ttarget;
	const char *type_s, *source_s;
	char *data_s;
	int err = optional_text(&ttype, type, &type_s);

	if (err)
		return err;
	err = optional_text(&tsource, source, &source_s);
	if (err)
		goto put_type;
	err = copy_data(data, &data_s);
	if (err)
		goto put_source;
	err = path_text_get(&ttarget, target, false);
	if (err)
		goto free_data;
	err = vfs_mount(source_s, ttarget.s, type_s, flags, data_s);
	path_text_put(&ttarget);
free_data:
	kfree(data_s);
put_source:
	if (source_s)
		path_text_put(&tsource);
put_type:
	if (type_s)
		path_text_put(&ttype);
	return err;
}

SYSCALL(umount2, uaddr_t target, int flags)
{
	struct path_text t;
	int err;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	err = path_text_get(&t, target, false);
	if (err)
		return err;
	err = vfs_umount(t.s, flags);
	path_text_put(&t);
	return err;
}

SYSCALL(pivot_root, uaddr_t new_root, uaddr_t put_old)
{
	struct path_text a, b;
	int err, bad;

	if (!mount_may_change())
		return -EPERM;
	err = path_text_get(&a, new_root, false);
	if (err)
		return err;
	bad = path_text_get(&b, put_old, false);        /* counts only when there is a new root */
	err = vfs_pivot_root(a.s, bad ? NULL : b.s);
	if (!bad)
		path_text_put(&b);
	path_text_put(&a);
	return err ? err : bad;
}

/* ---- durability: every file lives in memory, or its own operation says more ---- */

SYSCALL(sync, void) { return 0; }

static long fsync_range(int fd, loff_t from, loff_t to, int datasync)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = f->ops->fsync ? f->ops->fsync(f, from, to, datasync) : -EINVAL;
	fd_return(&r);
	return err;
}

SYSCALL(fsync, int fd) { return fsync_range(fd, 0, INT64_MAX, 0); }
SYSCALL(fdatasync, int fd) { return fsync_range(fd, 0, INT64_MAX, 1); }

SYSCALL(syncfs, int fd)
{
	struct fd_ref r;

	if (!fd_borrow(fd, &r))
		return -EBADF;
	fd_return(&r);
	return 0;
}

#define SYNC_FLAGS 7u                           /* SYNC_FILE_RANGE_WAIT_BEFORE | WRITE | WAIT_AFTER */

SYSCALL(sync_file_range, int fd, int64_t from, int64_t len, unsigned flags)
{
	struct fd_ref r;
	struct file *f = fd_borrow(fd, &r);
	int err = 0;
	int64_t end;

	if (!f)
		return -EBADF;
	if (flags & ~SYNC_FLAGS || from < 0 || __builtin_add_overflow(from, len, &end) || end < from)
		err = -EINVAL;
	else if (!S_ISREG(f->inode->mode) && !S_ISBLK(f->inode->mode) && !S_ISDIR(f->inode->mode) && !S_ISLNK(f->inode->mode))
		err = -ESPIPE;
	fd_return(&r);
	return err;
}

/* ---- sysfs(2): the types of file systems by number ---- */

static int fs_type_number(uaddr_t user)
{
	struct path_text name;
	int err = path_text_get(&name, user, false), nr = 0;

	if (err)
		return err;
	for (const struct fs_type *t = fs_first(); t; t = t->next, nr++)
		if (!strcmp(t->name, name.s))
			break;
	err = fs_find(name.s) ? nr : -EINVAL;
	path_text_put(&name);
	return err;
}

static int fs_type_name(unsigned nr, uaddr_t to)
{
	const struct fs_type *t = fs_first();

	while (t && nr--)
		t = t->next;
	return !t ? -EINVAL : user_copy_out(to, t->name, strlen(t->name) + 1);
}

SYSCALL(sysfs, int option, uint64_t arg1, uint64_t arg2)
{
	int n = 0;

	switch (option) {
	case 1:
		return fs_type_number(UADDR(arg1));
	case 2:
		return fs_type_name((unsigned)arg1, UADDR(arg2));
	case 3:
		for (const struct fs_type *t = fs_first(); t; t = t->next)
			n++;
		return n;
	default:
		return -EINVAL;
	}
}

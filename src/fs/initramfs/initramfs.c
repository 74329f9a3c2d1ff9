/*
 * initramfs.c - fill the root file system from cpio archives in memory.
 *
 * Names are taken relative to the root. As Linux's: an existing entry of another type is replaced,
 * a hard link's data comes with any of its names, directories get their times after all is unpacked
 * because their contents change them. A fault in the archive is logged with name and offset, and ends
 * the unpacking; what was unpacked stays.
 * Context: process 1 before its program; may sleep. Nobody else uses the file system yet.
 */
#include <fs/filesystems.h>
#include <fs/names.h>
#include <fs/file.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/task.h>
#include <trace/klog.h>
#include "cpio.h"

struct hard_link {                          /* files with several names seen so far */
	struct hard_link *next;
	uint32_t ino, dev_major, dev_minor;
	char path[];
};

struct dir_time { struct dir_time *next; uint32_t mtime; char path[]; };

struct unpack {
	struct hard_link *links;
	struct dir_time *dirs;
	char path[PATH_MAX_LEN];                /* "/" + name */
};

static int set_owner(const char *path, const struct cpio_entry *e)
{
	struct inode_attr a = {
		.valid = ATTR_UID | ATTR_GID | ATTR_MTIME | ATTR_ATIME, .uid = e->uid, .gid = e->gid,
		.mtime = { e->mtime, 0 }, .atime = { e->mtime, 0 },
	};
	struct path p;
	int err = path_lookup(AT_FDCWD, path, 0, &p);

	if (err)
		return err;
	err = vfs_setattr(&p, &a);
	if (!err && !S_ISLNK(e->mode)) {        /* after the owner: changing it clears the set-id bits */
		a.valid = ATTR_MODE;
		a.mode = e->mode & 07777;
		err = vfs_setattr(&p, &a);
	}
	path_put(&p);
	return err;
}

/* Something of another type, or not a directory, stands in the way: remove it. */
static void clear_way(const char *path, uint32_t mode)
{
	struct kstat st;

	if (path_stat(AT_FDCWD, path, 0, &st))
		return;
	if (!S_ISDIR(st.mode))
		(void)!vfs_unlink(AT_FDCWD, path);
	else if (!S_ISDIR(mode))
		(void)!vfs_rmdir(AT_FDCWD, path);
}

static int write_data(const char *path, const struct cpio_entry *e, uint32_t flags)
{
	struct file *f;
	ssize_t n;
	int err = file_open(AT_FDCWD, path, O_WRONLY | O_LARGEFILE | flags, e->mode & 07777, WALK_FOLLOW, &f);

	if (err)
		return err;
	n = e->data_len ? file_write_kernel(f, e->data, e->data_len, 0) : 0;
	file_put(f);
	return n < 0 ? (int)n : n == e->data_len ? 0 : -ENOSPC;
}

/* Link to the name that came before, if any. 1: linked. */
static int link_earlier(struct unpack *u, const struct cpio_entry *e)
{
	struct hard_link *l;
	size_t len = strlen(u->path) + 1;

	for (l = u->links; l; l = l->next)
		if (l->ino == e->ino && l->dev_major == e->dev_major && l->dev_minor == e->dev_minor) {
			int err = vfs_link(AT_FDCWD, l->path, AT_FDCWD, u->path, 0);

			return err ? err : 1;
		}
	l = kmalloc(sizeof *l + len, 0);
	if (!l)
		return -ENOMEM;
	*l = (struct hard_link){ u->links, e->ino, e->dev_major, e->dev_minor };
	memcpy(l->path, u->path, len);
	u->links = l;
	return 0;
}

static int unpack_file(struct unpack *u, const struct cpio_entry *e)
{
	clear_way(u->path, e->mode);
	if (e->nlink > 1) {
		int linked = link_earlier(u, e);

		if (linked < 0)
			return linked;
		if (linked)
			return e->data_len ? write_data(u->path, e, 0) : 0;
	}
	return write_data(u->path, e, O_CREAT | O_TRUNC);
}

static int unpack_dir(struct unpack *u, const struct cpio_entry *e)
{
	size_t len = strlen(u->path) + 1;
	struct dir_time *d = kmalloc(sizeof *d + len, 0);
	int err;

	if (!d)
		return -ENOMEM;
	*d = (struct dir_time){ u->dirs, e->mtime };
	memcpy(d->path, u->path, len);
	u->dirs = d;
	clear_way(u->path, e->mode);
	err = vfs_mkdir(AT_FDCWD, u->path, e->mode & 07777);
	return err == -EEXIST ? 0 : err;
}

static int unpack_link(struct unpack *u, const struct cpio_entry *e)
{
	char *target = kstrndup(e->data, e->data_len);
	int err;

	if (!target)
		return -ENOMEM;
	clear_way(u->path, e->mode);
	err = vfs_symlink(target, AT_FDCWD, u->path);
	kfree(target);
	return err;
}

static int unpack_entry(struct unpack *u, const struct cpio_entry *e)
{
	const char *name = e->name;
	int err;

	while (*name == '/' || (name[0] == '.' && (name[1] == '/' || !name[1])))
		name++;
	u->path[0] = '/';
	if (str_copy(u->path + 1, name, sizeof u->path - 1) < 0)
		return -ENAMETOOLONG;
	switch (e->mode & S_IFMT) {
	case S_IFDIR:
		err = u->path[1] ? unpack_dir(u, e) : 0;
		break;
	case S_IFREG:
		err = unpack_file(u, e);
		break;
	case S_IFLNK:
		err = unpack_link(u, e);
		break;
	case S_IFCHR: case S_IFBLK: case S_IFIFO: case S_IFSOCK:
		clear_way(u->path, e->mode);
		err = vfs_mknod(AT_FDCWD, u->path, e->mode, DEV_MAKE(e->rdev_major, e->rdev_minor));
		break;
	default:
		return -EINVAL;
	}
	return err ? err : set_owner(u->path, e);
}

static void finish(struct unpack *u)
{
	struct path p;

	while (u->dirs) {
		struct dir_time *d = u->dirs;
		struct inode_attr a = { .valid = ATTR_MTIME, .mtime = { d->mtime, 0 } };

		u->dirs = d->next;
		if (!path_lookup(AT_FDCWD, d->path, 0, &p)) {
			(void)!vfs_setattr(&p, &a);
			path_put(&p);
		}
		kfree(d);
	}
	while (u->links) {
		struct hard_link *l = u->links;

		u->links = l->next;
		kfree(l);
	}
	kfree(u);
}

int initramfs_unpack(const void *data, size_t len)
{
	struct unpack *u = kzalloc(sizeof *u);
	struct cpio_entry e;
	size_t offset = 0, start = 0;
	const char *why = NULL;
	int got, err = 0;
	uint32_t *umask = &task_current()->fs->umask, umask_before = *umask;

	if (!u)
		return -ENOMEM;
	*umask = 0;
	while (!err && (got = cpio_next(data, len, &offset, &e, &why)) != 0) {
		if (got < 0) {
			klog(KLOG_ERR, "initramfs: %s at offset %zu of %zu%s%s\n", why, offset, len, e.name ? ", entry " : "",
			     e.name ? e.name : "");
			err = got;
			break;
		}
		err = unpack_entry(u, &e);
		if (err)
			klog(KLOG_ERR, "initramfs: cannot make %s: error %d (entry at offset %zu)\n", e.name, -err, start);
		start = offset;
	}
	finish(u);
	*umask = umask_before;
	return err;
}

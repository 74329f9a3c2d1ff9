/*
 * create.c - new names: files, directories, devices, symlinks, hard links.
 *
 * A directory's inode->lock is held while a name is made in it; a name that exists, or a directory that
 * has been removed (nlink 0), is found under that lock. The order in which errors win is Linux's.
 * Lock order: parent's inode->lock (RANK_INODE_PARENT), then the target's of link(2).   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <fs/capable.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include "fs_priv.h"

int path_want_write(const struct path *p)
{
	return p->mnt && mount_is_readonly(p->mnt) ? -EROFS : 0;
}

/* Have the ids that a file of c's would get names in the user namespace that the file system belongs to? */
static bool is_known_to_owner(const struct super *s, const struct cred *c)
{
	const struct user_ns *u = user_ns_of(s->owner);

	return u == &user_ns_initial || user_ns_knows(u, c->fsuid, c->fsgid);
}

/* The directory is locked. */
int dir_may_create(const struct path *parent)
{
	struct inode *dir = parent->dentry->inode;

	if (!load_relaxed(&dir->nlink) || dentry_is_deleted(parent->dentry))
		return -ENOENT;                 /* removed, but somebody is in it */
	if (unlikely(user_ns_in_use) && !is_known_to_owner(dir->super, cred_current()))
		return -EOVERFLOW;
	return inode_permission(dir, MAY_WRITE | MAY_EXEC);
}

/* Mode and group of what is made in dir: a set-group-ID directory hands its group down, and to directories the bit. */
uint32_t dir_inherit_mode(const struct inode *dir, uint32_t mode, uint32_t *gid)
{
	const struct cred *c = cred_current();

	*gid = c->fsgid;
	if (!(dir->mode & S_ISGID))
		return mode;
	*gid = dir->gid;
	if (S_ISDIR(mode))
		return mode | S_ISGID;
	if ((mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) && !cred_has_group(c, dir->gid) && !cred_capable_inode(c, dir, CAP_FSETID))
		mode &= ~(uint32_t)S_ISGID;
	return mode;
}

/* The place for a name to be made in a locked directory: counted dentry without an inode, or -EEXIST. */
int child_for_create(struct dentry *parent, const struct name *n, struct dentry **out)
{
	struct dentry *d;
	int err = lookup_child_locked(parent, n, &d);

	if (err)
		return err;
	if (d && load_acquire(&d->inode)) {
		dentry_put(d);
		return -EEXIST;
	}
	if (parent->super->no_negative)
		return -ENOENT;                 /* names appear by themselves there: this one does not exist */
	if (!d)
		d = dentry_alloc(parent, n);
	*out = d;
	return d ? 0 : -ENOMEM;
}

/* d has an inode: make it a name, and pin it where the table is the directory. */
void dentry_show(struct dentry *d)
{
	if (d->super->pin_dentries) {
		fetch_or_relaxed(&d->flags, DENTRY_PINNED);     /* relaxed: published by dentry_add() */
		dentry_get(d);
	}
	if (load_relaxed(&d->flags) & DENTRY_UNHASHED)          /* else it was known as absent */
		dentry_add(d);
}

void dentry_publish(struct dentry *d, struct inode *i)
{
	dentry_attach(d, i);
	dentry_show(d);
}

/* With target: a symlink. Owner, group and inherited mode are set here; what the file system makes is owned by root till then. */
int dir_create_locked(struct dentry *parent, struct dentry *d, uint32_t mode, dev_num_t rdev, const char *target)
{
	struct inode *dir = parent->inode, *i;
	const struct inode_ops *ops = dir->ops;
	uint32_t gid;
	int err = -EPERM;

	mode = dir_inherit_mode(dir, mode, &gid);
	if (target)
		err = ops->symlink ? ops->symlink(dir, d, target, &i) : -EPERM;
	else if (S_ISDIR(mode))
		err = ops->mkdir ? ops->mkdir(dir, d, mode, &i) : -EPERM;
	else
		err = ops->create ? ops->create(dir, d, mode, rdev, &i) : -EPERM;
	if (err)
		return err;
	i->uid = cred_current()->fsuid;
	i->gid = gid;
	if (!target)
		i->mode = mode;
	dentry_publish(d, i);
	notify_name(dir, &d->name, S_ISDIR(i->mode), IN_CREATE);
	return 0;
}

/* ---- by path ---- */

/* made: NULL, or for the new name, counted. */
static int create_at(const struct path *parent, const struct name *n, uint32_t mode, dev_num_t rdev, const char *target, bool slash,
		     struct dentry **made)
{
	struct inode *dir = parent->dentry->inode;
	struct dentry *d;
	int err, readonly = path_want_write(parent);

	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	err = child_for_create(parent->dentry, n, &d);
	if (!err) {
		if (slash && !S_ISDIR(mode))
			err = -ENOENT;
		else if (readonly)
			err = readonly;
		else
			err = dir_may_create(parent);
		if (!err && ((S_ISCHR(mode) && rdev) || S_ISBLK(mode)) && !capable(CAP_MKNOD))   /* 0,0 is a whiteout */
			err = -EPERM;
		if (!err)
			err = dir_create_locked(parent->dentry, d, mode, rdev, target);
		if (!err && made)
			*made = d;
		else
			dentry_put(d);
	}
	mutex_unlock(&dir->lock);
	return err;
}

static int create(int dirfd, const char *path, uint32_t mode, dev_num_t rdev, const char *target)
{
	struct path parent;
	struct name last;
	enum walk_last type;
	bool slash;
	int err = walk_parent(dirfd, path, &parent, &last, &type, &slash);

	if (err)
		return err;
	err = type == LAST_NAME ? create_at(&parent, &last, mode, rdev, target, slash, NULL) : -EEXIST;
	path_put(&parent);
	return err;
}

int vfs_make_socket(const char *path, uint32_t mode, struct path *dir, struct dentry **made)
{
	struct name last;
	enum walk_last type;
	bool slash;
	int err = walk_parent(AT_FDCWD, path, dir, &last, &type, &slash);

	if (err)
		return err;
	mode = S_IFSOCK | (mode & 07777 & ~(uint32_t)fs_umask());
	err = type == LAST_NAME ? create_at(dir, &last, mode, 0, NULL, slash, made) : -EEXIST;
	if (err)
		path_put(dir);
	return err;
}

int vfs_mkdir(int dirfd, const char *path, uint32_t mode)
{
	return create(dirfd, path, S_IFDIR | (mode & 01777 & ~(uint32_t)fs_umask()), 0, NULL);
}

int vfs_mknod(int dirfd, const char *path, uint32_t mode, dev_num_t rdev)
{
	uint32_t type = mode & S_IFMT ? mode & S_IFMT : S_IFREG;

	if (type == S_IFDIR)
		return -EPERM;
	if (type != S_IFREG && type != S_IFCHR && type != S_IFBLK && type != S_IFIFO && type != S_IFSOCK)
		return -EINVAL;
	return create(dirfd, path, type | (mode & 07777 & ~(uint32_t)fs_umask()), type == S_IFCHR || type == S_IFBLK ? rdev : 0, NULL);
}

int vfs_create_in(const struct path *dir, const char *name, uint32_t mode)
{
	struct name n;

	dentry_init_name(&n, name, strlen(name));
	return create_at(dir, &n, S_IFREG | (mode & 07777 & ~(uint32_t)fs_umask()), 0, NULL, false, NULL);
}

int vfs_symlink(const char *target, int dirfd, const char *path)
{
	return *target ? create(dirfd, path, S_IFLNK | 0777, 0, target) : -ENOENT;
}

/* ---- hard links ---- */

int protected_hardlinks = 1;

/* May the current task give another's file a name? With protected_hardlinks only what it could as well write. */
static int may_link(struct inode *i)
{
	uint32_t mode = i->mode;

	if (!load_relaxed(&protected_hardlinks) || cred_current()->fsuid == i->uid || capable_inode(i, CAP_FOWNER))
		return 0;
	if (!S_ISREG(mode) || (mode & S_ISUID) || (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
		return -EPERM;
	return inode_permission(i, MAY_READ | MAY_WRITE) ? -EPERM : 0;
}

static int link_locked(const struct path *parent, const struct name *n, struct inode *i)
{
	struct inode *dir = parent->dentry->inode;
	struct dentry *d;
	int err = child_for_create(parent->dentry, n, &d);

	if (err)
		return err;
	err = path_want_write(parent);
	if (!err)
		err = may_link(i);
	if (!err)
		err = dir_may_create(parent);
	if (!err && !dir->ops->link)
		err = -EPERM;
	if (!err && S_ISDIR(i->mode))
		err = -EPERM;
	if (!err && !inode_add_link(i))
		err = -ENOENT;
	if (!err) {
		err = dir->ops->link(dir, d, i);
		if (err) {
			inode_drop_link(i);
		} else {
			inode_get(i);
			dentry_publish(d, i);
			notify_inode(i, IN_ATTRIB);
			notify_name(dir, &d->name, false, IN_CREATE);
		}
	}
	dentry_put(d);
	return err;
}

/* The source of linkat(): path, or the descriptor itself. */
static int link_source(int from_fd, const char *from, int flags, struct path *out)
{
	unsigned walk = flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0;

	if (flags & AT_EMPTY_PATH)
		walk |= WALK_EMPTY | WALK_OPENER;
	return path_lookup(from_fd, from, walk, out);
}

int vfs_link(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	struct path source, parent;
	struct name last;
	enum walk_last type;
	bool slash;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = link_source(from_fd, from, flags, &source);
	if (err)
		return err;
	if (!to)
		goto put_source;
	err = walk_parent(to_fd, to, &parent, &last, &type, &slash);
	if (err)
		goto put_source;
	if (type != LAST_NAME) {
		err = -EEXIST;
	} else {
		struct inode *dir = parent.dentry->inode;

		mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
		if (slash) {                            /* no directory is made here */
			struct dentry *d;

			err = child_for_create(parent.dentry, &last, &d);
			if (!err) {
				dentry_put(d);
				err = -ENOENT;
			}
		} else if (parent.mnt != source.mnt) {
			struct dentry *d;

			err = child_for_create(parent.dentry, &last, &d);       /* EEXIST comes first */
			if (!err) {
				dentry_put(d);
				err = path_want_write(&parent) ?: -EXDEV;
			}
		} else {
			err = link_locked(&parent, &last, source.dentry->inode);
		}
		mutex_unlock(&dir->lock);
	}
	path_put(&parent);
put_source:
	path_put(&source);
	return err;
}

/* ---- trees made by the kernel ---- */

static int make_path(const char *path, uint32_t mode, dev_num_t rdev)
{
	struct path parent;
	struct name last;
	enum walk_last type;
	bool slash;
	int err = walk_parent(AT_FDCWD, path, &parent, &last, &type, &slash);

	if (err)
		return err;
	err = type == LAST_NAME ? create_at(&parent, &last, mode, rdev, NULL, slash, NULL) : -EEXIST;
	path_put(&parent);
	return err;
}

int vfs_mkdir_path(const char *path, uint32_t mode) { return make_path(path, S_IFDIR | (mode & 07777), 0); }
int vfs_mknod_path(const char *path, uint32_t mode, dev_num_t rdev) { return make_path(path, mode, rdev); }

/*
 * remove.c - names that go: unlink and rmdir; and what may be deleted.
 *
 * Lock order: parent's inode->lock (RANK_INODE_PARENT), victim's (RANK_INODE_CHILD): that one keeps a
 * directory empty and excludes a mount being put on it.   Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <fs/capable.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <task/cred.h>
#include "fs_priv.h"

/* May the current task take victim out of dir (locked)? */
int dir_may_delete(struct inode *dir, struct inode *victim, bool want_dir)
{
	const struct cred *c = cred_current();
	int err = inode_permission(dir, MAY_WRITE | MAY_EXEC);

	if (err)
		return err;
	if ((dir->mode & S_ISVTX) && c->fsuid != victim->uid && c->fsuid != dir->uid && !cred_capable_inode(c, victim, CAP_FOWNER))
		return -EPERM;
	if (want_dir && !S_ISDIR(victim->mode))
		return -ENOTDIR;
	if (!want_dir && S_ISDIR(victim->mode))
		return -EISDIR;
	return 0;
}

/* Both inodes are locked. On success d is no name any more. */
static int remove_locked(struct inode *dir, struct dentry *d, bool want_dir)
{
	const struct inode_ops *ops = dir->ops;
	int err;

	if (unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED) && mountpoint_is_local(d))       /* relaxed: set under the lock we hold */
		return -EBUSY;
	if (want_dir && d->super->pin_dentries && dentry_has_children(d))
		return -ENOTEMPTY;
	err = want_dir ? (ops->rmdir ? ops->rmdir(dir, d) : -EPERM) : ops->unlink ? ops->unlink(dir, d) : -EPERM;
	if (!err)
		dentry_drop(d);
	return err;
}

static int remove_at(const struct path *parent, const struct name *n, bool want_dir, bool slash)
{
	struct inode *dir = parent->dentry->inode, *i;
	struct dentry *d;
	bool removed = false;
	int err = path_want_write(parent);

	if (err)
		return err;
	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	err = lookup_child_locked(parent->dentry, n, &d);
	if (err || !d) {
		mutex_unlock(&dir->lock);
		return err ? err : -ENOENT;
	}
	i = load_acquire(&d->inode);
	if (!i)
		err = -ENOENT;
	else if (slash && !want_dir)
		err = S_ISDIR(i->mode) ? -EISDIR : -ENOTDIR;
	else
		err = dir_may_delete(dir, i, want_dir);
	if (!err) {
		mutex_lock_nested(&i->lock, RANK_INODE_CHILD);
		err = remove_locked(dir, d, want_dir);
		mutex_unlock(&i->lock);
		removed = !err;
	}
	mutex_unlock(&dir->lock);
	if (removed && !want_dir && notify_is_on())
		notify_inode_slow(i, IN_ATTRIB);                /* one name less */
	/* The last references after the locks: pages are given back here. */
	if (removed && unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED))      /* relaxed: nobody mounts on what is no name */
		mounts_leave(d);
	if (removed && (fetch_and_relaxed(&d->flags, ~DENTRY_PINNED) & DENTRY_PINNED))
		dentry_put(d);
	dentry_put(d);
	if (removed && notify_is_on())                          /* last: what nobody has open tells its own end first */
		notify_name_slow(dir, n, want_dir, IN_DELETE, 0);
	return err;
}

/* What ends in no name of its own: the root, "." or "..". */
static int no_name_error(enum walk_last type, bool want_dir)
{
	if (!want_dir)
		return -EISDIR;
	return type == LAST_DOT ? -EINVAL : type == LAST_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

/* unlink() and rmdir(), compiled for each. */
static __always_inline int remove_path(int dirfd, const char *path, bool want_dir)
{
	struct path parent;
	struct name last;
	enum walk_last type;
	bool slash;
	int err = walk_parent(dirfd, path, &parent, &last, &type, &slash);

	if (err)
		return err;
	err = type == LAST_NAME ? remove_at(&parent, &last, want_dir, slash) : no_name_error(type, want_dir);
	path_put(&parent);
	return err;
}

int vfs_unlink(int dirfd, const char *path) { return remove_path(dirfd, path, false); }
int vfs_rmdir(int dirfd, const char *path) { return remove_path(dirfd, path, true); }

int vfs_unlink_in(const struct path *dir, const char *name)
{
	struct name n;

	dentry_init_name(&n, name, strlen(name));
	return remove_at(dir, &n, false, false);
}

/*
 * attr.c - changing attributes: mode, owner, times, size; and access times.
 *
 * Rights are checked under the inode's lock, against what the attributes are then.
 * Context: task, may sleep. Locks: i->lock.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <fs/capable.h>
#include <linux/capability.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/resource.h>
#include <task/cred.h>
#include <task/process.h>
#include <task/signal.h>
#include "fs_priv.h"

#define ATIME_STALE_SEC (24 * 60 * 60)

static bool owner_or(const struct cred *c, const struct inode *i, unsigned cap)
{
	return c->fsuid == i->uid || cred_capable_inode(c, i, cap);
}

static int check_owner_change(const struct cred *c, const struct inode *i, const struct inode_attr *a)
{
	if (cred_capable_inode(c, i, CAP_CHOWN))
		return 0;
	if ((a->valid & ATTR_UID) && !(c->fsuid == i->uid && a->uid == i->uid))
		return -EPERM;
	if ((a->valid & ATTR_GID) && !(c->fsuid == i->uid && (a->gid == i->gid || cred_has_group(c, a->gid))))
		return -EPERM;
	return 0;
}

static int check_times(const struct cred *c, struct inode *i, const struct inode_attr *a)
{
	if (owner_or(c, i, CAP_FOWNER))
		return 0;
	if (!(a->valid & ATTR_TOUCH))
		return -EPERM;
	return inode_permission_as(c, i, MAY_WRITE);
}

/* RLIMIT_FSIZE; growth only. */
static int check_size(const struct inode *i, uint64_t size)
{
	uint64_t limit;
	siginfo_t info;

	if (size <= i->size || !thread_current()->is_task)
		return 0;
	limit = process_current()->rlim[RLIMIT_FSIZE].rlim_cur;
	if (limit == RLIM_INFINITY || size <= limit)
		return 0;
	siginfo_init_kernel(&info, SIGXFSZ);
	signal_send_task(task_current(), &info);
	return -EFBIG;
}

uint32_t inode_privileges_lost(const struct inode *i)
{
	const struct cred *c = cred_current();
	uint32_t lost = i->mode & S_ISUID;

	if (likely(!(i->mode & (S_ISUID | S_ISGID))) || cred_capable_inode(c, i, CAP_FSETID))
		return 0;
	if ((i->mode & S_ISGID) && ((i->mode & S_IXGRP) || !cred_has_group(c, i->gid)))
		lost |= S_ISGID;
	return lost;
}

void inode_privileges_drop_slow(struct inode *i)
{
	uint32_t lost = inode_privileges_lost(i);

	if (lost)
		store_relaxed(&i->mode, i->mode & ~lost);
	xattr_caps_drop_locked(i);
}

static void drop_privileges(struct inode *i, struct inode_attr *a)
{
	uint32_t lost = a->valid & ATTR_MODE ? 0 : inode_privileges_lost(i);

	if (unlikely(i->xattrs != NULL))
		xattr_caps_drop_locked(i);
	if (likely(!lost))
		return;
	a->valid |= ATTR_MODE;
	a->mode = i->mode & ~lost;
}

static int setattr_locked(struct inode *i, struct inode_attr *a)
{
	const struct cred *c = cred_current();
	int err = 0;

	if (((a->valid & ATTR_UID) && a->uid == ID_NONE) || ((a->valid & ATTR_GID) && a->gid == ID_NONE))
		return -EINVAL;                 /* no such id in the caller's user namespace */
	if (i->is_immutable && (a->valid & (ATTR_UID | ATTR_GID | ATTR_MODE | ATTR_ATIME | ATTR_MTIME)))
		return -EPERM;
	if (a->valid & (ATTR_UID | ATTR_GID))
		err = check_owner_change(c, i, a);
	if (!err && (a->valid & ATTR_MODE)) {
		uint32_t gid = a->valid & ATTR_GID ? a->gid : i->gid;

		if (!owner_or(c, i, CAP_FOWNER))
			err = -EPERM;
		else if ((a->mode & S_ISGID) && !cred_has_group(c, gid) && !cred_capable_inode(c, i, CAP_FSETID))
			a->mode &= ~(uint32_t)S_ISGID;
	}
	if (!err && (a->valid & (ATTR_ATIME | ATTR_MTIME)))
		err = check_times(c, i, a);
	if (!err && (a->valid & ATTR_SIZE)) {
		err = check_size(i, a->size);
		drop_privileges(i, a);
		a->valid |= ATTR_MTIME;
		a->mtime = time_now();
	}
	if (err)
		return err;
	if (S_ISDIR(i->mode))
		a->valid &= ~ATTR_KILL_SUID;
	return i->ops && i->ops->setattr ? i->ops->setattr(i, a) : inode_setattr_generic(i, a);
}

int inode_setattr(struct inode *i, const struct inode_attr *a)
{
	struct inode_attr copy = *a;
	int err;

	mutex_lock(&i->lock);
	err = setattr_locked(i, &copy);
	mutex_unlock(&i->lock);
	return err;
}

/* What truncate(2) asks for before it asks for rights on the attributes. */
static int check_truncate(const struct path *p)
{
	struct inode *i = p->dentry->inode;

	if (S_ISDIR(i->mode))
		return -EISDIR;
	if (!S_ISREG(i->mode))
		return -EINVAL;
	if (mount_is_readonly(p->mnt))
		return -EROFS;
	if (inode_permission(i, MAY_WRITE))
		return -EACCES;
	return load_relaxed(&i->writers) < 0 ? -ETXTBSY : 0;    /* relaxed: a program that starts now is later */
}

/* How inotify names a change. */
static uint32_t changes_of(const struct inode_attr *a)
{
	unsigned times = a->valid & (ATTR_ATIME | ATTR_MTIME);
	uint32_t mask = a->valid & (ATTR_UID | ATTR_GID | ATTR_MODE) ? IN_ATTRIB : 0;

	mask |= a->valid & ATTR_SIZE ? IN_MODIFY : 0;
	return mask | (times == (ATTR_ATIME | ATTR_MTIME) ? IN_ATTRIB : times == ATTR_ATIME ? IN_ACCESS : times ? IN_MODIFY : 0);
}

int vfs_setattr(const struct path *p, const struct inode_attr *a)
{
	int err = a->valid & ATTR_SIZE ? check_truncate(p) : path_want_write(p);

	if (!err && (a->valid & ATTR_SIZE) && unlikely(load_relaxed(&p->dentry->inode->leases)))
		err = lease_break(p->dentry->inode, true, true);
	if (!err && (a->valid & ATTR_MODE) && S_ISLNK(p->dentry->inode->mode))
		err = -EOPNOTSUPP;
	if (!err)
		err = inode_setattr(p->dentry->inode, a);
	if (!err)
		notify_dentry(p->dentry, changes_of(a));
	return err;
}

int file_truncate(struct file *f, uint64_t size)
{
	struct inode_attr a = { .valid = ATTR_SIZE, .size = size };
	int err;

	if (!S_ISREG(f->inode->mode) || !(f->mode & FILE_WRITE))
		return -EINVAL;
	err = inode_setattr(f->inode, &a);
	if (!err)
		notify_file(f, IN_MODIFY);
	return err;
}

int file_fallocate(struct file *f, int mode, int64_t from, int64_t len)
{
	struct inode *i = f->inode;
	int err;

	if (from < 0 || len <= 0)
		return -EINVAL;
	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_ZERO_RANGE |
		     FALLOC_FL_INSERT_RANGE | FALLOC_FL_UNSHARE_RANGE))
		return -EOPNOTSUPP;
	if ((mode & FALLOC_FL_PUNCH_HOLE) && !(mode & FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	if ((mode & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE)) && (mode & FALLOC_FL_KEEP_SIZE))
		return -EOPNOTSUPP;
	if (!(f->mode & FILE_WRITE))
		return -EBADF;
	if (S_ISFIFO(i->mode))
		return -ESPIPE;
	if (S_ISDIR(i->mode))
		return -EISDIR;
	if (!S_ISREG(i->mode))
		return -ENODEV;
	if (from > INT64_MAX - len)
		return -EFBIG;
	if (!i->ops || !i->ops->fallocate)
		return -EOPNOTSUPP;
	mutex_lock(&i->lock);
	err = mode & FALLOC_FL_PUNCH_HOLE ? 0 : check_size(i, (uint64_t)(from + len));
	if (!err)
		err = i->ops->fallocate(i, mode, (uint64_t)from, (uint64_t)len);
	if (!err)
		inode_privileges_drop(i);
	mutex_unlock(&i->lock);
	if (!err)
		notify_file(f, IN_MODIFY);
	return err;
}

/* ---- access times ---- */

static bool not_after(const struct timespec_k *a, const struct timespec_k *b)
{
	return a->sec < b->sec || (a->sec == b->sec && a->nsec <= b->nsec);
}

void path_touch_atime(const struct path *p)
{
	struct inode *i = p->dentry->inode;
	uint32_t flags = p->mnt->flags;
	struct timespec_k now;

	if ((flags & MS_NOATIME) || mount_is_readonly(p->mnt) || ((flags & MS_NODIRATIME) && S_ISDIR(i->mode)))
		return;
	now = time_now();
	if (!(flags & MS_STRICTATIME) && !not_after(&i->atime, &i->mtime) && !not_after(&i->atime, &i->ctime) &&
	    now.sec - i->atime.sec < ATIME_STALE_SEC)
		return;
	if (unlikely(i->attr_flags & FS_NOATIME_FL))
		return;
	if (!not_after(&now, &i->atime))
		i->atime = now;
}

void file_accessed(struct file *f)
{
	if (likely(!(f->flags & O_NOATIME)) && f->path.mnt)
		path_touch_atime(&f->path);
}

/*
 * stat.c - looking: attributes, access, link targets, listings.
 *
 * stat copies the attributes inside the walk's RCU section: nothing is counted, locked or stored, unless
 * the file system must refresh them first (getattr).
 * Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include "fs_priv.h"

void kstat_fill(struct kstat *st, const struct inode *i)
{
	st->ino = i->ino;
	st->dev = i->super->dev;
	st->rdev = i->rdev;
	st->mode = load_relaxed(&i->mode);      /* relaxed: words of their own, here and below */
	st->nlink = load_relaxed(&i->nlink);
	st->uid = load_relaxed(&i->uid);
	st->gid = load_relaxed(&i->gid);
	st->size = load_relaxed(&i->size);
	st->blocks = load_relaxed(&i->map.nr_pages) * (PAGE_SIZE / 512);
	st->block_size = i->super->block_size;
	st->is_in_memory = i->super->has_xattrs;
	st->atime = i->atime;
	st->mtime = i->mtime;
	st->ctime = i->ctime;
	st->btime = i->btime;
}

static void kstat_place(struct kstat *st, const struct path *p)
{
	st->mnt_id = p->mnt->id;
	st->is_mount_root = p->dentry == p->mnt->root;
}

int file_stat(struct file *f, struct kstat *out)
{
	struct inode *i = f->inode;

	if (unlikely(i->ops && i->ops->getattr)) {
		int err = i->ops->getattr(i, out);

		if (err)
			return err;
	} else {
		kstat_fill(out, i);
	}
	out->mnt_id = f->path.mnt ? f->path.mnt->id : 0;
	out->is_mount_root = f->path.mnt && f->path.dentry == f->path.mnt->root;
	return 0;
}

/* "" and a descriptor: what fstat(3) of C libraries asks for. */
static int descriptor_stat(int fd, struct kstat *out)
{
	struct fd_ref r;
	struct file *f = fd_borrow_path(fd, &r);
	int err;

	if (!f)
		return -EBADF;
	err = file_stat(f, out);
	fd_return(&r);
	return err;
}

static __noinline int path_stat_full(int dirfd, const char *path, unsigned walk_flags, struct kstat *out)
{
	struct walk w;
	bool rcu = true;
	int err;

	if (!*path) {
		if (!(walk_flags & WALK_EMPTY))
			return -ENOENT;
		if (dirfd != AT_FDCWD)
			return descriptor_stat(dirfd, out);
	}
	do {
		err = walk_begin(&w, dirfd, NULL, path, walk_flags, rcu);
		if (!err)
			err = walk_resolve(&w, path);
		if (!err) {
			const struct inode_ops *ops = w.inode->ops;

			if (ops && ops->getattr) {
				if (w.is_rcu)
					err = walk_leave_rcu(&w);
				if (!err)
					err = ops->getattr(w.inode, out);
			} else {
				kstat_fill(out, w.inode);
			}
			if (!err)
				kstat_place(out, &w.path);
		}
		walk_end(&w);
		rcu = false;
	} while (err == WALK_AGAIN);
	return err;
}

int path_stat(int dirfd, const char *path, unsigned walk_flags, struct kstat *out)
{
	struct path p;
	struct inode *i;

	rcu_read_lock();
	if (likely(walk_quick(dirfd, path, walk_flags, &p, &i)) && likely(!i->ops || !i->ops->getattr)) {
		kstat_fill(out, i);
		kstat_place(out, &p);
		rcu_read_unlock();
		return 0;
	}
	rcu_read_unlock();
	return path_stat_full(dirfd, path, walk_flags, out);
}

/* ---- access ---- */

/* Credentials as access(2) sees them: the real ids, and the capabilities the real user would have. false: as they are. */
static bool real_cred(struct cred *real)
{
	const struct cred *c = cred_current();
	uint64_t caps = c->cap_effective;

	if (!(c->securebits & (1u << SECURE_NO_SETUID_FIXUP)))
		caps = cred_is_root(c, c->uid) ? c->cap_permitted : 0;
	if (c->fsuid == c->uid && c->fsgid == c->gid && caps == c->cap_effective)
		return false;
	*real = *c;                             /* groups and account are borrowed */
	real->fsuid = c->uid;
	real->fsgid = c->gid;
	real->cap_effective = caps;
	return true;
}

static int access_result(const struct cred *c, const struct mount *mnt, struct inode *i, int mode)
{
	uint32_t m = load_relaxed(&i->mode);
	int err;

	if ((mode & MAY_EXEC) && S_ISREG(m) && (mnt->flags & MS_NOEXEC))
		return -EACCES;
	if (likely(!(mode & MAY_WRITE)) || !mount_is_readonly(mnt) || !(S_ISREG(m) || S_ISDIR(m) || S_ISLNK(m)))
		return mode || unlikely(i->is_immutable) ? inode_permission_as(c, i, mode) : 0;
	if (mnt->super->flags & MS_RDONLY)              /* the file system comes before the file's rights, the mount after */
		return -EROFS;
	err = inode_permission_as(c, i, mode);
	return err ? err : -EROFS;
}

int path_access(int dirfd, const char *path, int mode, int flags)
{
	unsigned walk_flags = (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0);
	struct cred real;
	struct walk w;
	bool rcu = true, other;
	int err;

	if (!*path && !(walk_flags & WALK_EMPTY))
		return -ENOENT;
	other = !(flags & AT_EACCESS) && real_cred(&real);
	if (likely(!other)) {
		struct path p;
		struct inode *i;

		rcu_read_lock();
		if (walk_quick(dirfd, path, walk_flags, &p, &i) && (!i->ops || !i->ops->getattr)) {
			err = access_result(cred_current(), p.mnt, i, mode);
			rcu_read_unlock();
			return err;
		}
		rcu_read_unlock();
	}
	do {
		err = walk_begin(&w, dirfd, NULL, path, walk_flags, rcu);
		if (other)
			w.cred = &real;
		if (!err)
			err = walk_resolve(&w, path);
		if (!err && w.is_rcu && w.inode->ops && w.inode->ops->getattr)
			err = walk_leave_rcu(&w);
		if (!err && w.inode->ops && w.inode->ops->getattr)
			err = w.inode->ops->getattr(w.inode, NULL);
		if (!err)
			err = access_result(w.cred, w.path.mnt, w.inode, mode);
		walk_end(&w);
		rcu = false;
	} while (unlikely(err == WALK_AGAIN));
	return err;
}

/* ---- link targets ---- */

/* Text of a symlink inode; *text may lie in buf. */
static int link_text(struct inode *i, char *buf, const char **text, size_t *len)
{
	struct path p;
	int err;

	if (i->link) {
		*text = i->link;
		*len = strlen(i->link);
		return 0;
	}
	if (i->ops->readlink)
		return i->ops->readlink(i, buf, PATH_MAX_LEN, text, len);
	err = i->ops->follow(i, &p);
	if (err)
		return err;
	*text = path_to_link_text(&p, NULL, buf, PATH_MAX_LEN, &err);
	*len = err ? 0 : strlen(*text);
	path_put(&p);
	return err;
}

ssize_t vfs_readlink(int dirfd, const char *path, char *buf, size_t size)
{
	struct path p;
	const char *text;
	char *work;
	size_t len;
	int err = path_lookup(dirfd, path, WALK_EMPTY, &p);
	struct inode *i;

	if (err)
		return err;
	i = p.dentry->inode;
	if (!S_ISLNK(i->mode)) {
		path_put(&p);
		return *path ? -EINVAL : -ENOENT;
	}
	work = path_buffer_alloc();
	err = work ? link_text(i, work, &text, &len) : -ENOMEM;
	if (!err) {
		path_touch_atime(&p);
		len = MIN(len, size);
		memcpy(buf, text, len);
	}
	if (work)
		path_free_user(work);
	path_put(&p);
	return err ? err : (ssize_t)len;
}

/* ---- listings ---- */

int file_readdir(struct file *f, struct dir_emitter *e)
{
	struct inode *i = f->inode;
	int err;

	if (!S_ISDIR(i->mode) || !f->ops->readdir)
		return -ENOTDIR;
	if (i->super->no_negative)
		return f->ops->readdir(f, e, &f->pos);
	mutex_lock(&i->lock);
	if (i->nlink)
		err = f->ops->readdir(f, e, &f->pos);
	else
		err = -ENOENT;                  /* removed */
	mutex_unlock(&i->lock);
	notify_file(f, IN_ACCESS);
	if (!err)
		file_accessed(f);
	return err;
}

/*
 * open.c - open(2): from a path to an opened file.
 *
 * A file that exists is found in RCU mode; its dentry and mount are counted once, for the opened file.
 * With O_CREAT the walk stops at the parent: only a name that is missing costs the directory's lock.
 * The file is made ready in the order: rights, writer count (ETXTBSY), the driver's open, truncation.
 * Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <fs/capable.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <task/cred.h>
#include "dcache_find.h"
#include "fs_priv.h"

#define O_TMPFILE_BIT 020000000u            /* O_TMPFILE without the O_DIRECTORY in it */

const struct file_ops *fifo_file_ops __ro_after_init;

static const struct file_ops path_only_ops;

struct open_request {
	uint32_t flags;                     /* O_* */
	uint32_t mode;                      /* of what is created, umask not yet applied */
	int acc;                            /* MAY_*: rights to ask for */
	unsigned walk_flags;
};

static int acc_of(uint32_t flags)
{
	static const uint8_t by_mode[] = { MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, MAY_READ | MAY_WRITE };

	return flags & O_PATH ? 0 : by_mode[flags & O_ACCMODE] | (flags & O_TRUNC ? MAY_WRITE : 0);
}

int file_open_check(uint32_t flags)
{
	if (flags & O_PATH)
		return 0;
	if (flags & O_TMPFILE_BIT)
		return (flags & O_TMPFILE) != O_TMPFILE || (flags & O_CREAT) || !(acc_of(flags & O_ACCMODE) & MAY_WRITE) ? -EINVAL : 0;
	return (flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY) ? -EINVAL : 0;
}

/* May inode i at p be opened so? Looks at single words: also under RCU. */
static int may_open(const struct mount *m, struct inode *i, const struct open_request *r, bool created)
{
	uint32_t mode = load_relaxed(&i->mode);
	bool is_refused;
	int err;

	switch (mode & S_IFMT) {
	case S_IFLNK:
		return -ELOOP;
	case S_IFDIR:
		if (r->acc & MAY_WRITE)
			return -EISDIR;
		break;
	case S_IFBLK:
	case S_IFCHR:
		if (m->flags & MS_NODEV)
			return -EACCES;
		break;
	case S_IFREG:
		break;
	}
	if (created)
		return 0;
	is_refused = (r->acc & MAY_WRITE) && S_ISREG(mode) && unlikely(mount_is_readonly(m));
	if (is_refused && ((m->super->flags & MS_RDONLY) || (r->flags & O_TRUNC)))
		return -EROFS;                  /* before the file's rights; of the mount alone, after them */
	err = inode_permission(i, r->acc);
	if (err)
		return err;
	if ((r->flags & O_NOATIME) && cred_current()->fsuid != i->uid && !capable_inode(i, CAP_FOWNER))
		return -EPERM;
	return is_refused ? -EROFS : 0;
}

int protected_fifos, protected_regular;

/* O_CREAT of what is there, in a directory of many with the sticky bit: maybe somebody else laid it out to be written to. */
static int may_create_in_sticky(uint32_t dir_mode, uint32_t dir_uid, const struct inode *i)
{
	int level = S_ISREG(i->mode) ? load_relaxed(&protected_regular) : S_ISFIFO(i->mode) ? load_relaxed(&protected_fifos) : 1;

	if (likely(!(dir_mode & S_ISVTX)) || !level || i->uid == dir_uid || i->uid == cred_current()->fsuid)
		return 0;
	return (dir_mode & 0002) || ((dir_mode & 0020) && level >= 2) ? -EACCES : 0;
}

/* What serves an inode when it is opened. */
static int ops_of(struct inode *i, const struct file_ops **ops)
{
	*ops = i->fops;
	switch (i->mode & S_IFMT) {
	case S_IFCHR:
		if (!*ops)
			*ops = chrdev_find(i->rdev);
		break;
	case S_IFIFO:
		if (!*ops)
			*ops = fifo_file_ops;
		break;
	case S_IFBLK:
	case S_IFSOCK:
		*ops = NULL;
		break;
	}
	return *ops ? 0 : -ENXIO;
}

/* A file over p, whose references it takes, also on error. */
static int file_over_path(struct path *p, uint32_t flags, const struct file_ops *ops, struct file **out)
{
	struct file *f;
	int err = file_alloc(NULL, NULL, NULL, flags, &f);

	if (unlikely(err)) {
		path_put(p);
		return err;
	}
	f->path = *p;
	f->inode = p->dentry->inode;
	if (!(f->mode & FILE_PATH) && (S_ISREG(f->inode->mode) || S_ISDIR(f->inode->mode)))
		f->mode |= FILE_SEEKABLE | FILE_ATOMIC_POS;
	file_set_ops(f, ops);
	*out = f;
	return 0;
}

/* O_TRUNC of an opened file; its rights were checked. */
static int truncate_opened(struct file *f)
{
	struct inode_attr a = { .valid = ATTR_SIZE };

	if (!S_ISREG(f->inode->mode))
		return 0;
	if (!(f->mode & FILE_WRITER) && load_relaxed(&f->inode->writers) < 0)   /* relaxed: open for reading, as Linux */
		return -ETXTBSY;
	return inode_setattr(f->inode, &a);
}

/* Make an opened file of p (counted, consumed), which may_open() allows. */
static int open_allowed(struct path *p, const struct open_request *r, bool created, struct file **out)
{
	const struct file_ops *ops = &path_only_ops;
	struct file *f;
	int err = 0;

	if (!(r->flags & O_PATH))
		err = ops_of(p->dentry->inode, &ops);
	if (unlikely(err)) {
		path_put(p);
		return err;
	}
	err = file_over_path(p, r->flags, ops, &f);
	if (unlikely(err))
		return err;
	if (r->flags & O_PATH)
		goto done;
	if (created)
		f->mode |= FILE_CREATED;
	if (f->mode & FILE_WRITE)
		err = file_count_writer(f);
	/* relaxed: p is counted, and the writer; see lease.c */
	if (unlikely(load_relaxed(&f->inode->leases)) && !err)
		err = lease_break(f->inode, (r->flags & O_ACCMODE) != O_RDONLY, !(r->flags & O_NONBLOCK));
	if (!err && ops->open)
		err = ops->open(f->inode, f);
	if (unlikely(r->flags & O_DIRECT) && !err && !file_may_be_direct(f))
		err = -EINVAL;
	else if (err)
		f->ops = &path_only_ops;        /* was never opened: nothing to release */
	if (!err)
		notify_file(f, IN_OPEN);
	if (!err && (r->flags & O_TRUNC) && !created) {
		err = truncate_opened(f);
		if (!err && S_ISREG(f->inode->mode))
			notify_file(f, IN_MODIFY);
	}
	if (unlikely(err)) {
		file_put(f);
		return err;
	}
done:
	*out = f;
	return 0;
}

/* The walk stands on what is to be opened. */
static int open_found(struct walk *w, const struct open_request *r, bool created, struct file **out)
{
	struct path p;
	int err;

	if (unlikely(r->flags & O_DIRECTORY) && !S_ISDIR(w->inode->mode))
		return -ENOTDIR;
	if (likely(!(r->flags & O_PATH))) {
		if (unlikely(w->inode->ops && w->inode->ops->getattr)) {        /* owner and mode as they are now */
			if (w->is_rcu && (err = walk_leave_rcu(w)))
				return err;
			err = w->inode->ops->getattr(w->inode, NULL);
			if (err)
				return err;
		}
		err = may_open(w->path.mnt, w->inode, r, created);
		if (unlikely(err))
			return err;
	}
	err = walk_take(w, &p);
	if (unlikely(err))
		return err;
	if (w->is_rcu) {                        /* the rest may sleep */
		rcu_read_unlock();
		w->is_rcu = w->has_root = false;
		w->depth = 0;
		w->path.mnt = NULL;
	}
	return open_allowed(&p, r, created, out);
}

/* ---- O_CREAT ---- */

/*
 * Make the last name of the walk, which stands counted on its parent, unless it exists after all.
 * 0: made, the walk stands on it; 1: exists now.
 */
static int create_last(struct walk *w, const struct open_request *r)
{
	struct inode *dir = w->inode;
	struct dentry *d = NULL;
	int err;

	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	err = child_for_create(w->path.dentry, &w->last, &d);
	if (!err) {
		err = path_want_write(&w->path) ?: dir_may_create(&w->path) ?: (dir->ops->create ? 0 : -EACCES);
		if (!err)
			err = dir_create_locked(w->path.dentry, d, S_IFREG | (r->mode & 07777 & ~(uint32_t)fs_umask()), 0, NULL);
		if (err)
			dentry_put(d);
	}
	mutex_unlock(&dir->lock);
	if (err)
		return err == -EEXIST ? 1 : err;
	dentry_put(w->path.dentry);
	w->path.dentry = d;                             /* d's reference is the walk's now */
	w->inode = d->inode;
	return 0;
}

/* Is the last name of the walk there? In RCU mode a look at the table costs nothing. 1, 0 or an error. */
static int last_exists(struct walk *w)
{
	struct dentry *d;
	bool exists;
	int err;

	if (w->is_rcu) {
		d = dentry_find_rcu(w->path.dentry, &w->last);
		if (d && load_acquire(&d->inode))
			return 1;
		if ((err = walk_leave_rcu(w)))
			return err;
		if (w->path.dentry->super->pin_dentries)
			return 0;
	}
	err = lookup_child(w->path.dentry, &w->last, &d);
	if (err || !d)
		return err;
	exists = load_acquire(&d->inode) != NULL;
	dentry_put(d);
	return exists;
}

static int open_create(struct walk *w, const char *s, const struct open_request *r, struct file **out)
{
	uint32_t dir_mode, dir_uid;
	int err;

	do {
		err = walk_to_parent(w, s);
		if (err)
			return err;
		if (w->last_type != LAST_NAME)
			return r->flags & O_EXCL ? -EEXIST : -EISDIR;
		if (w->want_dir)
			return -EISDIR;
		do {
			err = last_exists(w);
			if (!err) {
				err = create_last(w, r);
				if (!err)
					return open_found(w, r, true, out);
			}
			if (err < 0)
				return err;
			if (r->flags & O_EXCL)
				return -EEXIST;
			dir_mode = w->inode->mode;
			dir_uid = w->inode->uid;
			err = walk_last(w, &s, r->walk_flags & WALK_FOLLOW);
		} while (unlikely(err == -ENOENT) && !w->depth);        /* removed meanwhile: the walk still stands on the parent */
	} while (err > 0);                              /* a symlink: what it names is opened or made */
	if (err)
		return err;
	if (S_ISDIR(w->inode->mode))
		return -EISDIR;
	return may_create_in_sticky(dir_mode, dir_uid, w->inode) ?: open_found(w, r, false, out);
}

/* O_TMPFILE: a file that never had a name. The directory is locked. */
static int create_nameless(struct dentry *parent, struct dentry *d, const struct open_request *r)
{
	struct inode *dir = parent->inode, *i;
	struct timespec_k mtime = dir->mtime, ctime = dir->ctime;
	char text[sizeof "#18446744073709551615"];
	struct name name = { .s = text };
	uint32_t gid, mode;
	int err;

	mode = dir_inherit_mode(dir, S_IFREG | (r->mode & 07777 & ~(uint32_t)fs_umask()), &gid);
	err = dir->ops->create(dir, d, mode, 0, &i);
	if (err)
		return err;
	i->mode = mode;
	i->uid = cred_current()->fsuid;
	i->gid = gid;
	i->linkable = !(r->flags & O_EXCL);
	name.len = (uint32_t)snprintf(text, sizeof text, "#%llu", (unsigned long long)i->ino);
	dentry_name_set(d, &name, NULL);                /* what /proc shows; nobody else has d yet */
	dentry_attach(d, i);
	err = dir->ops->unlink(dir, d);                 /* no name to take away: only counts change */
	dir->mtime = mtime;
	dir->ctime = ctime;
	return err;
}

static int open_tmpfile(struct walk *w, const char *s, const struct open_request *r, struct file **out)
{
	static const struct name nameless = { "#", 1, 0 };
	struct inode *dir;
	struct dentry *d;
	struct path p;
	int err = walk_resolve(w, s);

	if (!err && w->is_rcu)
		err = walk_leave_rcu(w);
	if (err)
		return err;
	dir = w->inode;
	if (!S_ISDIR(dir->mode))
		return -ENOTDIR;
	err = path_want_write(&w->path) ?: inode_permission(dir, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (!dir->ops->create || !dir->super->pin_dentries)
		return -EOPNOTSUPP;
	d = dentry_alloc(w->path.dentry, &nameless);
	if (!d)
		return -ENOMEM;
	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	err = create_nameless(w->path.dentry, d, r);
	mutex_unlock(&dir->lock);
	if (err) {
		dentry_put(d);
		return err;
	}
	p = (struct path){ w->path.mnt, d };
	mount_get(p.mnt);
	return open_allowed(&p, r, true, out);
}

/* ---- entry ---- */

static int open_walk(struct walk *w, const char *path, const struct open_request *r, struct file **out)
{
	int err;

	if (unlikely(r->flags & O_TMPFILE_BIT))
		return open_tmpfile(w, path, r, out);
	if (r->flags & O_CREAT)
		return open_create(w, path, r, out);
	err = walk_resolve(w, path);
	return unlikely(err) ? err : open_found(w, r, false, out);
}

static __noinline int open_full(int dirfd, const char *path, const struct open_request *r, struct file **out)
{
	struct walk w;
	bool rcu = true;
	int err;

	do {
		err = walk_begin(&w, dirfd, NULL, path, r->walk_flags, rcu);
		if (!err)
			err = open_walk(&w, path, r, out);
		walk_end(&w);
		rcu = false;
	} while (unlikely(err == WALK_AGAIN) && !(r->walk_flags & WALK_CACHED));
	return unlikely(err == WALK_AGAIN) ? -EAGAIN : err;
}

/* What exists and is found by a quick walk. WALK_AGAIN: take the full one. */
static int open_quick(int dirfd, const char *path, const struct open_request *r, struct file **out)
{
	struct mount *undo = NULL;
	struct inode *i;
	struct path p;
	int err = WALK_AGAIN;

	rcu_read_lock();
	if (likely(walk_quick(dirfd, path, r->walk_flags, &p, &i)) && likely(!i->ops || !i->ops->getattr)) {
		if (unlikely(r->flags & O_DIRECTORY) && !S_ISDIR(i->mode))
			err = -ENOTDIR;
		else
			err = may_open(p.mnt, i, r, false);
		if (likely(!err) && unlikely(!path_try_get(&p, &undo)))
			err = WALK_AGAIN;
	}
	rcu_read_unlock();
	if (unlikely(undo))
		mount_put(undo);
	return unlikely(err) ? err : open_allowed(&p, r, false, out);
}

int file_open(int dirfd, const char *path, uint32_t flags, uint32_t mode, unsigned walk_flags, struct file **out)
{
	struct open_request r = { .flags = flags, .mode = mode };
	int err;

	if (flags & O_PATH)
		r.flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	if (unlikely(!*path) && !(walk_flags & WALK_EMPTY))
		return -ENOENT;
	r.acc = acc_of(r.flags);
	if (!(r.flags & O_NOFOLLOW) && !((r.flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)))
		walk_flags |= WALK_FOLLOW;
	if ((r.flags & O_DIRECTORY) && !(r.flags & O_TMPFILE_BIT) && !(r.flags & O_NOFOLLOW))
		walk_flags |= WALK_DIRECTORY;
	r.walk_flags = walk_flags;
	if (likely(!(r.flags & (O_CREAT | O_TMPFILE_BIT | O_PATH)))) {
		err = open_quick(dirfd, path, &r, out);
		if (likely(err != WALK_AGAIN))
			return err;
	}
	return open_full(dirfd, path, &r, out);
}

int file_open_path(const struct path *p, uint32_t flags, struct file **out)
{
	struct open_request r = { .flags = flags, .acc = acc_of(flags) };
	struct path own = *p;
	int err = flags & O_PATH ? 0 : may_open(p->mnt, p->dentry->inode, &r, false);

	if (err)
		return err;
	path_get(&own);
	return open_allowed(&own, &r, false, out);
}

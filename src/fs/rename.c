/*
 * rename.c - rename(2) in all its cases.
 *
 * Moves of directories from one to another are serialised per super block by rename_lock: it keeps every
 * ancestor what it is while loops are looked for. Locks after that: the two directories (an ancestor
 * first, else by address), then the inodes that are replaced or exchanged.
 * The name table changes in one step that walks cannot see half of (dentry_move()).
 * Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/notify.h>
#include <linux/fs.h>
#include <task/cred.h>
#include "fs_priv.h"

struct rename {
	struct path from, to;                   /* parents, counted */
	struct name from_name, to_name;
	bool from_slash, to_slash;
	unsigned flags;                         /* RENAME_* */
	struct dentry *a, *b;                   /* source; target or NULL; counted */
};

static void lock_both(struct inode *first, struct inode *second)
{
	mutex_lock_nested(&first->lock, RANK_INODE_PARENT);
	mutex_lock_nested(&second->lock, RANK_INODE);
}

/* Lock the directories. */
static void parents_lock(struct rename *r)
{
	struct dentry *f = r->from.dentry, *t = r->to.dentry;

	if (f == t) {
		mutex_lock_nested(&f->inode->lock, RANK_INODE_PARENT);
		return;
	}
	mutex_lock(&f->super->rename_lock);
	if (dentry_is_inside(t, f))
		lock_both(f->inode, t->inode);
	else if (dentry_is_inside(f, t))
		lock_both(t->inode, f->inode);
	else
		lock_both(f < t ? f->inode : t->inode, f < t ? t->inode : f->inode);
}

static void parents_unlock(struct rename *r)
{
	mutex_unlock(&r->from.dentry->inode->lock);
	if (r->from.dentry == r->to.dentry)
		return;
	mutex_unlock(&r->to.dentry->inode->lock);
	mutex_unlock(&r->from.dentry->super->rename_lock);
}

static bool is_dir(const struct dentry *d) { return d && S_ISDIR(d->inode->mode); }

/* Find source and target. A negative target counts as none. */
static int find_both(struct rename *r)
{
	int err = lookup_child_locked(r->from.dentry, &r->from_name, &r->a);

	if (err)
		return err;
	if (!r->a || !r->a->inode)
		return -ENOENT;
	err = lookup_child_locked(r->to.dentry, &r->to_name, &r->b);
	if (err)
		return err;
	if (r->b && !r->b->inode) {
		dentry_drop(r->b);
		dentry_put(r->b);
		r->b = NULL;
	}
	if (!r->b && r->to.dentry->super->no_negative)
		return -ENOENT;                 /* names appear by themselves there: this one does not exist */
	if ((r->flags & RENAME_NOREPLACE) && r->b)
		return -EEXIST;
	if ((r->flags & RENAME_EXCHANGE) && !r->b)
		return -ENOENT;
	return 0;
}

/* A path that ends in a slash names a directory. */
static int check_slashes(const struct rename *r)
{
	if (r->flags & RENAME_EXCHANGE)
		return r->to_slash && !is_dir(r->b) ? -ENOTDIR : r->from_slash && !is_dir(r->a) ? -ENOTDIR : 0;
	return !is_dir(r->a) && (r->from_slash || r->to_slash) ? -ENOTDIR : 0;
}

static int check_loops(const struct rename *r)
{
	if (r->from.dentry == r->to.dentry)
		return 0;
	if (dentry_is_inside(r->to.dentry, r->a))
		return -EINVAL;
	if (r->b && dentry_is_inside(r->from.dentry, r->b))
		return r->flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	return 0;
}

static int check_rights(const struct rename *r)
{
	struct inode *from = r->from.dentry->inode, *to = r->to.dentry->inode, *a = r->a->inode;
	int err = dir_may_delete(from, a, is_dir(r->a));

	if (err)
		return err;
	if (!r->b)
		err = dir_may_create(&r->to);
	else
		err = dir_may_delete(to, r->b->inode, is_dir(r->flags & RENAME_EXCHANGE ? r->b : r->a));
	if (err)
		return err;
	if (from == to)
		return 0;
	/* A directory that moves gets another "..": its own to write. */
	if (is_dir(r->a))
		err = inode_permission(a, MAY_WRITE);
	if (!err && (r->flags & RENAME_EXCHANGE) && is_dir(r->b))
		err = inode_permission(r->b->inode, MAY_WRITE);
	return err;
}

static bool is_mounted(const struct dentry *d) { return d && unlikely(load_relaxed(&d->flags) & DENTRY_MOUNTED) && mountpoint_is_local(d); }

/* What RENAME_WHITEOUT leaves at the old name: a character device 0,0 of no rights, not yet published. */
static int whiteout_make(struct rename *r, struct dentry **out)
{
	struct inode *dir = r->from.dentry->inode, *i;
	struct dentry *d;
	uint32_t gid;
	int err;

	if (!dir->super->pin_dentries || !dir->ops->create || !dir->ops->unlink)
		return -EINVAL;
	d = dentry_alloc(r->from.dentry, &r->from_name);
	if (!d)
		return -ENOMEM;
	err = dir->ops->create(dir, d, S_IFCHR, 0, &i);
	if (err) {
		dentry_put(d);
		return err;
	}
	i->mode = dir_inherit_mode(dir, S_IFCHR, &gid);
	i->uid = cred_current()->fsuid;
	i->gid = gid;
	dentry_attach(d, i);
	*out = d;
	return 0;
}

/* The inodes' locks are held: nothing is put into or onto them. */
static int rename_inodes(struct rename *r, struct long_name **spare)
{
	struct inode *from = r->from.dentry->inode, *to = r->to.dentry->inode;
	bool exchange = r->flags & RENAME_EXCHANGE;
	struct dentry *whiteout = NULL;
	int err = 0;

	if (is_mounted(r->a) || is_mounted(r->b))
		return -EBUSY;
	if (is_dir(r->b) && !exchange && r->b->super->pin_dentries && dentry_has_children(r->b))
		return -ENOTEMPTY;
	if (r->flags & RENAME_WHITEOUT)
		err = whiteout_make(r, &whiteout);
	if (!err)
		err = from->ops->rename ? from->ops->rename(from, r->a, to, r->b, r->flags) : -EPERM;
	if (err)
		goto drop_whiteout;
	if (exchange) {
		dentry_exchange(r->a, r->b);
	} else {
		dentry_move(r->a, r->to.dentry, &r->to_name, *spare, r->b);
		*spare = NULL;
	}
	if (whiteout) {
		dentry_show(whiteout);                  /* between the two walks find nothing there */
		dentry_put(whiteout);
	}
	return 0;
drop_whiteout:
	if (whiteout) {
		(void)from->ops->unlink(from, whiteout);
		dentry_put(whiteout);
	}
	return err;
}

static void lock_pair(struct inode *a, struct inode *b, enum lock_rank rank)
{
	if (b && b < a) {
		struct inode *t = a;

		a = b;
		b = t;
	}
	mutex_lock_nested(&a->lock, rank);
	if (b && b != a)
		mutex_lock_nested(&b->lock, rank + 1);
}

/* The parents are locked. */
static int rename_locked(struct rename *r)
{
	struct long_name *spare = NULL;
	struct inode *b;
	int err = find_both(r);

	if (!err)
		err = check_slashes(r);
	if (!err)
		err = check_loops(r);
	if (err)
		return err;
	if (r->b && r->a->inode == r->b->inode)
		return 0;                       /* two names of one file: nothing is done */
	err = check_rights(r);
	if (!err && !(r->flags & RENAME_EXCHANGE))
		err = dentry_name_reserve(&r->to_name, &spare);
	if (err)
		return err;
	b = r->b ? r->b->inode : NULL;
	lock_pair(r->a->inode, b, RANK_INODE_CHILD);
	err = rename_inodes(r, &spare);
	mutex_unlock(&r->a->inode->lock);
	if (b)
		mutex_unlock(&b->lock);
	dentry_name_release(spare);
	return err;
}

/* d moved from name `n` of one directory to where it is now. */
static void notify_moved(struct inode *from, const struct name *n, struct inode *to, const struct name *now, struct inode *i, struct inode *replaced)
{
	bool dir = S_ISDIR(i->mode);
	uint32_t cookie = notify_cookie();

	notify_name_slow(from, n, dir, IN_MOVED_FROM | (from == to ? NOTIFY_RENAME : 0), cookie);
	notify_name_slow(to, now, dir, IN_MOVED_TO, cookie);
	if (replaced)
		notify_inode_slow(replaced, IN_ATTRIB);
	notify_inode_slow(i, IN_MOVE_SELF);
}

static void notify_renamed(struct rename *r)
{
	struct inode *from = r->from.dentry->inode, *to = r->to.dentry->inode;
	bool exchange = r->flags & RENAME_EXCHANGE;

	if (r->b && r->a->inode == r->b->inode)
		return;
	notify_moved(from, &r->from_name, to, &r->to_name, r->a->inode, r->b && !exchange ? r->b->inode : NULL);
	if (exchange)
		notify_moved(to, &r->to_name, from, &r->from_name, r->b->inode, NULL);
}

static int rename_paths(struct rename *r)
{
	bool replaced;
	int err;

	if (r->from.mnt != r->to.mnt)
		return -EXDEV;
	err = path_want_write(&r->from);
	if (err)
		return err;
	parents_lock(r);
	err = rename_locked(r);
	parents_unlock(r);
	if (!err && notify_is_on())
		notify_renamed(r);
	replaced = !err && r->b && !(r->flags & RENAME_EXCHANGE) && (load_relaxed(&r->b->flags) & DENTRY_UNHASHED);
	if (replaced && unlikely(load_relaxed(&r->b->flags) & DENTRY_MOUNTED))  /* relaxed: nobody mounts on what is no name */
		mounts_leave(r->b);
	if (replaced && (fetch_and_relaxed(&r->b->flags, ~DENTRY_PINNED) & DENTRY_PINNED))
		dentry_put(r->b);
	if (r->a)
		dentry_put(r->a);
	if (r->b)
		dentry_put(r->b);
	return err;
}

int vfs_rename(int from_fd, const char *from, int to_fd, const char *to, unsigned flags)
{
	struct rename r = { .flags = flags };
	enum walk_last from_type, to_type;
	int err;

	if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if ((flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)) && (flags & RENAME_EXCHANGE))
		return -EINVAL;
	err = walk_parent(from_fd, from, &r.from, &r.from_name, &from_type, &r.from_slash);
	if (err)
		return err;
	if (!to)
		goto put_from;
	err = walk_parent(to_fd, to, &r.to, &r.to_name, &to_type, &r.to_slash);
	if (err)
		goto put_from;
	if (r.from.mnt != r.to.mnt)
		err = -EXDEV;
	else if (from_type != LAST_NAME)
		err = -EBUSY;
	else if (to_type != LAST_NAME)
		err = flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	else
		err = rename_paths(&r);
	path_put(&r.to);
put_from:
	path_put(&r.from);
	return err;
}

/*
 * inode.c - files and directories of tmpfs: inodes that live in memory only.
 *
 * The name table is the directory; what is left to do here are inodes, link counts, sizes and times.
 * Every operation on a directory runs under its inode->lock; fallocate under the file's.
 *   I1  a directory's size is TMPFS_ENTRY_SIZE for each name and 2 for . and ..; in a ramfs it is 0
 *   I2  each inode, and each further name of one, is charged as an inode; extended attributes by their bytes (limit.c)
 */
#include <base/err.h>
#include <fs/pseudo.h>
#include <fs/shmem.h>
#include <lib/string.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <mm/slab.h>
#include <task/signal.h>
#include "tmpfs_priv.h"

int tmpfs_inode_create(struct super *s, uint32_t mode, dev_num_t rdev, struct inode **out)
{
	struct tmpfs *t = s->priv;
	struct inode *i;
	int err = tmpfs_charge_inode(t);

	if (err)
		return err;
	i = inode_alloc(s);
	if (!i) {
		tmpfs_uncharge_inode(t);
		return -ENOMEM;
	}
	i->mode = mode;
	switch (mode & S_IFMT) {
	case S_IFREG:
		i->ops = &tmpfs_file_ops;
		i->fops = &tmpfs_regular_ops;
		i->map.ops = &tmpfs_map_ops;
		i->map.is_shmem = !t->is_ramfs;
		i->seals = F_SEAL_SEAL;         /* memfd_create(2) alone makes others */
		break;
	case S_IFDIR:
		i->ops = &tmpfs_dir_ops;
		i->fops = &pinned_dir_ops;
		i->nlink = 2;
		i->size = t->is_ramfs ? 0 : 2 * TMPFS_ENTRY_SIZE;
		break;
	default:
		i->ops = &tmpfs_other_ops;
		i->rdev = rdev;
	}
	*out = i;
	return 0;
}

/* A name came (+1) or went (-1). */
static void entry_changed(struct inode *dir, int n)
{
	const struct tmpfs *t = dir->super->priv;

	if (likely(!t->is_ramfs))
		store_relaxed(&dir->size, dir->size + (uint64_t)(int64_t)(n * TMPFS_ENTRY_SIZE));
	inode_touch_mtime(dir);
}

/* ---- directories ---- */

static int tmpfs_create(struct inode *dir, struct dentry *d, uint32_t mode, dev_num_t rdev, struct inode **out)
{
	int err = tmpfs_inode_create(dir->super, mode, rdev, out);

	if (!err)
		entry_changed(dir, 1);
	return err;
}

static int tmpfs_mkdir(struct inode *dir, struct dentry *d, uint32_t mode, struct inode **out)
{
	int err = tmpfs_create(dir, d, mode, 0, out);

	if (!err)
		fetch_add_relaxed(&dir->nlink, 1);      /* relaxed: a count */
	return err;
}

static int tmpfs_symlink(struct inode *dir, struct dentry *d, const char *target, struct inode **out)
{
	size_t len = strlen(target);
	char *copy = kstrndup(target, len);
	int err;

	if (!copy)
		return -ENOMEM;
	err = tmpfs_create(dir, d, S_IFLNK | 0777, 0, out);
	if (err) {
		kfree(copy);
		return err;
	}
	(*out)->link = copy;
	(*out)->size = len;
	return 0;
}

static int tmpfs_link(struct inode *dir, struct dentry *d, struct inode *target)
{
	/* The first name of an O_TMPFILE is what its inode was charged for. */
	int err = load_relaxed(&target->nlink) > 1 ? tmpfs_charge_inode(dir->super->priv) : 0;

	if (err)
		return err;
	entry_changed(dir, 1);
	target->ctime = dir->ctime;
	return 0;
}

static int tmpfs_unlink(struct inode *dir, struct dentry *d)
{
	struct inode *i = d->inode;

	if (load_relaxed(&i->nlink) > 1 && !S_ISDIR(i->mode))
		tmpfs_uncharge_inode(dir->super->priv);
	entry_changed(dir, -1);
	i->ctime = dir->ctime;
	inode_drop_link(i);
	return 0;
}

static int tmpfs_rmdir(struct inode *dir, struct dentry *d)
{
	fetch_sub_relaxed(&dir->nlink, 1);              /* relaxed: counts */
	fetch_sub_relaxed(&d->inode->nlink, 1);
	return tmpfs_unlink(dir, d);
}

static bool is_dir(const struct dentry *d) { return S_ISDIR(d->inode->mode); }

static void move_subdir_count(struct inode *from, struct inode *to)
{
	fetch_sub_relaxed(&from->nlink, 1);
	fetch_add_relaxed(&to->nlink, 1);
}

static int tmpfs_rename(struct inode *from, struct dentry *a, struct inode *to, struct dentry *b, unsigned flags)
{
	if (flags & RENAME_EXCHANGE) {
		if (from != to && is_dir(a) != is_dir(b))
			move_subdir_count(is_dir(a) ? from : to, is_dir(a) ? to : from);
		entry_changed(from, 0);
		entry_changed(to, 0);
		a->inode->ctime = b->inode->ctime = from->ctime;
		return 0;
	}
	if (b && is_dir(b))
		tmpfs_rmdir(to, b);
	else if (b)
		tmpfs_unlink(to, b);
	if (is_dir(a) && from != to)
		move_subdir_count(from, to);
	entry_changed(from, -1);
	entry_changed(to, 1);
	a->inode->ctime = to->ctime;
	return 0;
}

const struct inode_ops tmpfs_dir_ops = {
	.create = tmpfs_create, .mkdir = tmpfs_mkdir, .symlink = tmpfs_symlink, .link = tmpfs_link,
	.unlink = tmpfs_unlink, .rmdir = tmpfs_rmdir, .rename = tmpfs_rename,
};
const struct inode_ops tmpfs_other_ops = { .setattr = NULL };

/* ---- regular files ---- */

static int map_charge(struct filemap *m, int64_t pages)
{
	const struct inode *i = m->owner;

	return tmpfs_charge(i->super->priv, pages);
}

const struct filemap_ops tmpfs_map_ops = { .charge = map_charge };

/* Allocate the pages of [from, end). On failure those it added go again. */
static int reserve(struct inode *i, uint64_t from, uint64_t end)
{
	uint64_t first = from >> PAGE_SHIFT, last = DIV_ROUND_UP(end, PAGE_SIZE), at, undo_from = ~0ul;
	struct tmpfs *t = i->super->priv;
	uint64_t max = load_relaxed(&t->max_pages);
	int err = 0;

	if (max && last - first > max)
		return -ENOSPC;
	for (at = first; at < last && !err; at++) {
		err = signal_is_pending() ? -EINTR : filemap_reserve(&i->map, at);
		if (!err)
			undo_from = MIN(undo_from, at);
		else if (err == -EEXIST)
			err = 0;
		else
			break;
	}
	/* What lies beyond the size was not there before; what lies within stays, as zeroes. */
	if (err && undo_from != ~0ul && MAX(undo_from << PAGE_SHIFT, ALIGN_UP(i->size, PAGE_SIZE)) < at << PAGE_SHIFT)
		filemap_punch(&i->map, MAX(undo_from << PAGE_SHIFT, ALIGN_UP(i->size, PAGE_SIZE)), at << PAGE_SHIFT);
	return err;
}

static int tmpfs_fallocate(struct inode *i, int mode, uint64_t from, uint64_t len)
{
	int err;

	if ((mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) || ((const struct tmpfs *)i->super->priv)->is_ramfs)
		return -EOPNOTSUPP;
	if (mode & FALLOC_FL_PUNCH_HOLE) {
		if (i->seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE))
			return -EPERM;
		filemap_punch(&i->map, from, from + len);
		inode_touch_mtime(i);
		return 0;
	}
	if ((i->seals & F_SEAL_GROW) && from + len > i->size)
		return -EPERM;
	err = reserve(i, from, from + len);
	if (err)
		return err;
	if (!(mode & FALLOC_FL_KEEP_SIZE) && from + len > i->size)
		store_release(&i->size, from + len);
	inode_touch_mtime(i);
	return 0;
}

static int regular_fsync(struct file *f, loff_t from, loff_t to, int datasync) { return 0; }

static int tmpfs_file_setattr(struct inode *i, const struct inode_attr *a)
{
	uint32_t seals = i->seals;

	if ((seals & F_SEAL_EXEC) && (a->valid & ATTR_MODE) && ((i->mode ^ a->mode) & 0111))
		return -EPERM;
	if ((a->valid & ATTR_SIZE) && ((a->size < i->size && (seals & F_SEAL_SHRINK)) || (a->size > i->size && (seals & F_SEAL_GROW))))
		return -EPERM;
	return inode_setattr_generic(i, a);
}

const struct inode_ops tmpfs_file_ops = { .setattr = tmpfs_file_setattr, .fallocate = tmpfs_fallocate };
const struct file_ops tmpfs_regular_ops = { .read = filemap_read, .write = filemap_write, .fsync = regular_fsync };

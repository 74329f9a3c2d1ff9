/*
 * pinned.c - directories that are nothing but their dentries: tmpfs, devtmpfs, sysfs.
 *
 * Children stand newest first; each got a growing number (d->cursor) when it was added. A listing's
 * position is the number of the child it gave last: what follows has a smaller one, whatever comes and
 * goes meanwhile. A listing that does not fit one buffer leaves a mark of its own among the children,
 * so that it goes on without a search.
 *   positions: 0 ".", 1 "..", 2 the newest child, else the children below that number
 * Locks: the directory's inode->lock is held by file_readdir(); the list itself changes under d->lock, too.
 */
#include <base/err.h>
#include <fs/pseudo.h>
#include <linux/magic.h>
#include <trace/klog.h>
#include "fs_priv.h"

#define POS_FIRST 2

static unsigned type_of(const struct inode *i) { return i->mode >> 12 & 15; }

/* The first name at or behind n in the list, or NULL. */
static struct dentry *name_from(struct dentry *dir, struct list *n)
{
	for (; n != &dir->children; n = n->next) {
		struct dentry *c = list_entry(n, struct dentry, sibling);

		if (!(c->flags & DENTRY_CURSOR))
			return c;
	}
	return NULL;
}

/* Where a listing at pos goes on. */
static struct dentry *resume(struct file *f, struct dentry *dir, loff_t pos)
{
	struct dentry *mark = f->priv, *c;

	if (pos == POS_FIRST)
		return name_from(dir, dir->children.next);
	if (mark && mark->cursor == (uint64_t)pos && !list_empty(&mark->sibling))
		return name_from(dir, mark->sibling.next);
	for (c = name_from(dir, dir->children.next); c && c->cursor >= (uint64_t)pos; c = name_from(dir, c->sibling.next))
		;
	return c;
}

/* Remember that c comes next at pos. Without memory the next call searches. */
static void leave_mark(struct file *f, struct dentry *dir, struct dentry *c, loff_t pos)
{
	struct dentry *mark = f->priv;

	if (!mark) {
		mark = dentry_cursor_alloc(dir);
		if (!mark)
			return;
		f->priv = mark;
	}
	spin_lock(&dir->lock);
	list_del_init(&mark->sibling);
	mark->cursor = (uint64_t)pos;
	list_append(&c->sibling, &mark->sibling);       /* right before c */
	spin_unlock(&dir->lock);
}

static int pinned_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	struct dentry *dir = f->path.dentry, *c;

	if (*pos == 0) {
		if (!dir_emit(e, ".", 1, dir->inode->ino, type_of(dir->inode), 1))
			return 0;
		*pos = 1;
	}
	if (*pos == 1) {
		if (!dir_emit(e, "..", 2, dir->parent->inode->ino, type_of(dir->parent->inode), POS_FIRST))
			return 0;
		*pos = POS_FIRST;
	}
	for (c = resume(f, dir, *pos); c; c = name_from(dir, c->sibling.next)) {
		if (!dir_emit(e, c->name.s, c->name.len, c->inode->ino, type_of(c->inode), (loff_t)c->cursor)) {
			leave_mark(f, dir, c, *pos);
			return 0;
		}
		*pos = (loff_t)c->cursor;
	}
	return 0;
}

static ssize_t dir_read(struct file *f, struct uio *u, loff_t *pos) { return -EISDIR; }
/* Linux's sysfs alone has nothing to make durable. */
static int dir_fsync(struct file *f, loff_t from, loff_t to, int datasync)
{
	return f->inode->super->magic == SYSFS_MAGIC ? -EINVAL : 0;
}


static void pinned_release(struct file *f)
{
	if (!f->priv)
		return;
	mutex_lock(&f->inode->lock);
	dentry_cursor_free(f->priv);
	mutex_unlock(&f->inode->lock);
}

const struct file_ops pinned_dir_ops = {
	.read = dir_read, .readdir = pinned_readdir, .release = pinned_release, .fsync = dir_fsync,
};
const struct inode_ops pinned_dir_inode_ops = { .setattr = NULL };

/*
 * pseudo.c - files whose text is made when they are read, and trees of them.
 *
 * An opened file keeps its text under its own mutex, outermost of all but pos_lock: showing may take any
 * lock. The tree layer pins its dentries; adding and removing take the directory's inode->lock.
 * Context: task, may sleep.
 */
#include <base/err.h>
#include <fs/pseudo.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/fs.h>
#include <mm/slab.h>
#include <task/signal.h>
#include "fs_priv.h"

#define TEXT_FIRST_SIZE 1024
#define STORE_MAX PAGE_SIZE             /* of one write */
#define SETTING_TOO_LONG (4ul << 20)    /* what Linux cannot allocate */
#define PLAIN_SEEK_MAX 0x7fffffffl

/* ---- text buffers ---- */

static int text_fail(struct text_buf *b)
{
	b->error = -ENOMEM;
	return -ENOMEM;
}

/* Room for n more bytes. */
static int text_reserve(struct text_buf *b, size_t n)
{
	size_t size = b->size ? b->size : TEXT_FIRST_SIZE;
	char *data;

	if (b->error)
		return b->error;
	if (b->len + n <= b->size)
		return 0;
	while (size < b->len + n)
		size *= 2;
	data = kmalloc(size, 0);
	if (!data)
		return text_fail(b);
	memcpy(data, b->data, b->len);
	kfree(b->data);
	b->data = data;
	b->size = size;
	return 0;
}

int text_vprintf(struct text_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n, err;

	va_copy(again, ap);
	n = vsnprintf(b->data + b->len, b->size - b->len, fmt, ap);
	if ((size_t)n >= b->size - b->len) {            /* the terminator needs room, too */
		err = text_reserve(b, (size_t)n + 1);
		if (err) {
			va_end(again);
			return err;
		}
		vsnprintf(b->data + b->len, b->size - b->len, fmt, again);
	}
	va_end(again);
	if (b->error)
		return b->error;
	b->len += (size_t)n;
	return 0;
}

int text_printf(struct text_buf *b, const char *fmt, ...)
{
	va_list ap;
	int err;

	va_start(ap, fmt);
	err = text_vprintf(b, fmt, ap);
	va_end(ap);
	return err;
}

int text_write(struct text_buf *b, const void *data, size_t n)
{
	int err = text_reserve(b, n);

	if (err)
		return err;
	memcpy(b->data + b->len, data, n);
	b->len += n;
	return 0;
}

int text_escape(struct text_buf *b, const char *s, const char *set)
{
	size_t plain;

	while (*s) {
		for (plain = 0; s[plain] && s[plain] != '\\' && !strchr(set, s[plain]); plain++)
			;
		if (text_write(b, s, plain))
			return b->error;
		s += plain;
		if (*s && text_printf(b, "\\%03o", (unsigned)(unsigned char)*s++))
			return b->error;
	}
	return 0;
}

void text_fini(struct text_buf *b)
{
	kfree(b->data);
	kfree(b->walk);
	*b = (struct text_buf){ 0 };
}

/* ---- opened files ---- */

struct opened_text {
	struct pseudo_file file;
	void (*release)(void *arg);
	struct mutex lock;                      /* guards the rest */
	struct text_buf text;                   /* the part at hand */
	uint64_t start;                         /* its place in the file */
	bool is_made, was_read;
	atomic_uint seen;                       /* of *file.changes; not under lock */
};

static const struct file_ops task_ops, task_read_ops, polled_ops, system_ops, setting_ops, tree_text_ops;

static const struct file_ops *ops_of(const struct pseudo_file *p)
{
	switch (p->manner) {
	case PSEUDO_SYSTEM:  return &system_ops;
	case PSEUDO_SETTING: return &setting_ops;
	case PSEUDO_TREE:    return &tree_text_ops;
	default:             return p->store ? &task_ops : p->pollable ? &polled_ops : &task_read_ops;
	}
}

static bool is_sequence(const struct pseudo_file *p) { return p->manner == PSEUDO_TASK || p->manner == PSEUDO_SYSTEM; }

int pseudo_open(struct file *f, const struct pseudo_file *p, void (*release)(void *arg))
{
	struct opened_text *o = kzalloc(sizeof *o);

	if (!o) {
		if (release)
			release(p->arg);
		return -ENOMEM;
	}
	o->file = *p;
	o->release = release;
	mutex_init(&o->lock, RANK_PSEUDO);
	f->priv = o;
	if (is_sequence(p))
		f->mode |= FILE_NO_PWRITE;
	f->ops = ops_of(p);
	if (p->pollable)
		o->seen = load_relaxed(p->changes);     /* relaxed: as of opening, roughly */
	return 0;
}

/* The first part, or all. */
static int text_make(struct opened_text *o)
{
	int err;

	text_fini(&o->text);
	o->start = 0;
	err = o->file.show(&o->text, o->file.arg);
	if (!err)
		err = o->text.error;
	o->is_made = !err;
	return err;
}

/* The part behind this one. */
static int text_go_on(struct opened_text *o)
{
	int err;

	o->start += o->text.len;
	o->text.len = 0;
	o->text.has_more = false;
	err = o->file.show(&o->text, o->file.arg);
	if (!err)
		err = o->text.error;
	o->is_made = !err;
	return err;
}

/* The part that pos is in, or the last one. */
static int text_seek(struct opened_text *o, uint64_t pos)
{
	int err = 0;

	if (pos == 0 || !o->is_made || pos < o->start || o->file.manner == PSEUDO_SETTING)      /* a setting is told anew */
		err = text_make(o);
	while (!err && pos >= o->start + o->text.len && o->text.has_more)
		err = signal_is_fatal_pending() ? -EINTR : text_go_on(o);
	return err;
}

static ssize_t pseudo_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct opened_text *o = f->priv;
	ssize_t done = 0;
	int err = 0;

	if (!o->file.show)
		return -EINVAL;
	if (o->file.only_whole && *pos)
		return 0;
	mutex_lock(&o->lock);
	store_relaxed(&o->was_read, true);       /* relaxed: poll looks at it without the lock */
	err = text_seek(o, (uint64_t)*pos);
	if (!err && (uint64_t)*pos < o->start + o->text.len && u->left) {
		size_t from = (size_t)((uint64_t)*pos - o->start), n = MIN(u->left, o->text.len - from);

		done = (ssize_t)uio_copy_to(u, o->text.data + from, n);
		if (!done)
			err = -EFAULT;
		*pos += done;
	}
	mutex_unlock(&o->lock);
	return err ? err : done;
}

static ssize_t pseudo_write(struct file *f, struct uio *u, loff_t *pos)
{
	struct opened_text *o = f->priv;
	size_t n = u->left, part = MIN(n, STORE_MAX);
	char *text;
	int err;

	if (!o->file.store)
		return -EIO;
	if (o->file.manner == PSEUDO_SETTING && n >= SETTING_TOO_LONG)
		return -ENOMEM;
	if (o->file.manner == PSEUDO_TREE)
		n = part;
	text = kmalloc(part + 1, 0);
	if (!text)
		return -ENOMEM;
	if (uio_copy_from(u, text, part) != part) {
		err = -EFAULT;
	} else {
		text[part] = '\0';
		err = o->file.store(text, part, *pos, o->file.arg);
	}
	kfree(text);
	if (err < 0)
		return err;
	n = err ? (size_t)err : n;              /* a part was taken */
	*pos += (loff_t)n;
	return (ssize_t)n;
}

static loff_t pseudo_seek(struct file *f, loff_t off, int whence)
{
	const struct opened_text *o = f->priv;
	loff_t old = f->pos, at;

	if (!is_sequence(&o->file)) {
		if (whence == SEEK_DATA || whence == SEEK_HOLE) {       /* all is data, and the end is a hole */
			if (off < 0 || (uint64_t)off >= f->inode->size)
				return -ENXIO;
			return f->pos = whence == SEEK_DATA ? off : (loff_t)f->inode->size;
		}
		at = file_seek_generic(f, off, whence);
		if (at <= PLAIN_SEEK_MAX || o->file.manner == PSEUDO_TASK_FREE || o->file.manner == PSEUDO_SETTING)
			return at;
		f->pos = old;
		return -EINVAL;
	}
	if (whence == SEEK_CUR)
		off += f->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (off < 0)
		return -EINVAL;
	f->pos = off;
	return off;
}

static uint32_t pseudo_poll(struct file *f, struct poll_table *pt)
{
	struct opened_text *o = f->priv;
	unsigned now;

	if (!o->file.pollable)          /* of a file of a tree that one never read, one does not know the state */
		return EPOLLIN | EPOLLRDNORM | (o->file.only_readable ? 0 : EPOLLOUT | EPOLLWRNORM) |
			(o->file.manner == PSEUDO_TREE && !load_relaxed(&o->was_read) ? EPOLLERR | EPOLLPRI : 0);
	poll_wait(pt, o->file.pollable);
	now = load_acquire(o->file.changes);    /* after waiting; pairs with the change's increment */
	if (exchange_acq_rel(&o->seen, now) == now)
		return EPOLLIN | EPOLLRDNORM | (o->file.manner == PSEUDO_SETTING ? EPOLLOUT | EPOLLWRNORM : 0);
	return EPOLLIN | EPOLLRDNORM | EPOLLERR | EPOLLPRI;
}

static int tree_fsync(struct file *f, loff_t from, loff_t to, int datasync) { return 0; }
static int no_mmap(struct file *f, struct vma_request *r) { return -ENODEV; }
static int system_mmap(struct file *f, struct vma_request *r) { return -EIO; }

static void pseudo_release(struct file *f)
{
	struct opened_text *o = f->priv;

	if (o->release)
		o->release(o->file.arg);
	text_fini(&o->text);
	kfree(o);
}

static const struct file_ops task_read_ops = { .read = pseudo_read, .seek = pseudo_seek, .mmap = no_mmap, .release = pseudo_release };
static const struct file_ops polled_ops = {
	.read = pseudo_read, .seek = pseudo_seek, .mmap = no_mmap, .release = pseudo_release, .poll = pseudo_poll,
};
static const struct file_ops task_ops = {
	.read = pseudo_read, .write = pseudo_write, .seek = pseudo_seek, .mmap = no_mmap, .release = pseudo_release, .no_splice_to = true,
};
static const struct file_ops system_ops = {
	.read = pseudo_read, .write = pseudo_write, .seek = pseudo_seek, .mmap = system_mmap, .release = pseudo_release, .poll = pseudo_poll,
	.no_splice_to = true,
};
static const struct file_ops setting_ops = {
	.read = pseudo_read, .write = pseudo_write, .seek = pseudo_seek, .mmap = no_mmap, .release = pseudo_release, .poll = pseudo_poll,
};
static const struct file_ops tree_text_ops = {
	.read = pseudo_read, .write = pseudo_write, .seek = pseudo_seek, .mmap = no_mmap, .release = pseudo_release, .poll = pseudo_poll,
	.fsync = tree_fsync,
};

/* ---- trees ---- */

/* Nobody opens one for what it cannot do, whatever his rights. */
static int tree_file_open(struct inode *i, struct file *f)
{
	struct pseudo_file p = *(const struct pseudo_file *)i->priv;

	p.manner = PSEUDO_TREE;
	if (((f->mode & FILE_WRITE) && (!p.store || !(i->mode & 0222))) || ((f->mode & FILE_READ) && (!p.show || !(i->mode & 0444))))
		return -EACCES;
	return pseudo_open(f, &p, NULL);
}

static const struct file_ops tree_file_ops = { .open = tree_file_open };
static const struct inode_ops tree_inode_ops = { .setattr = NULL };

int pseudo_super_create(const struct fs_type *t, const struct super_ops *ops, uint64_t magic, uint32_t root_mode, struct super **out)
{
	struct super *s = super_alloc(t, ops);
	struct name name;
	struct inode *i;

	if (!s)
		return -ENOMEM;
	s->magic = magic;
	s->pin_dentries = true;
	dentry_init_name(&name, "/", 1);
	i = inode_alloc(s);
	s->root = i ? dentry_alloc(NULL, &name) : NULL;
	if (!s->root) {
		if (i)
			inode_put(i);
		super_put(s);
		return -ENOMEM;
	}
	s->root->super = s;
	i->mode = S_IFDIR | root_mode;
	i->nlink = 2;
	i->ops = &pinned_dir_inode_ops;
	i->fops = &pinned_dir_ops;
	dentry_attach(s->root, i);
	super_live(s);
	*out = s;
	return 0;
}

/* Enter an inode (consumed, also on error) under a name. */
static int tree_enter(struct dentry *parent, const char *name, struct inode *i, struct dentry **out)
{
	struct inode *dir = parent->inode;
	struct dentry *d;
	struct name n;
	int err;

	dentry_init_name(&n, name, strlen(name));
	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	err = child_for_create(parent, &n, &d);
	if (err) {
		inode_put(i);
	} else {
		dentry_publish(d, i);
		if (S_ISDIR(i->mode))
			fetch_add_relaxed(&dir->nlink, 1);      /* relaxed: a count */
		inode_touch_mtime(dir);
		if (out)
			*out = d;
		dentry_put(d);                          /* the pin stays */
	}
	mutex_unlock(&dir->lock);
	return err;
}

static struct inode *tree_inode(struct dentry *parent, uint32_t mode)
{
	struct inode *i = inode_alloc(parent->super);

	if (i) {
		i->mode = mode;
		i->ops = &tree_inode_ops;
	}
	return i;
}

int pseudo_add_dir(struct dentry *parent, const char *name, uint32_t mode, struct dentry **out)
{
	struct inode *i = tree_inode(parent, S_IFDIR | mode);

	if (!i)
		return -ENOMEM;
	i->nlink = 2;
	i->ops = &pinned_dir_inode_ops;
	i->fops = &pinned_dir_ops;
	return tree_enter(parent, name, i, out);
}

int pseudo_add_file(struct dentry *parent, const char *name, uint32_t mode, const struct pseudo_file *p, struct dentry **out)
{
	struct inode *i = tree_inode(parent, S_IFREG | mode);

	if (!i)
		return -ENOMEM;
	i->fops = &tree_file_ops;
	i->priv = (void *)(uintptr_t)p;
	i->size = PAGE_SIZE;                    /* as sysfs says of its files */
	return tree_enter(parent, name, i, out);
}

int pseudo_add_node(struct dentry *parent, const char *name, uint32_t mode, dev_num_t rdev, struct dentry **out)
{
	struct inode *i = tree_inode(parent, mode);

	if (!i)
		return -ENOMEM;
	i->rdev = rdev;
	return tree_enter(parent, name, i, out);
}

void pseudo_remove(struct dentry *d)
{
	struct dentry *parent = d->parent;
	struct inode *dir = parent->inode, *i = d->inode;

	if (S_ISDIR(i->mode))
		dentry_tree_shrink(d);
	mutex_lock_nested(&dir->lock, RANK_INODE_PARENT);
	if (S_ISDIR(i->mode)) {
		fetch_sub_relaxed(&dir->nlink, 1);      /* relaxed: a count */
		fetch_sub_relaxed(&i->nlink, 1);
	}
	inode_drop_link(i);
	inode_touch_mtime(dir);
	dentry_drop(d);
	mutex_unlock(&dir->lock);
	fetch_and_relaxed(&d->flags, ~DENTRY_PINNED);
	dentry_put(d);
}

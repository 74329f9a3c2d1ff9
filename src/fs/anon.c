/*
 * anon.c - files without a name: pipes, eventfds, epolls.
 *
 * They live on an internal file system that nobody can mount. A pipe has an inode of its own, shared
 * by both ends; the others share one inode, as they differ in their struct file only. An anonymous
 * file has no path; the dentry that opening /proc/PID/fd/N needs is made on demand and lives as long
 * as the opened file that took it.
 */
#include <base/err.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <trace/klog.h>
#include <linux/magic.h>
#include "file_priv.h"

static const struct fs_type anon_type = { .name = "anon_inodefs", .nodev = true };
static const struct super_ops anon_super_ops;
static const struct inode_ops anon_inode_ops;
static struct super *anon_super __ro_after_init;
static struct inode *shared_inode __ro_after_init;
static struct mount anon_mount;

struct inode *anon_inode_create(uint32_t mode, const struct file_ops *fops, void *priv)
{
	const struct cred *cred = cred_current();
	struct inode *i = inode_alloc(anon_super);

	if (!i)
		return NULL;
	i->ops = &anon_inode_ops;
	i->fops = fops;
	i->mode = mode;
	i->uid = cred->fsuid;
	i->gid = cred->fsgid;
	i->priv = priv;
	return i;
}

int anon_file_create(const char *class_name, const struct file_ops *ops, void *priv, uint32_t flags, uint32_t mode, struct file **out)
{
	return anon_file_create_on(shared_inode, class_name, ops, priv, flags, mode, out);
}

int anon_file_create_on(struct inode *i, const char *class_name, const struct file_ops *ops, void *priv, uint32_t flags, uint32_t mode,
			struct file **out)
{
	int err;

	inode_get(i);
	err = file_alloc(ops, NULL, i, flags, out);
	if (err)
		return err;
	(*out)->anon_class = class_name;
	(*out)->priv = priv;
	(*out)->mode |= mode | FILE_NO_SPLICE;
	return 0;
}

bool inode_is_anon(const struct inode *i) { return i->super == anon_super; }

static size_t anon_name(const struct inode *i, const char *class_name, char *buf, size_t size)
{
	if (i == shared_inode || i->is_immutable)       /* many files', as those of all pidfds */
		return (size_t)scnprintf(buf, size, "anon_inode:[%s]", class_name ? class_name : "");
	return (size_t)scnprintf(buf, size, "%s:[%lu]", class_name ? class_name : "pipe", i->ino);
}

bool file_anon_name(const struct file *f, char *buf, size_t size)
{
	if (f->path.dentry || !f->inode)
		return false;
	anon_name(f->inode, f->anon_class, buf, size);
	return true;
}

int file_path_get(struct file *f, struct path *out)
{
	char text[40];
	struct name name;
	struct dentry *d;

	if (f->path.dentry) {
		*out = f->path;
		path_get(out);
		return 0;
	}
	dentry_init_name(&name, text, anon_name(f->inode, f->anon_class, text, sizeof text));
	d = dentry_alloc(NULL, &name);
	if (!d)
		return -ENOMEM;
	d->super = anon_super;
	inode_get(f->inode);
	dentry_attach(d, f->inode);
	mount_get(&anon_mount);
	out->mnt = &anon_mount;
	out->dentry = d;
	return 0;
}

void anon_init(void)
{
	anon_super = super_alloc(&anon_type, &anon_super_ops);
	bug_on(!anon_super);
	anon_super->magic = PIPEFS_MAGIC;
	anon_super->block_size = PAGE_SIZE;
	shared_inode = inode_alloc(anon_super);
	bug_on(!shared_inode);
	shared_inode->ops = &anon_inode_ops;
	shared_inode->mode = 0600;
	bug_on(percpu_ref_init(&anon_mount.refs));
	anon_mount.super = anon_super;
	super_live(anon_super);
}

/*
 * nsfs.c - namespaces as files.
 *
 * Looking up a link below /proc/PID/ns makes an inode that holds the namespace, under a dentry that stands nowhere. Two
 * of one namespace agree in device and number. An opened file keeps its namespace alive.
 */
#include <base/err.h>
#include <fs/nsfs.h>
#include <fs/pseudo.h>
#include <lib/printf.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <task/cred.h>
#include <trace/klog.h>
#include "fs_priv.h"

static struct mount *nsfs_mount __ro_after_init;

static long nsfs_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	const struct ns *n = nsfs_ns(f);

	switch (cmd) {
	case NS_GET_NSTYPE:
		return (long)n->type->flag;
	case NS_GET_USERNS:
		return -EPERM;                  /* the initial one owns all: outside the caller's scope, as Linux says of it */
	case NS_GET_PARENT:
		return n->type->flag == CLONE_NEWPID || n->type->flag == CLONE_NEWUSER ? -EPERM : -EINVAL;
	case NS_GET_OWNER_UID: {
		uint32_t root = 0;

		return n->type->flag != CLONE_NEWUSER ? -EINVAL : user_write(UADDR(arg), &root);
	}
	default:
		return -ENOTTY;
	}
}

static int nsfs_open(struct inode *i, struct file *f) { return f->mode & FILE_WRITE ? -EPERM : 0; }

static const struct file_ops nsfs_ops = { .open = nsfs_open, .ioctl = nsfs_ioctl };
static const struct inode_ops nsfs_inode_ops = { .setattr = NULL };

int nsfs_path(struct ns *n, struct path *out)
{
	struct super *s = nsfs_mount->super;
	struct inode *i = inode_alloc(s);
	char text[40];
	struct name name;

	if (!i) {
		ns_put(n);
		return -ENOMEM;
	}
	i->mode = S_IFREG | 0444;
	i->ino = n->ino;
	i->nlink = 1;
	i->ops = &nsfs_inode_ops;
	i->fops = &nsfs_ops;
	i->priv = n;
	dentry_init_name(&name, text, (size_t)scnprintf(text, sizeof text, "%s:[%lu]", n->type->name, n->ino));
	out->dentry = dentry_alloc(NULL, &name);
	if (!out->dentry) {
		inode_put(i);
		return -ENOMEM;
	}
	out->dentry->super = s;
	dentry_attach(out->dentry, i);
	mount_get(nsfs_mount);
	out->mnt = nsfs_mount;
	return 0;
}

struct ns *nsfs_ns(const struct file *f) { return f->ops == &nsfs_ops ? f->inode->priv : NULL; }

static void evict(struct inode *i)
{
	if (i->priv)
		ns_put(i->priv);
}

static const struct fs_type nsfs_type = { .name = "nsfs", .nodev = true };
static const struct super_ops nsfs_super_ops = { .evict = evict };

void nsfs_init(void)
{
	struct super *s;

	if (pseudo_super_create(&nsfs_type, &nsfs_super_ops, NSFS_MAGIC, 0555, &s))
		panic("nsfs: no memory");
	dentry_get(s->root);
	nsfs_mount = mount_alloc(s, s->root, MS_NOUSER, "nsfs");
	if (!nsfs_mount)
		panic("nsfs: no memory");
}

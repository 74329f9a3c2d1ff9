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
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <trace/klog.h>
#include "fs_priv.h"

static struct mount *nsfs_mount __ro_after_init;

long nsfs_open_fd(struct ns *n)
{
	struct path p;
	struct file *f;
	int err = nsfs_path(n, &p);

	if (err)
		return err;
	err = file_open_path(&p, O_RDONLY, &f);
	path_put(&p);
	return err ? err : fd_add(f, true);
}

/* The user namespace that owns n, or -EPERM when it is not the caller's or below. */
static long open_owner(const struct ns *n)
{
	if (!n->owner || !user_ns_is_inside(user_ns_of(n->owner), user_ns_current()))
		return -EPERM;
	ns_get(n->owner);
	return nsfs_open_fd(n->owner);
}

static long open_parent(struct ns *n)
{
	struct ns *up;

	if (n->type->flag == CLONE_NEWUSER)
		return open_owner(n);
	if (!n->type->parent)
		return -EINVAL;
	up = n->type->parent(n);
	if (!up || !pid_ns_is_inside(pid_ns_from(up), pid_ns_current()))
		return -EPERM;
	ns_get(up);
	return nsfs_open_fd(up);
}

static long owner_uid(const struct ns *n, uint64_t arg)
{
	uint32_t uid;

	if (n->type->flag != CLONE_NEWUSER)
		return -EINVAL;
	uid = uid_shown(user_ns_of((struct ns *)(uintptr_t)n)->owner_uid);
	return user_write(UADDR(arg), &uid);
}

/* Linux 6.11: a number from one namespace to another. in: from the caller's into n; else the other way round. */
static long translate(struct ns *n, int nr, bool in, bool of_group)
{
	struct pid_ns *ns = pid_ns_from(n), *from = in ? pid_ns_current() : ns, *to = in ? ns : pid_ns_current();
	struct task *t;
	long result;

	if (n->type->flag != CLONE_NEWPID)
		return -EINVAL;
	t = task_lookup_in(from, nr);
	if (!t)
		return -ESRCH;
	result = pid_nr_in(of_group ? t->process->pid : t->pid, to);
	task_put(t);
	return result ? result : -ESRCH;
}

#ifndef NS_GET_PID_FROM_PIDNS
#define NS_GET_PID_FROM_PIDNS  _IOR(NSIO, 0x6, int)
#define NS_GET_TGID_FROM_PIDNS _IOR(NSIO, 0x7, int)
#define NS_GET_PID_IN_PIDNS    _IOR(NSIO, 0x8, int)
#define NS_GET_TGID_IN_PIDNS   _IOR(NSIO, 0x9, int)
#endif

static long nsfs_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct ns *n = nsfs_ns(f);

	switch (cmd) {
	case NS_GET_NSTYPE:
		return (long)n->type->flag;
	case NS_GET_USERNS:
		return open_owner(n);
	case NS_GET_PARENT:
		return open_parent(n);
	case NS_GET_OWNER_UID:
		return owner_uid(n, arg);
	case NS_GET_PID_FROM_PIDNS:
		return translate(n, (int)arg, false, false);
	case NS_GET_TGID_FROM_PIDNS:
		return translate(n, (int)arg, false, true);
	case NS_GET_PID_IN_PIDNS:
		return translate(n, (int)arg, true, false);
	case NS_GET_TGID_IN_PIDNS:
		return translate(n, (int)arg, true, true);
	default:
		return -ENOTTY;
	}
}

static int nsfs_open(struct inode *i, struct file *f)
{
	if (f->mode & FILE_WRITE)
		return -EPERM;
	f->mode = (f->mode & ~(FILE_SEEKABLE | FILE_ATOMIC_POS)) | FILE_POSITIONED;
	return 0;
}

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
	i->is_immutable = true;
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

bool nsfs_is_file(const struct inode *i) { return i->ops == &nsfs_inode_ops; }
uint64_t nsfs_ino(const struct inode *i) { return i->ino; }

bool nsfs_is_mnt_ns(const struct inode *i)
{
	return i->ops == &nsfs_inode_ops && ((const struct ns *)i->priv)->type->flag == CLONE_NEWNS;
}

static void evict(struct inode *i)
{
	if (i->priv)
		ns_put(i->priv);
}

static const struct fs_type nsfs_type = { .name = "nsfs", .nodev = true };
const struct fs_type *nsfs_fs_type(void) { return &nsfs_type; }
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

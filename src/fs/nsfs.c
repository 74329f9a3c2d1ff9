/*
 * nsfs.c - namespaces as files.
 *
 * Looking up a link below /proc/PID/ns makes an inode that holds the namespace, under a dentry that stands nowhere. Two
 * of one namespace agree in device and number. An opened file keeps its namespace alive.
 */
#include <base/err.h>
#include <fs/namespace.h>
#include <fs/nsfs.h>
#include <fs/pseudo.h>
#include <lib/printf.h>
#include <linux/capability.h>
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

/* Linux 6.12 */
#ifndef NS_GET_MNTNS_ID
#define NS_GET_MNTNS_ID _IOR(NSIO, 0x5, __u64)
#endif
#define MNT_GET_INFO 10u                        /* numbers of requests of any direction, whose size tells that of the answer */
#define MNT_GET_NEXT 11u
#define MNT_GET_PREV 12u

struct mnt_answer { uint32_t size, nr_mounts; uint64_t id; };   /* struct mnt_ns_info */
static_assert(sizeof(struct mnt_answer) == 16, "MNT_NS_INFO_SIZE_VER0");

static long tell_mnt_ns(const struct mnt_ns *ns, uint64_t to)
{
	unsigned nr = load_relaxed(&ns->nr_mounts);     /* relaxed: as of some moment */
	struct mnt_answer a = { .size = sizeof a, .nr_mounts = nr ? nr - 1 : 0, .id = ns->id };        /* without the root */

	return user_write(UADDR(to), &a);
}

/* A descriptor of the next or the previous one, told of unless `to` is 0. */
static long open_beside(const struct mnt_ns *ns, bool before, uint64_t to)
{
	struct mnt_ns *found = mnt_ns_beside(ns, before);
	long err;

	if (!found)
		return -ENOENT;
	err = to ? tell_mnt_ns(found, to) : 0;
	if (err) {
		ns_put(&found->ns);
		return err;
	}
	return nsfs_open_fd(&found->ns);
}

static long mnt_ns_id(const struct ns *n, uint64_t arg)
{
	if (n->type->flag != CLONE_NEWNS)
		return -EINVAL;
	return user_write(UADDR(arg), &mnt_ns_from((struct ns *)(uintptr_t)n)->id);
}

/* Requests that may grow. */
static long ask_mnt_ns(struct ns *n, unsigned cmd, uint64_t arg)
{
	unsigned nr = _IOC_NR(cmd);
	const struct mnt_ns *ns = mnt_ns_from(n);

	if (nr < MNT_GET_INFO || nr > MNT_GET_PREV)
		return -ENOTTY;
	/* Who goes from one to the next sees all there are. */
	if (nr != MNT_GET_INFO && (pid_ns_current() != &pid_ns_initial || !capable(CAP_SYS_ADMIN)))
		return -EPERM;
	if (n->type->flag != CLONE_NEWNS || _IOC_SIZE(cmd) < sizeof(struct mnt_answer) || (nr == MNT_GET_INFO && !arg))
		return -EINVAL;
	return nr == MNT_GET_INFO ? tell_mnt_ns(ns, arg) : open_beside(ns, nr == MNT_GET_PREV, arg);
}

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
	case NS_GET_MNTNS_ID:
		return mnt_ns_id(n, arg);
	default:
		return ask_mnt_ns(n, cmd, arg);
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

struct mnt_ns *nsfs_mnt_ns(const struct inode *i)
{
	struct ns *n = i->ops == &nsfs_inode_ops ? i->priv : NULL;

	return n && n->type->flag == CLONE_NEWNS ? mnt_ns_from(n) : NULL;
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

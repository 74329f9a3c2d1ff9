/*
 * super.c - /proc as a file system: its inodes, and a super block for each mount.
 *
 * An inode is made at each look-up and owned by its dentry; nothing is cached by number. It belongs to whom its task
 * belongs to, and to root when that task's memory holds secrets (it is not dumpable).
 * Locks: RCU for pid->task and its credentials.     Context: task, may sleep, but revalidate(): RCU walk.
 */
#include "node.h"
#include <fs/filesystems.h>
#include <fs/names.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include <asm/statfs.h>

struct task *proc_node_task(const struct proc_node *n)
{
	struct task *t;

	rcu_read_lock();
	t = rcu_load(n->pid->task);
	if (t && !refcount_try_get(&t->refs))
		t = NULL;
	rcu_read_unlock();
	return t;
}

/* ---- inodes ---- */

static void inode_take_owner(struct inode *i)
{
	struct proc_node *n = proc_node(i);
	struct task *t;

	if (!n->pid || n->kind == NODE_SELF)
		return;
	t = proc_node_task(n);
	if (!t)
		return;
	if (t->process->dumpable == DUMPABLE_USER || i->mode == (S_IFDIR | 0555) || i->mode == S_IFDIR) {
		rcu_read_lock();
		i->uid = rcu_load(t->cred)->euid;
		i->gid = rcu_load(t->cred)->egid;
		rcu_read_unlock();
	} else {
		i->uid = i->gid = 0;            /* it holds secrets: not even its own user's */
	}
	task_put(t);
}

int proc_inode_create(struct super *s, const struct proc_node *n, uint32_t mode, const struct inode_ops *ops,
		      const struct file_ops *fops, struct inode **out)
{
	struct inode *i = inode_alloc(s);
	struct proc_node *copy = kmalloc(sizeof *copy, 0);

	if (!i || !copy) {
		if (i)
			inode_put(i);
		kfree(copy);
		return -ENOMEM;
	}
	*copy = *n;
	if (copy->pid)
		pid_get(copy->pid);
	i->priv = copy;
	i->mode = mode;
	i->ops = ops;
	i->fops = fops;
	i->nlink = S_ISDIR(mode) ? 2 : 1;
	i->is_immutable = n->kind == NODE_PID_DIR || n->kind == NODE_TID_DIR;
	if (n->kind == NODE_PID_DIR && proc_hides(s))
		i->mode = S_IFDIR;                      /* hide.c */
	inode_take_owner(i);
	*out = i;
	return 0;
}

static void evict(struct inode *i)
{
	struct proc_node *n = proc_node(i);

	if (n && n->pid)
		pid_put(n->pid);
	kfree(n);
}

static bool revalidate(struct dentry *d)
{
	struct inode *i = load_acquire(&d->inode);
	const struct proc_node *n = i ? proc_node(i) : NULL;

	if (!n || !n->pid)
		return !n || !load_relaxed(&proc_options(i->super)->only_pids) || n->kind == NODE_ROOT || n->kind == NODE_SELF ||
			n->kind == NODE_THREAD_SELF;
	if (n->kind == NODE_FD_LINK || n->kind == NODE_FDINFO_FILE)
		return false;
	if (n->kind == NODE_PID_DIR && proc_hides(i->super) != !(i->mode & 0777))
		return false;                   /* from before a remount */
	return load_relaxed(&n->pid->task) != NULL;     /* relaxed: only whether it is there */
}

#define FD_LINK_SIZE 64                     /* what a link to a descriptor is said to be long */

static uint64_t count_fds(struct task *t)
{
	uint64_t n = 0;

	for (int fd = fd_next_of(t, 0); fd >= 0; fd = fd_next_of(t, fd + 1))
		n++;
	return n;
}

int proc_getattr(struct inode *i, struct kstat *st)
{
	struct proc_node *n = proc_node(i);
	struct task *t;

	if (st && n->pid && proc_hides(i->super) && (t = proc_node_task(n))) {
		bool is_told = proc_is_told_of(i->super, t, PROC_HIDE_ALL);

		task_put(t);
		if (!is_told)
			return -ENOENT;
	}
	inode_take_owner(i);
	if (n->kind == NODE_FD_LINK)
		i->size = FD_LINK_SIZE;
	if (n->kind == NODE_FD_DIR && (t = proc_node_task(n))) {
		i->size = count_fds(t);
		task_put(t);
	}
	if (st)
		kstat_fill(st, i);
	if (st && n->kind == NODE_TASK_DIR && (t = proc_node_task(n))) {
		st->nlink += load_relaxed(&t->process->nr_threads);     /* relaxed: a count */
		task_put(t);
	}
	if (st && n->kind == NODE_PID_DIR)
		st->mode |= 0555;
	return 0;
}

int proc_setattr(struct inode *i, const struct inode_attr *a)
{
	enum node_kind kind = proc_node(i)->kind;
	bool is_sys = kind == NODE_SYS_DIR || kind == NODE_SYS_FILE;

	if ((a->valid & ATTR_MODE) && (is_sys || proc_node(i)->pid))
		return -EPERM;
	if ((a->valid & (ATTR_UID | ATTR_GID)) && is_sys)
		return -EPERM;
	return inode_setattr_generic(i, a);
}

const struct inode_ops proc_file_inode_ops = { .getattr = proc_getattr, .setattr = proc_setattr };

/* ---- super block ---- */

static int statfs(struct super *s, void *out)
{
	struct statfs *st = out;

	st->f_type = PROC_SUPER_MAGIC;
	st->f_bsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX_LEN;
	return 0;
}

static void proc_super_free_rcu(struct rcu_head *head) { kfree(container_of(head, struct proc_super, rcu)); }

static void put_super(struct super *s)
{
	if (!s->priv)
		return;
	pid_ns_put(proc_super_ns(s));
	rcu_call(&((struct proc_super *)s->priv)->rcu, proc_super_free_rcu);
}

static const struct super_ops super_ops = { .evict = evict, .statfs = statfs, .revalidate = revalidate, .put_super = put_super,
	.show_options = proc_show_options, .remount = proc_remount };
static struct fs_type proc_type;

static int super_make(struct pid_ns *ns, const struct proc_options *o, struct super **out)
{
	struct proc_node root = { .kind = NODE_ROOT };
	struct super *s = super_alloc(&proc_type, &super_ops);
	struct proc_super *p;
	struct inode *i;
	struct name name;

	if (!s)
		return -ENOMEM;
	p = kmalloc(sizeof *p, 0);
	if (!p) {
		super_put(s);
		return -ENOMEM;
	}
	*p = (struct proc_super){ .ns = ns, .options = *o };
	pid_ns_get(ns);
	s->priv = p;
	s->magic = PROC_SUPER_MAGIC;
	s->no_negative = true;
	s->block_size = 1024;
	dentry_init_name(&name, "/", 1);
	if (proc_inode_create(s, &root, S_IFDIR | 0555, &proc_root_dir_ops, &proc_root_fops, &i)) {
		super_put(s);
		return -ENOMEM;
	}
	s->root = dentry_alloc(NULL, &name);
	if (!s->root) {
		inode_put(i);
		super_put(s);
		return -ENOMEM;
	}
	s->root->super = s;
	i->ino = 1;
	dentry_attach(s->root, i);
	super_live(s);
	*out = s;
	return 0;
}

/* Each mount is a file system of its own, as on Linux: they may differ in whose numbers they show. */
static int proc_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	struct pid_ns *ns = pid_ns_current();
	struct proc_options o = { 0 };
	int err;

	if (!capable_over(&ns->ns, CAP_SYS_ADMIN))
		return -EPERM;
	err = proc_options_parse(options, &o);
	return err ? err : super_make(ns, &o, out);
}

static struct fs_type proc_type = { .name = "proc", .nodev = true, .for_user_ns = true, .shows_system = true, .check_option = proc_check_option,
	.mount = proc_mount };

void procfs_init(void)
{
	proc_sys_init();
	fs_register(&proc_type);
}

/*
 * pid_dir.c - the directories of processes and threads: PID, PID/task, PID/task/TID, PID/ns.
 *
 * Locks: tasklist_lock while looking for the next thread.       Context: task, may sleep.
 * Tests: tests/abi/procfs.
 */
#include "node.h"
#include <fs/filesystems.h>

int proc_lookup_task(struct super *s, const struct name *name, const struct proc_node *parent, struct inode **out)
{
	struct proc_node n = { .kind = parent ? NODE_TID_DIR : NODE_PID_DIR, .below_task = parent != NULL };
	struct task *t;
	int nr = proc_parse_number(name), err = -ENOENT;

	if (nr <= 0)
		return -ENOENT;
	t = task_lookup_in(proc_super_ns(s), nr);
	if (!t)
		return -ENOENT;
	if (unlikely(load_relaxed(&proc_options(s)->hide) == PROC_HIDE_UNTRACED) && !proc_may_inspect(t)) {
		task_put(t);
		return -ENOENT;
	}
	/* Any thread's number is found below /proc, as Linux does; below task/ only those of the group. */
	if (!parent || (parent->pid && t->process->pid == parent->pid)) {
		n.pid = t->pid;
		err = n.pid ? proc_inode_create(s, &n, S_IFDIR | 0555, &proc_pid_dir_ops, &proc_pid_fops, out) : -ENOENT;
	}
	task_put(t);
	return err;
}

static const struct {
	const char *name;
	enum node_kind kind;
	uint32_t mode;
	const struct inode_ops *ops;
	const struct file_ops *fops;
} pid_dirs[] = {
	{ "fd", NODE_FD_DIR, 0500, &proc_fd_dir_ops, &proc_fd_fops },
	{ "fdinfo", NODE_FDINFO_DIR, 0555, &proc_fd_dir_ops, &proc_fd_fops },
	{ "ns", NODE_NS_DIR, 0511, &proc_ns_dir_ops, &proc_ns_fops },
	{ "task", NODE_TASK_DIR, 0555, &proc_task_dir_ops, &proc_task_fops },
};

static bool stands_in(const struct pid_file *f, const struct proc_node *dir)
{
	return f->where == PID_FILE_BOTH || f->where == (dir->below_task ? PID_FILE_THREAD : PID_FILE_PROCESS);
}

static int pid_dir_lookup(struct inode *i, struct dentry *d, struct inode **out)
{
	const struct proc_node *dir = proc_node(i);
	const struct name *name = &d->name;
	struct proc_node n = *dir;

	for (size_t at = 0; at < ARRAY_SIZE(pid_dirs); at++)
		if (proc_name_is(name, pid_dirs[at].name) && !(dir->below_task && pid_dirs[at].kind == NODE_TASK_DIR)) {
			n.kind = pid_dirs[at].kind;
			return proc_inode_create(i->super, &n, S_IFDIR | pid_dirs[at].mode, pid_dirs[at].ops, pid_dirs[at].fops, out);
		}
	for (const struct pid_file *f = proc_pid_files; f->name; f++)
		if (proc_name_is(name, f->name) && stands_in(f, dir)) {
			n.kind = f->link ? NODE_PID_LINK : NODE_PID_FILE;
			n.entry = f;
			return proc_inode_create(i->super, &n, (f->link ? S_IFLNK : S_IFREG) | f->mode, f->link ? &proc_magic_link_ops : &proc_file_inode_ops,
					  f->link ? NULL : f->fops ? f->fops : &proc_text_fops, out);
		}
	return -ENOENT;
}

static int pid_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	struct proc_node *n = proc_node(f->inode);
	loff_t at = 2;

	if (!load_relaxed(&n->pid->task))       /* relaxed: only whether it is there */
		return -ENOENT;
	if (!proc_emit_dots(f, e, pos))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(pid_dirs); i++, at++) {
		if (n->below_task && pid_dirs[i].kind == NODE_TASK_DIR)
			*pos += *pos == at;
		else if (*pos == at && !proc_emit(f, e, pos, pid_dirs[i].name, DT_IS_DIR))
			return 0;
	}
	for (const struct pid_file *p = proc_pid_files; p->name; p++, at++)
		if (!stands_in(p, n))
			*pos += *pos == at;
		else if (*pos == at && !proc_emit(f, e, pos, p->name, p->link ? DT_IS_LNK : DT_IS_REG))
			return 0;
	return 0;
}

/* ---- PID/task ---- */

static int task_dir_lookup(struct inode *i, struct dentry *d, struct inode **out)
{
	return proc_lookup_task(i->super, &d->name, proc_node(i), out);
}

/* The smallest thread id of the group that is at least from, or -1. */
static int next_tid(struct file *f, struct task *t, int from)
{
	const struct pid_ns *ns = proc_super_ns(f->inode->super);
	struct task *other;
	int best = -1;

	spin_lock(&tasklist_lock);
	list_for_each(other, &t->process->threads, group_node) {
		int nr = pid_nr_in(other->pid, ns);

		if (nr >= from && (best < 0 || nr < best))
			best = nr;
	}
	spin_unlock(&tasklist_lock);
	return best;
}

static int task_readdir(struct file *f, struct dir_emitter *e, loff_t *pos) { return proc_number_readdir(f, e, pos, next_tid, DT_IS_DIR); }

/* ---- PID/ns ---- */

static int ns_dir_lookup(struct inode *i, struct dentry *d, struct inode **out)
{
	struct proc_node n = *proc_node(i);

	for (const struct pid_file *f = proc_ns_files; f->name; f++)
		if (proc_name_is(&d->name, f->name)) {
			n.kind = NODE_PID_LINK;
			n.entry = f;
			return proc_inode_create(i->super, &n, S_IFLNK | f->mode, &proc_magic_link_ops, NULL, out);
		}
	return -ENOENT;
}

static int ns_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	loff_t at = 2;

	if (!proc_emit_dots(f, e, pos))
		return 0;
	for (const struct pid_file *p = proc_ns_files; p->name; p++, at++)
		if (*pos == at && !proc_emit(f, e, pos, p->name, DT_IS_LNK))
			return 0;
	return 0;
}

const struct inode_ops proc_pid_dir_ops = {
	.beyond_mode = proc_pid_beyond_mode, .lookup = pid_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct inode_ops proc_task_dir_ops = { .lookup = task_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct inode_ops proc_ns_dir_ops = { .lookup = ns_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct file_ops proc_pid_fops = { .readdir = pid_readdir };
const struct file_ops proc_task_fops = { .readdir = task_readdir };
const struct file_ops proc_ns_fops = { .readdir = ns_readdir };

struct pid *procfs_pid(const struct file *f)
{
	const struct proc_node *n = f->ops == &proc_pid_fops ? proc_node(f->inode) : NULL;

	return n && n->kind == NODE_PID_DIR ? n->pid : NULL;
}

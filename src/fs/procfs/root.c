/*
 * root.c - the root directory of /proc: files of the system, links to oneself, processes.
 *
 * The cursor of process n is FIRST_PID + n, so that a listing goes on behind it whoever has ended meanwhile.
 * Context: task, may sleep.       Tests: tests/abi/procfs.
 */
#include "node.h"
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/boot.h>

#define FIRST_PID 256

static int self_readlink(struct inode *i, char *buf, size_t size, const char **out, size_t *len)
{
	int nr = pid_nr_in(process_current()->pid, proc_super_ns(i->super));

	if (!nr && proc_node(i)->kind != NODE_MOUNTS)
		return -ENOENT;                 /* one who looks at a /proc of another namespace */
	switch (proc_node(i)->kind) {
	case NODE_MOUNTS:
		*len = scnprintf(buf, size, "self/mounts");
		break;
	case NODE_SELF:
		*len = scnprintf(buf, size, "%d", nr);
		break;
	default:
		*len = scnprintf(buf, size, "%d/task/%d", nr, pid_nr_in(task_current()->pid, proc_super_ns(i->super)));
	}
	*out = buf;
	return 0;
}

static const struct inode_ops self_link_ops = { .readlink = self_readlink };

static int root_dir_lookup(struct inode *dir, struct dentry *d, struct inode **out)
{
	const struct name *name = &d->name;
	struct super *s = dir->super;
	struct proc_node n = { 0 };
	bool only_pids = load_relaxed(&proc_options(s)->only_pids);

	for (const struct proc_file *f = proc_system_files; f->name && !only_pids; f++)
		if (proc_name_is(name, f->name)) {
			int err;

			n = (struct proc_node){ .kind = NODE_SYSTEM_FILE, .entry = f };
			err = proc_inode_create(s, &n, S_IFREG | f->mode, &proc_file_inode_ops, &proc_text_fops, out);
			if (!err && proc_name_is(name, "cmdline"))
				(*out)->size = strlen(boot_info->cmdline) + 1;  /* the one that never changes */
			return err;
		}
	if (proc_name_is(name, "self") || proc_name_is(name, "thread-self") || (!only_pids && proc_name_is(name, "mounts"))) {
		n.kind = proc_name_is(name, "self") ? NODE_SELF : proc_name_is(name, "mounts") ? NODE_MOUNTS : NODE_THREAD_SELF;
		return proc_inode_create(s, &n, S_IFLNK | 0777, &self_link_ops, NULL, out);
	}
	if (!only_pids && proc_name_is(name, "sys")) {
		n = (struct proc_node){ .kind = NODE_SYS_DIR, .entry = &proc_sys_files[0], .table = proc_sys_files };
		return proc_inode_create(s, &n, S_IFDIR | 0555, &proc_sys_dir_ops, &proc_sys_fops, out);
	}
	if (!only_pids && proc_name_is(name, "sysvipc")) {
		n = (struct proc_node){ .kind = NODE_SYS_DIR, .entry = &proc_sysvipc_files[0], .table = proc_sysvipc_files };
		return proc_inode_create(s, &n, S_IFDIR | 0555, &proc_sysvipc_dir_ops, &proc_sys_fops, out);
	}
	return proc_lookup_task(s, name, NULL, out);
}

static bool leader_is_told_of(const struct super *s, struct process *p)
{
	struct proc_node n = { .pid = p->pid };
	struct task *t = proc_node_task(&n);
	bool yes = t && proc_is_told_of(s, t, PROC_HIDE_ALL);

	if (t)
		task_put(t);
	return yes;
}

static int root_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	static const struct { const char *name; unsigned type; } others[] = {
		{ "self", DT_IS_LNK }, { "thread-self", DT_IS_LNK }, { "mounts", DT_IS_LNK }, { "sys", DT_IS_DIR },
		{ "sysvipc", DT_IS_DIR },
	};
	bool only_pids = load_relaxed(&proc_options(f->inode->super)->only_pids), is_told;
	loff_t at = 2;
	char name[12];

	if (!proc_emit_dots(f, e, pos))
		return 0;
	for (const struct proc_file *p = proc_system_files; p->name; p++, at++)
		if (only_pids)
			*pos += *pos == at;
		else if (*pos == at && !proc_emit(f, e, pos, p->name, DT_IS_REG))
			return 0;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++, at++)
		if (only_pids && i >= 2)
			*pos += *pos == at;
		else if (*pos == at && !proc_emit(f, e, pos, others[i].name, others[i].type))
			return 0;
	if (*pos < FIRST_PID)
		*pos = FIRST_PID;
	for (;;) {
		int nr = (int)*pos - FIRST_PID;
		struct process *p = process_next(proc_super_ns(f->inode->super), &nr);

		if (!p)
			return 0;
		is_told = !proc_hides(f->inode->super) || leader_is_told_of(f->inode->super, p);
		process_put(p);
		if (!is_told) {
			*pos = FIRST_PID + nr + 1;
			continue;
		}
		snprintf(name, sizeof name, "%d", nr);
		*pos = FIRST_PID + nr;
		if (!proc_emit(f, e, pos, name, DT_IS_DIR))
			return 0;
	}
}

const struct inode_ops proc_root_dir_ops = { .lookup = root_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct file_ops proc_root_fops = { .readdir = root_readdir };

/*
 * sys_dir.c - directories whose entries are the paths of a sorted table: /proc/sys and /proc/sysvipc.
 *
 * A directory is a prefix of names; its node points to any one row below it. As the table is sorted, the rows of one
 * directory stand together and it is listed once.
 * Context: task, may sleep.       Tests: tests/abi/procfs.
 */
#include "node.h"
#include <lib/printf.h>
#include <lib/string.h>

/* Does f stand below the directory that n is? */
static bool sys_is_below(const struct proc_node *n, const struct proc_file *f)
{
	return !strncmp(f->name, ((const struct proc_file *)n->entry)->name, n->prefix_len);
}

static int nothing_beyond_mode(const struct inode *i, int mask) { return -EACCES; }

static const struct inode_ops sys_file_ops = { .beyond_mode = nothing_beyond_mode, .getattr = proc_getattr, .setattr = proc_setattr };

static int sys_dir_lookup(struct inode *i, struct dentry *d, struct inode **out)
{
	const struct proc_node *dir = proc_node(i);
	const struct name *name = &d->name;

	for (const struct proc_file *f = dir->table; f->name; f++) {
		const char *rest = f->name + dir->prefix_len;
		struct proc_node n = { .entry = f, .table = dir->table };

		if (!sys_is_below(dir, f) || strncmp(rest, name->s, name->len))
			continue;
		if (rest[name->len] == '\0') {
			n.kind = NODE_SYS_FILE;
			return proc_inode_create(i->super, &n, S_IFREG | f->mode, dir->table == proc_sys_files ? &sys_file_ops : &proc_file_inode_ops, &proc_text_fops, out);
		}
		if (rest[name->len] == '/') {
			n.kind = NODE_SYS_DIR;
			n.prefix_len = dir->prefix_len + name->len + 1;
			return proc_inode_create(i->super, &n, S_IFDIR | 0555, &proc_sys_dir_ops, &proc_sys_fops, out);
		}
	}
	return -ENOENT;
}

static int sys_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	const struct proc_node *dir = proc_node(f->inode);
	const char *last = "";
	size_t last_len = 0;
	loff_t at = 2;

	if (!proc_emit_dots(f, e, pos))
		return 0;
	for (const struct proc_file *p = dir->table; p->name; p++, at++) {
		const char *rest = p->name + dir->prefix_len, *slash;
		char name[64];
		size_t len;

		if (!sys_is_below(dir, p)) {
			*pos += *pos == at;
			continue;
		}
		slash = strchr(rest, '/');
		len = slash ? (size_t)(slash - rest) : strlen(rest);
		if (len == last_len && !strncmp(rest, last, len)) {     /* the table is sorted: one directory, many rows */
			*pos += *pos == at;
			continue;
		}
		last = rest;
		last_len = len;
		snprintf(name, sizeof name, "%.*s", (int)len, rest);
		if (*pos == at && !proc_emit(f, e, pos, name, slash ? DT_IS_DIR : DT_IS_REG))
			return 0;
	}
	return 0;
}

const struct inode_ops proc_sysvipc_dir_ops = { .lookup = sys_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct inode_ops proc_sys_dir_ops = {
	.beyond_mode = nothing_beyond_mode, .lookup = sys_dir_lookup, .getattr = proc_getattr, .setattr = proc_setattr };
const struct file_ops proc_sys_fops = { .readdir = sys_readdir };

/*
 * fd_dir.c - the directories of descriptors, PID/fd and PID/fdinfo, and the magic links: those of descriptors,
 * and cwd, exe, root and ns/... of a process.
 *
 * A magic link leads to the object itself, also where its name leads elsewhere or nowhere; its text is for people.
 * Locks: none held while another room is called.       Context: task, may sleep.
 * Tests: tests/abi/procfs.
 */
#include "node.h"
#include <lib/printf.h>
#include <lib/string.h>
#include <task/task.h>

static int fd_dir_lookup(struct inode *i, struct dentry *d, struct inode **out)
{
	const struct proc_node *dir = proc_node(i);
	struct task *t = proc_node_task(dir);
	struct proc_node n = *dir;
	struct file *f;
	uint32_t mode = S_IFLNK;
	int err = -ENOENT;

	if (!t)
		return -ENOENT;
	if (dir->kind == NODE_FDINFO_DIR && !proc_may_inspect(t)) {
		task_put(t);
		return -EACCES;
	}
	n.fd = proc_parse_number(&d->name);
	f = n.fd >= 0 ? fd_lookup_of(t, n.fd) : NULL;
	if (f) {
		mode |= (f->mode & FILE_READ ? 0500 : 0) | (f->mode & FILE_WRITE ? 0300 : 0);
		n.kind = dir->kind == NODE_FD_DIR ? NODE_FD_LINK : NODE_FDINFO_FILE;
		err = n.kind == NODE_FD_LINK ? proc_inode_create(i->super, &n, mode, &proc_magic_link_ops, NULL, out)
					     : proc_inode_create(i->super, &n, S_IFREG | 0444, &proc_file_inode_ops, &proc_text_fops, out);
		file_put(f);
	}
	task_put(t);
	return err;
}

static int next_fd(struct file *f, struct task *t, int from) { return fd_next_of(t, from); }

static int fd_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	return proc_number_readdir(f, e, pos, next_fd, proc_node(f->inode)->kind == NODE_FD_DIR ? DT_IS_LNK : DT_IS_REG);
}

static int fd_dir_open(struct inode *i, struct file *f)
{
	struct task *t = proc_node_task(proc_node(i));
	bool may = t && proc_may_inspect(t);

	if (t)
		task_put(t);
	return may ? 0 : t ? -EACCES : -ENOENT;
}

/* A process may do with its own descriptors what it likes, whoever owns them. */
static bool fd_dir_permits(const struct inode *i)
{
	const struct proc_node *n = proc_node(i);
	const struct task *t = rcu_load(n->pid->task);

	return n->kind == NODE_FD_DIR && t && t->process == process_current();
}

const struct inode_ops proc_fd_dir_ops = { .lookup = fd_dir_lookup, .permits = fd_dir_permits, .getattr = proc_getattr, .setattr = proc_setattr };
const struct file_ops proc_fd_fops = { .readdir = fd_readdir, .open = fd_dir_open };

/* ---- links ---- */

/* The counted file of an fd link's task, or an error. */
static int link_file(struct task *t, const struct proc_node *n, struct file **out)
{
	*out = fd_lookup_of(t, n->fd);          /* first: task/inspect.h */
	if (proc_may_inspect(t))
		return *out ? 0 : -ENOENT;
	if (*out)
		file_put(*out);
	return -EACCES;
}

static int follow_task(struct task *t, const struct proc_node *n, struct path *out)
{
	struct file *f;
	int err;

	if (n->kind == NODE_PID_LINK)
		return ((const struct pid_file *)n->entry)->link(t, out);
	err = link_file(t, n, &f);
	if (err)
		return err;
	err = file_path_get(f, out);
	file_put(f);
	return err;
}

static int magic_follow(struct inode *i, struct path *out)
{
	struct task *t = proc_node_task(proc_node(i));
	int err;

	if (!t)
		return -ENOENT;
	err = follow_task(t, proc_node(i), out);
	task_put(t);
	return err;
}

static int path_text(const struct path *p, char *buf, size_t size, const char **out, size_t *len)
{
	int err = 0;
	char *s = path_to_link_text(p, &task_current()->fs->root, buf, size, &err);

	if (err)
		return err;
	*out = s;
	*len = strlen(s);
	return 0;
}

static int readlink_task(struct task *t, const struct proc_node *n, char *buf, size_t size, const char **out, size_t *len)
{
	struct path p;
	struct file *f;
	int err;

	if (n->kind == NODE_FD_LINK) {
		err = link_file(t, n, &f);
		if (err)
			return err;
		if (file_anon_name(f, buf, size)) {
			*out = buf;
			*len = strlen(buf);
		} else {
			err = path_text(&f->path, buf, size, out, len);
		}
		file_put(f);
		return err;
	}
	err = follow_task(t, n, &p);
	if (err)
		return err;
	err = path_text(&p, buf, size, out, len);
	path_put(&p);
	return err;
}

static int magic_readlink(struct inode *i, char *buf, size_t size, const char **out, size_t *len)
{
	struct task *t = proc_node_task(proc_node(i));
	int err;

	if (!t)
		return -ENOENT;
	err = readlink_task(t, proc_node(i), buf, size, out, len);
	task_put(t);
	return err;
}

const struct inode_ops proc_magic_link_ops = { .readlink = magic_readlink, .follow = magic_follow, .getattr = proc_getattr };

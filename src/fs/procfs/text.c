/*
 * text.c - opening the files of /proc that are text: who may, and which function shows or stores.
 *
 * A file holds its inode and the task it was opened for, so a show never meets a task that is freed; one that has
 * exited in between shows what is left of it. Where opening asks for the right to inspect, it holds the memory that the
 * right was for, as a structure (mem.c): of the next program nothing is told.
 * Context: task, may sleep.       Tests: tests/abi/procfs.
 */
#include "node.h"
#include <mm/slab.h>
#include <mm/space.h>

struct opened {
	const struct proc_node *node;
	struct task *task;                      /* counted; NULL outside /proc/PID */
	struct inode *inode;                    /* counted */
	struct space *space;                    /* pid_file->show_space: counted as a structure; NULL when the task has none */
};

static int show_opened(struct text_buf *b, void *arg)
{
	struct opened *o = arg;
	struct proc_node n = *o->node;

	b->view = proc_super_ns(o->inode->super);
	switch (n.kind) {
	case NODE_SYSTEM_FILE: case NODE_SYS_FILE: {
		const struct proc_file *f = n.entry;

		return f->show(b, f->arg);
	}
	case NODE_PID_FILE: {
		const struct pid_file *f = n.entry;

		if (f->show_space)
			return o->space ? f->show_space(b, o->task, o->space) : 0;
		if (n.below_task && f->show == proc_show_stat)
			return proc_show_task_stat(b, o->task);
		return f->show(b, o->task);
	}
	default:
		return proc_show_fdinfo(b, o->task, n.fd);
	}
}

static int store_opened(char *text, size_t len, void *arg)
{
	struct opened *o = arg;

	if (o->node->kind == NODE_PID_FILE)
		return ((const struct pid_file *)o->node->entry)->store(text, len, o->task);
	if (!len)
		return 0;
	if (text[len - 1] == '\n')
		text[--len] = '\0';
	return ((const struct proc_file *)o->node->entry)->store(text, len, ((const struct proc_file *)o->node->entry)->arg);
}

static void release_opened(void *arg)
{
	struct opened *o = arg;

	if (o->space)
		space_put(o->space);
	if (o->task)
		task_put(o->task);
	inode_put(o->inode);
	kfree(o);
}

static bool node_can_store(const struct proc_node *n)
{
	if (n->kind == NODE_PID_FILE)
		return ((const struct pid_file *)n->entry)->store != NULL;
	return (n->kind == NODE_SYSTEM_FILE || n->kind == NODE_SYS_FILE) && ((const struct proc_file *)n->entry)->store != NULL;
}

/* The memory that f tells of. When it is gone, lists of what is mapped are empty, and what only the owner reads is not there. */
static int open_memory(struct inode *i, const struct pid_file *f, struct space **out)
{
	int err = f->show_space ? proc_open_space(i, out) : 0;

	return !err && f->show_space && !*out && f->mode == 0400 ? -ESRCH : err;
}

static int text_open(struct inode *i, struct file *f)
{
	const struct proc_node *n = proc_node(i);
	struct opened *o = kzalloc(sizeof *o);
	struct pseudo_file p = { .show = show_opened, .store = node_can_store(n) ? store_opened : NULL, .arg = o,
		.no_store = n->pid ? -EINVAL : 0 };
	int err = 0;

	if (!o)
		return -ENOMEM;
	if (n->kind == NODE_SYS_FILE && (f->mode & FILE_WRITE) && !node_can_store(n)) {
		kfree(o);
		return -EACCES;                 /* not even for root */
	}
	o->node = n;
	if (n->pid) {
		o->task = proc_node_task(n);
		if (!o->task) {
			kfree(o);
			return -ESRCH;
		}
		if (n->kind == NODE_PID_FILE)
			err = open_memory(i, n->entry, &o->space);
		if (err) {
			task_put(o->task);
			kfree(o);
			return err;
		}
	}
	if (n->pid)
		f->mode |= FILE_NO_SPLICE;              /* as Linux has it of a process's texts but mounts (mounts.c) */
	inode_get(i);
	o->inode = i;
	return pseudo_open(f, &p, release_opened);
}

int proc_open_task(struct inode *i, struct file *f)
{
	f->priv = proc_node_task(proc_node(i));
	return f->priv ? 0 : -ESRCH;
}

const struct file_ops proc_text_fops = { .open = text_open };

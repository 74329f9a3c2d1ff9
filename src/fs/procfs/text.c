/*
 * text.c - opening the files of /proc that are text: who may, and which function shows or stores.
 *
 * A file holds its inode and the task it was opened for, so a show never meets a task that is freed; one that has
 * exited in between shows what is left of it. Where opening asks for the right to inspect, it holds the memory that the
 * right was for, as a structure (mem.c): of the next program nothing is told.
 * Context: task, may sleep.       Tests: tests/abi/procfs.
 */
#include "node.h"
#include <lib/string.h>
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
			return o->space ? f->show_space(b, o->task, o->space) : f->show_space == proc_show_smaps_rollup ? -ESRCH : 0;
		if (n.below_task && f->show == proc_show_stat)
			return proc_show_task_stat(b, o->task);
		if (n.below_task && f->show == proc_show_io)
			return proc_show_task_io(b, o->task);
		return f->show(b, o->task);
	}
	default:
		return proc_show_fdinfo(b, o->task, n.fd);
	}
}

/* A line that goes on behind the first `at` bytes of what is there; what would leave a gap is taken and forgotten. */
static int store_string(const struct proc_file *f, const char *text, loff_t at)
{
	struct text_buf b = { 0 };
	const char *eol = strchr(text, '\n');
	int err = at ? f->show(&b, f->arg) : 0;

	if (!err && (uint64_t)at < MAX(b.len, 1ul)) {
		b.len = (size_t)at;
		err = text_write(&b, text, eol ? (size_t)(eol - text) : strlen(text));
		if (!err)
			err = text_write(&b, "", 1);
		if (!err)
			err = f->store(b.data, b.len - 1, f->arg);
	}
	text_fini(&b);
	return err;
}

static int store_opened(char *text, size_t len, loff_t at, void *arg)
{
	struct opened *o = arg;
	const struct proc_file *f = o->node->entry;

	if (o->node->kind == NODE_PID_FILE)
		return ((const struct pid_file *)o->node->entry)->store(text, len, at, o->task);
	if (!len)
		return 0;
	if (f->kind == PROC_STRING)
		return store_string(f, text, at);
	return at ? 0 : f->store(text, len, f->arg);
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

static enum pseudo_manner manner_of(const struct proc_node *n)
{
	if (n->kind == NODE_PID_FILE)
		return ((const struct pid_file *)n->entry)->manner;
	return n->kind == NODE_SYS_FILE && n->table == proc_sys_files ? PSEUDO_SETTING : n->pid ? PSEUDO_TASK : PSEUDO_SYSTEM;
}

static bool is_plain(const struct proc_node *n)
{
	const struct proc_file *f = n->kind == NODE_SYSTEM_FILE || n->kind == NODE_SYS_FILE ? n->entry : NULL;

	return f && (f->kind == PROC_PLAIN || f->kind == PROC_POLLED);
}

static int text_open(struct inode *i, struct file *f)
{
	const struct proc_node *n = proc_node(i);
	struct opened *o = kzalloc(sizeof *o);
	struct pseudo_file p = { .show = show_opened, .store = node_can_store(n) ? store_opened : NULL, .arg = o, .manner = manner_of(n) };
	int err = 0;

	if (!o)
		return -ENOMEM;
	if (p.manner == PSEUDO_SETTING) {
		(void)proc_sys_changes(n->entry, &p.pollable, &p.changes);
		p.only_whole = ((const struct proc_file *)n->entry)->kind != PROC_STRING;
	}
	p.only_readable = n->kind == NODE_SYSTEM_FILE && ((const struct proc_file *)n->entry)->kind == PROC_POLLED;
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
	if (n->pid || is_plain(n))
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

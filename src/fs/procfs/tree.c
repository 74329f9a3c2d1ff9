/*
 * tree.c - the directories of /proc: look-up, listing, and opening of what they hold.
 *
 * Every inode carries a struct node: which directory or file it is, and for those of
 * a process its struct pid (counted). The task is found anew through the pid at each
 * use, so an inode kept open never keeps a process; when the task is gone the answer
 * is ESRCH. Dentries of a process are valid while its pid names a live task; those of
 * descriptors are looked up again on every walk.
 * Locks: none of its own. RCU for pid->task. Context: task, may sleep, but revalidate().
 */
#include "procfs_priv.h"
#include <fs/dcache.h>
#include <fs/file.h>
#include <fs/filesystems.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/magic.h>
#include <mm/slab.h>
#include <task/cred.h>
#include <task/pid_ns.h>
#include <task/user_ns.h>
#include <trace/klog.h>
#include <asm/statfs.h>

enum node_kind {
	NODE_ROOT, NODE_SYSTEM_FILE, NODE_SYS_DIR, NODE_SYS_FILE, NODE_SELF, NODE_THREAD_SELF, NODE_MOUNTS,
	NODE_PID_DIR, NODE_TASK_DIR, NODE_TID_DIR, NODE_PID_FILE, NODE_PID_LINK,
	NODE_FD_DIR, NODE_FDINFO_DIR, NODE_NS_DIR, NODE_FD_LINK, NODE_FDINFO_FILE,
};

struct node {
	enum node_kind kind;
	bool below_task;                        /* of a single thread: /proc/PID/task/TID */
	struct pid *pid;                        /* counted, or NULL */
	const void *entry;                      /* struct proc_file or pid_file */
	const struct proc_file *table;          /* NODE_SYS_DIR, NODE_SYS_FILE: where entry stands */
	int fd;
	size_t prefix_len;                      /* NODE_SYS_DIR: this much of entry's name, with the slash */
};

static const struct inode_ops dir_ops, link_ops, magic_ops, file_ops_of_inode;
static const struct file_ops root_fops, sys_fops, pid_fops, task_fops, fd_fops, text_fops, ns_fops;

/* The namespace whose numbers this /proc shows: counted by its super block. */
static struct pid_ns *super_ns(const struct super *s) { return s->priv; }
static struct node *node_of(const struct inode *i) { return i->priv; }

/* The live task of a node, counted, or NULL. */
static struct task *node_task(const struct node *n)
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

static void take_owner(struct inode *i)
{
	struct node *n = node_of(i);
	struct task *t;

	if (!n->pid || n->kind == NODE_SELF)
		return;
	t = node_task(n);
	if (!t)
		return;
	if (t->process->dumpable || i->mode == (S_IFDIR | 0555)) {
		rcu_read_lock();
		i->uid = rcu_load(t->cred)->euid;
		i->gid = rcu_load(t->cred)->egid;
		rcu_read_unlock();
	} else {
		i->uid = i->gid = 0;            /* it holds secrets: not even its own user's */
	}
	task_put(t);
}

/* An inode for a copy of n; takes its own reference on n->pid. */
static int make_inode(struct super *s, const struct node *n, uint32_t mode, const struct inode_ops *ops, const struct file_ops *fops, struct inode **out)
{
	struct inode *i = inode_alloc(s);
	struct node *copy = kmalloc(sizeof *copy, 0);

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
	take_owner(i);
	*out = i;
	return 0;
}

static void evict(struct inode *i)
{
	struct node *n = node_of(i);

	if (n && n->pid)
		pid_put(n->pid);
	kfree(n);
}

static bool revalidate(struct dentry *d)
{
	struct inode *i = load_acquire(&d->inode);
	const struct node *n = i ? node_of(i) : NULL;

	if (!n || !n->pid)
		return true;
	if (n->kind == NODE_FD_LINK || n->kind == NODE_FDINFO_FILE)
		return false;
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

static int getattr(struct inode *i)
{
	struct node *n = node_of(i);
	struct task *t;

	take_owner(i);
	if (n->kind == NODE_FD_LINK)
		i->size = FD_LINK_SIZE;
	if (n->kind == NODE_FD_DIR && (t = node_task(n))) {
		i->size = count_fds(t);
		task_put(t);
	}
	return 0;
}

/* ---- opening text ---- */

struct opened { const struct node *node; struct task *task; struct inode *inode; };

static int show_opened(struct text_buf *b, void *arg)
{
	struct opened *o = arg;
	struct node n = *o->node;

	b->view = super_ns(o->inode->super);
	switch (n.kind) {
	case NODE_SYSTEM_FILE: case NODE_SYS_FILE: {
		const struct proc_file *f = n.entry;

		return f->show(b, f->arg);
	}
	case NODE_PID_FILE: {
		const struct pid_file *f = n.entry;

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

	if (o->task)
		task_put(o->task);
	inode_put(o->inode);
	kfree(o);
}

static bool can_store(const struct node *n)
{
	if (n->kind == NODE_PID_FILE)
		return ((const struct pid_file *)n->entry)->store != NULL;
	return (n->kind == NODE_SYSTEM_FILE || n->kind == NODE_SYS_FILE) && ((const struct proc_file *)n->entry)->store != NULL;
}

static bool proc_tells_mounts(const struct pid_file *f)
{
	return f->show == proc_show_mounts || f->show == proc_show_mountinfo || f->show == proc_show_mountstats;
}

static int text_open(struct inode *i, struct file *f)
{
	const struct node *n = node_of(i);
	struct opened *o = kzalloc(sizeof *o);
	struct pseudo_file p = { .show = show_opened, .store = can_store(n) ? store_opened : NULL, .arg = o,
		.no_store = n->pid ? -EINVAL : 0 };

	if (n->kind == NODE_PID_FILE && proc_tells_mounts(n->entry)) {
		p.pollable = &mounts_pollable;
		p.changes = &mounts_changes;
	}
	if (!o)
		return -ENOMEM;
	if (n->kind == NODE_SYS_FILE && (f->mode & FILE_WRITE) && !can_store(n)) {
		kfree(o);
		return -EACCES;                 /* not even for root */
	}
	o->node = n;
	if (n->pid) {
		o->task = node_task(n);
		if (!o->task) {
			kfree(o);
			return -ESRCH;
		}
		if (n->kind == NODE_PID_FILE && proc_file_inspects(n->entry) && !proc_may_inspect(o->task)) {
			task_put(o->task);
			kfree(o);
			return -EACCES;
		}
	}
	inode_get(i);
	o->inode = i;
	return pseudo_open(f, &p, release_opened);
}

int proc_open_task(struct inode *i, struct file *f)
{
	f->priv = node_task(node_of(i));
	return f->priv ? 0 : -ESRCH;
}

/* ---- look-up ---- */

/* A decimal number without leading zeroes, or -1. */
static int parse_number(const struct name *name)
{
	uint64_t v = 0;

	if (!name->len || name->len > 10 || (name->len > 1 && name->s[0] == '0'))
		return -1;
	for (uint32_t i = 0; i < name->len; i++) {
		if (name->s[i] < '0' || name->s[i] > '9')
			return -1;
		v = v * 10 + (name->s[i] - '0');
	}
	return v <= 0x7fffffff ? (int)v : -1;
}

static bool name_is(const struct name *n, const char *s) { return strlen(s) == n->len && !memcmp(n->s, s, n->len); }

static int lookup_pid(struct super *s, const struct name *name, bool group, struct node *parent, struct inode **out)
{
	struct node n = { .kind = group ? NODE_PID_DIR : NODE_TID_DIR, .below_task = !group };
	struct task *t;
	int nr = parse_number(name), err = -ENOENT;

	if (nr <= 0)
		return -ENOENT;
	t = task_lookup_in(super_ns(s), nr);
	if (!t)
		return -ENOENT;
	/* Any thread's number is found below /proc, as Linux does; below task/ only those of the group. */
	if (group || (parent->pid && t->process->pid == parent->pid)) {
		n.pid = t->pid;
		err = n.pid ? make_inode(s, &n, S_IFDIR | 0555, &dir_ops, &pid_fops, out) : -ENOENT;
	}
	task_put(t);
	return err;
}

static int lookup_root(struct super *s, const struct name *name, struct inode **out)
{
	struct node n = { 0 };

	for (const struct proc_file *f = proc_system_files; f->name; f++)
		if (name_is(name, f->name)) {
			n = (struct node){ .kind = NODE_SYSTEM_FILE, .entry = f };
			return make_inode(s, &n, S_IFREG | f->mode, &file_ops_of_inode, &text_fops, out);
		}
	if (name_is(name, "self") || name_is(name, "thread-self") || name_is(name, "mounts")) {
		n.kind = name_is(name, "self") ? NODE_SELF : name_is(name, "mounts") ? NODE_MOUNTS : NODE_THREAD_SELF;
		return make_inode(s, &n, S_IFLNK | 0777, &link_ops, NULL, out);
	}
	if (name_is(name, "sys")) {
		n = (struct node){ .kind = NODE_SYS_DIR, .entry = &proc_sys_files[0], .table = proc_sys_files };
		return make_inode(s, &n, S_IFDIR | 0555, &dir_ops, &sys_fops, out);
	}
	if (name_is(name, "sysvipc")) {
		n = (struct node){ .kind = NODE_SYS_DIR, .entry = &proc_sysvipc_files[0], .table = proc_sysvipc_files };
		return make_inode(s, &n, S_IFDIR | 0555, &dir_ops, &sys_fops, out);
	}
	return lookup_pid(s, name, true, NULL, out);
}

/* Does f stand below the directory that n is? */
static bool sys_is_below(const struct node *n, const struct proc_file *f)
{
	return !strncmp(f->name, ((const struct proc_file *)n->entry)->name, n->prefix_len);
}

static int lookup_sys(struct super *s, struct node *dir, const struct name *name, struct inode **out)
{
	for (const struct proc_file *f = dir->table; f->name; f++) {
		const char *rest = f->name + dir->prefix_len;
		struct node n = { .entry = f, .table = dir->table };

		if (!sys_is_below(dir, f) || strncmp(rest, name->s, name->len))
			continue;
		if (rest[name->len] == '\0') {
			n.kind = NODE_SYS_FILE;
			return make_inode(s, &n, S_IFREG | f->mode, &file_ops_of_inode, &text_fops, out);
		}
		if (rest[name->len] == '/') {
			n.kind = NODE_SYS_DIR;
			n.prefix_len = dir->prefix_len + name->len + 1;
			return make_inode(s, &n, S_IFDIR | 0555, &dir_ops, &sys_fops, out);
		}
	}
	return -ENOENT;
}

static const struct { const char *name; enum node_kind kind; uint32_t mode; const struct file_ops *fops; } pid_dirs[] = {
	{ "fd", NODE_FD_DIR, 0500, &fd_fops }, { "fdinfo", NODE_FDINFO_DIR, 0555, &fd_fops },
	{ "ns", NODE_NS_DIR, 0511, &ns_fops }, { "task", NODE_TASK_DIR, 0555, &task_fops },
};

static bool stands_in(const struct pid_file *f, const struct node *dir)
{
	return f->where == PID_FILE_BOTH || f->where == (dir->below_task ? PID_FILE_THREAD : PID_FILE_PROCESS);
}

static int lookup_in_pid(struct super *s, struct node *dir, const struct name *name, struct inode **out)
{
	struct node n = *dir;

	for (size_t i = 0; i < ARRAY_SIZE(pid_dirs); i++)
		if (name_is(name, pid_dirs[i].name) && !(dir->below_task && pid_dirs[i].kind == NODE_TASK_DIR)) {
			n.kind = pid_dirs[i].kind;
			return make_inode(s, &n, S_IFDIR | pid_dirs[i].mode, &dir_ops, pid_dirs[i].fops, out);
		}
	for (const struct pid_file *f = proc_pid_files; f->name; f++)
		if (name_is(name, f->name) && stands_in(f, dir)) {
			n.kind = f->link ? NODE_PID_LINK : NODE_PID_FILE;
			n.entry = f;
			return make_inode(s, &n, (f->link ? S_IFLNK : S_IFREG) | f->mode, f->link ? &magic_ops : &file_ops_of_inode,
					  f->link ? NULL : f->fops ? f->fops : &text_fops, out);
		}
	return -ENOENT;
}

static int lookup_ns(struct super *s, struct node *dir, const struct name *name, struct inode **out)
{
	struct node n = *dir;

	for (const struct pid_file *f = proc_ns_files; f->name; f++)
		if (name_is(name, f->name)) {
			n.kind = NODE_PID_LINK;
			n.entry = f;
			return make_inode(s, &n, S_IFLNK | f->mode, &magic_ops, NULL, out);
		}
	return -ENOENT;
}

static int lookup_fd(struct super *s, struct node *dir, const struct name *name, struct inode **out)
{
	struct task *t = node_task(dir);
	struct node n = *dir;
	struct file *f;
	uint32_t mode = S_IFLNK;
	int err = -ENOENT;

	if (!t)
		return -ENOENT;
	n.fd = parse_number(name);
	f = n.fd >= 0 ? fd_lookup_of(t, n.fd) : NULL;
	if (f) {
		mode |= (f->mode & FILE_READ ? 0500 : 0) | (f->mode & FILE_WRITE ? 0300 : 0);
		n.kind = dir->kind == NODE_FD_DIR ? NODE_FD_LINK : NODE_FDINFO_FILE;
		err = n.kind == NODE_FD_LINK ? make_inode(s, &n, mode, &magic_ops, NULL, out)
					     : make_inode(s, &n, S_IFREG | 0444, &file_ops_of_inode, &text_fops, out);
		file_put(f);
	}
	task_put(t);
	return err;
}

static int dir_lookup(struct inode *dir, struct dentry *d, struct inode **out)
{
	struct super *s = dir->super;
	struct node *n = node_of(dir);

	switch (n->kind) {
	case NODE_ROOT: return lookup_root(s, &d->name, out);
	case NODE_SYS_DIR: return lookup_sys(s, n, &d->name, out);
	case NODE_PID_DIR: case NODE_TID_DIR: return lookup_in_pid(s, n, &d->name, out);
	case NODE_TASK_DIR: return lookup_pid(s, &d->name, false, n, out);
	case NODE_NS_DIR: return lookup_ns(s, n, &d->name, out);
	case NODE_FD_DIR: case NODE_FDINFO_DIR: return lookup_fd(s, n, &d->name, out);
	default: return -ENOTDIR;
	}
}

/* ---- links ---- */

static int self_readlink(struct inode *i, char *buf, size_t size, const char **out, size_t *len)
{
	int nr = pid_nr_in(process_current()->pid, super_ns(i->super));

	if (!nr && node_of(i)->kind != NODE_MOUNTS)
		return -ENOENT;                 /* one who looks at a /proc of another namespace */
	switch (node_of(i)->kind) {
	case NODE_MOUNTS:
		*len = scnprintf(buf, size, "self/mounts");
		break;
	case NODE_SELF:
		*len = scnprintf(buf, size, "%d", nr);
		break;
	default:
		*len = scnprintf(buf, size, "%d/task/%d", nr, pid_nr_in(task_current()->pid, super_ns(i->super)));
	}
	*out = buf;
	return 0;
}

/* The counted file of an fd link's task, or an error. */
static int link_file(struct task *t, const struct node *n, struct file **out)
{
	if (!proc_may_inspect(t))
		return -EACCES;
	*out = fd_lookup_of(t, n->fd);
	return *out ? 0 : -ENOENT;
}

static int follow_task(struct task *t, const struct node *n, struct path *out)
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
	struct task *t = node_task(node_of(i));
	int err;

	if (!t)
		return -ENOENT;
	err = follow_task(t, node_of(i), out);
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

static int readlink_task(struct task *t, const struct node *n, char *buf, size_t size, const char **out, size_t *len)
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
	struct task *t = node_task(node_of(i));
	int err;

	if (!t)
		return -ENOENT;
	err = readlink_task(t, node_of(i), buf, size, out, len);
	task_put(t);
	return err;
}

/* ---- listing ---- */

#define FIRST_PID 256                       /* cursor of process n in the root: FIRST_PID + n */

static uint64_t made_up_ino(const struct inode *dir, uint64_t n) { return (dir->ino << 20 ^ n) + 1; }

static bool emit_dots(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	if (*pos == 0 && !dir_emit(e, ".", 1, f->inode->ino, 4 /* DT_DIR */, ++*pos))
		return --*pos, false;
	if (*pos == 1 && !dir_emit(e, "..", 2, f->inode->ino, 4, ++*pos))
		return --*pos, false;
	return true;
}

/* Emit the entry that stands at *pos and move on; false when the buffer is full. */
static bool emit(struct file *f, struct dir_emitter *e, loff_t *pos, const char *name, unsigned type)
{
	if (!dir_emit(e, name, strlen(name), made_up_ino(f->inode, *pos), type, *pos + 1))
		return false;
	++*pos;
	return true;
}

enum { DT_IS_DIR = 4, DT_IS_REG = 8, DT_IS_LNK = 10 };

static int root_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	static const struct { const char *name; unsigned type; } others[] = {
		{ "self", DT_IS_LNK }, { "thread-self", DT_IS_LNK }, { "mounts", DT_IS_LNK }, { "sys", DT_IS_DIR },
		{ "sysvipc", DT_IS_DIR },
	};
	loff_t at = 2;
	char name[12];

	if (!emit_dots(f, e, pos))
		return 0;
	for (const struct proc_file *p = proc_system_files; p->name; p++, at++)
		if (*pos == at && !emit(f, e, pos, p->name, DT_IS_REG))
			return 0;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++, at++)
		if (*pos == at && !emit(f, e, pos, others[i].name, others[i].type))
			return 0;
	if (*pos < FIRST_PID)
		*pos = FIRST_PID;
	for (;;) {
		int nr = (int)*pos - FIRST_PID;
		struct process *p = process_next(super_ns(f->inode->super), &nr);

		if (!p)
			return 0;
		process_put(p);
		snprintf(name, sizeof name, "%d", nr);
		*pos = FIRST_PID + nr;
		if (!emit(f, e, pos, name, DT_IS_DIR))
			return 0;
	}
}

static int sys_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	struct node *dir = node_of(f->inode);
	const char *last = "";
	size_t last_len = 0;
	loff_t at = 2;

	if (!emit_dots(f, e, pos))
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
		if (*pos == at && !emit(f, e, pos, name, slash ? DT_IS_DIR : DT_IS_REG))
			return 0;
	}
	return 0;
}

static int pid_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	struct node *n = node_of(f->inode);
	loff_t at = 2;

	if (!load_relaxed(&n->pid->task))       /* relaxed: only whether it is there */
		return -ENOENT;
	if (!emit_dots(f, e, pos))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(pid_dirs); i++, at++) {
		if (n->below_task && pid_dirs[i].kind == NODE_TASK_DIR)
			*pos += *pos == at;
		else if (*pos == at && !emit(f, e, pos, pid_dirs[i].name, DT_IS_DIR))
			return 0;
	}
	for (const struct pid_file *p = proc_pid_files; p->name; p++, at++)
		if (!stands_in(p, n))
			*pos += *pos == at;
		else if (*pos == at && !emit(f, e, pos, p->name, p->link ? DT_IS_LNK : DT_IS_REG))
			return 0;
	return 0;
}

static int ns_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	loff_t at = 2;

	if (!emit_dots(f, e, pos))
		return 0;
	for (const struct pid_file *p = proc_ns_files; p->name; p++, at++)
		if (*pos == at && !emit(f, e, pos, p->name, DT_IS_LNK))
			return 0;
	return 0;
}

/* The smallest thread id of the group that is at least from, or -1. */
static int next_tid(struct file *f, struct task *t, int from)
{
	const struct pid_ns *ns = super_ns(f->inode->super);
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

/* Listing of numbers: threads, or descriptors. The cursor of number n is 2 + n. */
static int number_readdir(struct file *f, struct dir_emitter *e, loff_t *pos, int (*next)(struct file *f, struct task *t, int from), unsigned type)
{
	struct task *t = node_task(node_of(f->inode));
	char name[12];

	if (!t)
		return -ENOENT;
	if (emit_dots(f, e, pos))
		for (;;) {
			int nr = next(f, t, *pos - 2);

			if (nr < 0)
				break;
			snprintf(name, sizeof name, "%d", nr);
			*pos = nr + 2;
			if (!emit(f, e, pos, name, type))
				break;
		}
	task_put(t);
	return 0;
}

static int task_readdir(struct file *f, struct dir_emitter *e, loff_t *pos) { return number_readdir(f, e, pos, next_tid, DT_IS_DIR); }

static int next_fd(struct file *f, struct task *t, int from) { return fd_next_of(t, from); }

static int fd_readdir(struct file *f, struct dir_emitter *e, loff_t *pos)
{
	return number_readdir(f, e, pos, next_fd, node_of(f->inode)->kind == NODE_FD_DIR ? DT_IS_LNK : DT_IS_REG);
}

/* ---- tables, super block ---- */

/* Linux's rules: what stands for a task or a parameter keeps its mode. */
static int proc_setattr(struct inode *i, const struct inode_attr *a)
{
	enum node_kind kind = node_of(i)->kind;
	bool is_sys = kind == NODE_SYS_DIR || kind == NODE_SYS_FILE;

	if ((a->valid & ATTR_MODE) && (is_sys || node_of(i)->pid))
		return -EPERM;
	if ((a->valid & (ATTR_UID | ATTR_GID)) && is_sys)
		return -EPERM;
	return inode_setattr_generic(i, a);
}

static const struct inode_ops dir_ops = { .lookup = dir_lookup, .getattr = getattr, .setattr = proc_setattr };
static const struct inode_ops link_ops = { .readlink = self_readlink };
static const struct inode_ops magic_ops = { .readlink = magic_readlink, .follow = magic_follow, .getattr = getattr };
static const struct inode_ops file_ops_of_inode = { .getattr = getattr, .setattr = proc_setattr };
static const struct file_ops root_fops = { .readdir = root_readdir };
static const struct file_ops sys_fops = { .readdir = sys_readdir };
static const struct file_ops pid_fops = { .readdir = pid_readdir };

struct pid *procfs_pid(const struct file *f)
{
	const struct node *n = f->ops == &pid_fops ? node_of(f->inode) : NULL;

	return n && n->kind == NODE_PID_DIR ? n->pid : NULL;
}

static const struct file_ops task_fops = { .readdir = task_readdir };

static int fd_dir_open(struct inode *i, struct file *f)
{
	struct task *t = node_task(node_of(i));
	bool may = t && proc_may_inspect(t);

	if (t)
		task_put(t);
	return may ? 0 : t ? -EACCES : -ENOENT;
}

static const struct file_ops fd_fops = { .readdir = fd_readdir, .open = fd_dir_open };
static const struct file_ops ns_fops = { .readdir = ns_readdir };
static const struct file_ops text_fops = { .open = text_open };

static int statfs(struct super *s, void *out)
{
	struct statfs *st = out;

	st->f_type = PROC_SUPER_MAGIC;
	st->f_bsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX_LEN;
	return 0;
}

static void put_super(struct super *s) { pid_ns_put(super_ns(s)); }

static const struct super_ops super_ops = { .evict = evict, .statfs = statfs, .revalidate = revalidate, .put_super = put_super };
static struct fs_type proc_type;

static int super_make(struct pid_ns *ns, struct super **out)
{
	struct node root = { .kind = NODE_ROOT };
	struct super *s = super_alloc(&proc_type, &super_ops);
	struct inode *i;
	struct name name;

	if (!s)
		return -ENOMEM;
	pid_ns_get(ns);
	s->priv = ns;
	s->magic = PROC_SUPER_MAGIC;
	s->no_negative = true;
	s->block_size = 1024;
	dentry_init_name(&name, "/", 1);
	if (make_inode(s, &root, S_IFDIR | 0555, &dir_ops, &root_fops, &i)) {
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
	*out = s;
	return 0;
}

/* Each mount is a file system of its own, as on Linux: they may differ in whose numbers they show. */
static int proc_mount(const struct fs_type *t, unsigned flags, const char *source, const char *options, struct super **out)
{
	struct pid_ns *ns = pid_ns_current();

	if (!capable_over(&ns->ns, CAP_SYS_ADMIN))
		return -EPERM;
	return super_make(ns, out);
}

static struct fs_type proc_type = { .name = "proc", .nodev = true, .for_user_ns = true, .shows_system = true, .mount = proc_mount };

void procfs_init(void)
{
	fs_register(&proc_type);
}

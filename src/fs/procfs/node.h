/*
 * node.h - shared by the directories of /proc: what an inode stands for, and how a directory looks up and lists.
 *
 * Every inode's priv is a struct proc_node: which directory or file it is, and for those of a process its struct pid
 * (counted). The task is found anew through the pid at each use, so an inode kept open never keeps a process; when the
 * task is gone the answer is ESRCH. Dentries of a process are valid while its pid names a live task; those of
 * descriptors are looked up again on every walk.
 * Locks: RCU for pid->task.       Context: task, may sleep.
 */
#pragma once
#include "procfs_priv.h"
#include <fs/dcache.h>
#include <fs/file.h>
#include <task/pid_ns.h>

enum node_kind {
	NODE_ROOT, NODE_SYSTEM_FILE, NODE_SYS_DIR, NODE_SYS_FILE, NODE_SELF, NODE_THREAD_SELF, NODE_MOUNTS,
	NODE_PID_DIR, NODE_TASK_DIR, NODE_TID_DIR, NODE_PID_FILE, NODE_PID_LINK,
	NODE_FD_DIR, NODE_FDINFO_DIR, NODE_NS_DIR, NODE_FD_LINK, NODE_FDINFO_FILE,
};

struct proc_node {
	enum node_kind kind;
	bool below_task;                        /* of a single thread: /proc/PID/task/TID */
	struct pid *pid;                        /* counted, or NULL */
	const void *entry;                      /* struct proc_file or pid_file */
	const struct proc_file *table;          /* NODE_SYS_DIR, NODE_SYS_FILE: where entry stands */
	int fd;
	size_t prefix_len;                      /* NODE_SYS_DIR: this much of entry's name, with the slash */
};

static inline struct proc_node *proc_node(const struct inode *i) { return i->priv; }
/* hidepid=, from the least on: each hides what those before it do, but the last asks only who may inspect. */
enum { PROC_HIDE_NOTHING, PROC_HIDE_CONTENTS, PROC_HIDE_ALL, PROC_HIDE_UNTRACED = 4 };
struct proc_options { unsigned hide; uint32_t gid; bool only_pids; };
struct proc_super { struct pid_ns *ns; struct proc_options options; struct rcu_head rcu; };     /* ns: counted; walks look at options under RCU */
/* The namespace whose numbers this /proc shows. */
static inline struct pid_ns *proc_super_ns(const struct super *s) { return ((struct proc_super *)s->priv)->ns; }
static inline struct proc_options *proc_options(const struct super *s) { return &((struct proc_super *)s->priv)->options; }
static inline bool proc_hides(const struct super *s) { return load_relaxed(&proc_options(s)->hide) != PROC_HIDE_NOTHING; }     /* relaxed: a setting */

/* ---- hide.c ---- */
/* Text as for mount(2), into what o holds. 0, -EINVAL, -ENOMEM. */
__must_check int proc_options_parse(const char *text, struct proc_options *o);
int proc_check_option(const char *option);
int proc_show_options(struct super *s, char *buf, size_t size);
int proc_remount(struct super *s, unsigned flags, const char *text);
/* May the current task know of t what is hidden at `from` and above? */
bool proc_is_told_of(const struct super *s, struct task *t, unsigned from);
int proc_pid_beyond_mode(const struct inode *i, int mask);     /* of a process's directory, when its mode is 0 */

/* ---- super.c ---- */
/* The live task of a node with a pid, counted, or NULL. */
struct task *proc_node_task(const struct proc_node *n);
/* An inode for a copy of n, with a reference of its own on n->pid. 0 or -ENOMEM. */
__must_check int proc_inode_create(struct super *s, const struct proc_node *n, uint32_t mode, const struct inode_ops *ops,
				   const struct file_ops *fops, struct inode **out);
int proc_getattr(struct inode *i, struct kstat *st);
/* Linux's rules: what stands for a task or a parameter keeps its mode. 0, -EPERM and those of inode_setattr_generic(). */
int proc_setattr(struct inode *i, const struct inode_attr *a);
extern const struct inode_ops proc_file_inode_ops;

/* ---- text.c ---- */
extern const struct file_ops proc_text_fops;    /* proc_file, pid_file and fdinfo: generated once per open */

/* ---- the directories: one pair of tables each ---- */
extern const struct inode_ops proc_root_dir_ops, proc_sys_dir_ops, proc_sysvipc_dir_ops, proc_pid_dir_ops, proc_task_dir_ops, proc_ns_dir_ops, proc_fd_dir_ops;
extern const struct file_ops proc_root_fops, proc_sys_fops, proc_pid_fops, proc_task_fops, proc_ns_fops, proc_fd_fops;
extern const struct inode_ops proc_magic_link_ops;      /* fd_dir.c: NODE_PID_LINK, NODE_FD_LINK */
/* The directory of task number `name`: PID of the root, or TID of `parent`'s group. 0, -ENOENT, -ENOMEM. */
__must_check int proc_lookup_task(struct super *s, const struct name *name, const struct proc_node *parent, struct inode **out);

/* ---- dir.c: words of look-up and listing ---- */
enum { DT_IS_DIR = 4, DT_IS_REG = 8, DT_IS_LNK = 10 };   /* d_type of getdents64(2) */

int proc_parse_number(const struct name *name); /* decimal, no leading zeroes; -1: it is none */
bool proc_name_is(const struct name *n, const char *s);
/* Both: emit what stands at *pos and move on; false when the buffer is full. Entries of a table start at 2. */
bool proc_emit_dots(struct file *f, struct dir_emitter *e, loff_t *pos);
bool proc_emit(struct file *f, struct dir_emitter *e, loff_t *pos, const char *name, unsigned type);
/*
 * List numbers of a task: next() tells the smallest from `from` on, or -1. The cursor of number n is 2 + n.
 * 0, or -ENOENT when the task is gone.
 */
int proc_number_readdir(struct file *f, struct dir_emitter *e, loff_t *pos, int (*next)(struct file *f, struct task *t, int from),
			unsigned type);

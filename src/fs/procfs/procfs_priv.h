/*
 * procfs_priv.h - shared inside procfs: the tables of files and what shows them.
 *
 * A file is generated once per open into a text buffer (fs/pseudo.h). Per-process
 * shows get the counted task they belong to; a task that has exited shows ESRCH.
 */
#pragma once
#include <fs/pseudo.h>
#include <task/inspect.h>
#include <task/process.h>
#include <task/pid.h>

struct proc_file {                          /* a generated file of the root or of /proc/sys */
	const char *name;
	uint32_t mode;
	int (*show)(struct text_buf *b, void *arg);
	int (*store)(char *text, size_t len, void *arg);   /* NULL: read-only */
	void *arg;
	enum {
		PROC_USUAL,                     /* of /proc/sys: numbers, read and written as a whole, at place 0 */
		PROC_STRING,                    /* of /proc/sys: read and written in parts */
		PROC_PLAIN,                     /* of /proc: not spliced */
		PROC_POLLED,                    /* the same, and readable is all that poll tells */
	} kind;
};

struct pid_file {                           /* a file of /proc/PID and /proc/PID/task/TID */
	const char *name;
	uint32_t mode;
	int (*show)(struct text_buf *b, struct task *t);
	int (*store)(char *text, size_t len, loff_t at, struct task *t);
	int (*link)(struct task *t, struct path *out);     /* magic link instead of text */
	const struct file_ops *fops;            /* a file of its own kind, opened with proc_open_task() */
	enum { PID_FILE_BOTH, PID_FILE_PROCESS, PID_FILE_THREAD } where;
	/* Instead of show: of the memory that the task had when the file was opened; s is counted as a structure only. */
	int (*show_space)(struct text_buf *b, struct task *t, struct space *s);
	enum pseudo_manner manner;
};

extern const struct proc_file proc_system_files[];     /* system.c; ends with name NULL */
extern const struct proc_file proc_sys_files[];        /* sys.c: names are paths below /proc/sys */
/* setting.c: an integer with a range; arg of the table's row. */
struct proc_setting {
	void *at;                               /* int, or uint64_t */
	bool is_wide, is_count;                 /* unsigned: a uint64_t, an int */
	bool takes_rest;                        /* what stands behind the number counts as taken */
	int64_t min, max;                       /* of wide ones as unsigned */
};
/* One int as proc_number_next() has it. */
__must_check int proc_int_next(const char **at, const char *end, int64_t *out);
/* For files of /proc/PID: a number to the end of text, or to a newline there; base 0: by its prefix. 0, -EINVAL, -ERANGE. */
__must_check int proc_parse_value(const char *text, unsigned base, uint64_t *out);
/* The same of an int with blanks around it, which are cut off. */
__must_check int proc_parse_signed(char *text, int64_t *out);
int proc_show_setting(struct text_buf *b, void *arg);
int proc_store_setting(char *text, size_t len, void *arg);
int proc_store_overcommit_kbytes(char *text, size_t len, void *arg);
int proc_store_overcommit_ratio(char *text, size_t len, void *arg);
int proc_show_printk(struct text_buf *b, void *arg);
int proc_store_printk(char *text, size_t len, void *arg);
int proc_store_fixed(char *text, size_t len, void *arg);
int proc_store_file_max(char *text, size_t len, void *arg);
extern struct proc_setting proc_set_map_count, proc_set_overcommit_memory, proc_set_overcommit_ratio, proc_set_overcommit_kbytes,
	proc_set_admin_reserve, proc_set_user_reserve, proc_set_oom_panic, proc_set_oom_kill_allocating, proc_set_file_max,
	proc_set_suid_dumpable, proc_set_core_uses_pid, proc_set_nr_open, proc_set_mount_max, proc_set_randomize, proc_set_zero, proc_set_one, proc_set_overflow_id, proc_set_mmap_min, proc_set_rr_slice,
	proc_set_hugetlb_group, proc_set_hugetlb_overcommit, proc_set_pid_max, proc_set_dir_notify, proc_set_lease_break_time,
	proc_set_leases_enable, proc_set_inotify_events, proc_set_inotify_instances, proc_set_inotify_watches, proc_set_hardlinks,
	proc_set_symlinks, proc_set_fifos, proc_set_regular;
int proc_show_ipc_limit(struct text_buf *b, void *arg);      /* ipc.c; arg: enum proc_ipc_limit */
int proc_store_ipc_limit(char *text, size_t len, void *arg);
/* What poll tells of a file of /proc/sys: for those that someone watches. false: nothing. */
bool proc_sys_changes(const struct proc_file *f, struct pollable **p, atomic_uint **changes);
void proc_sys_init(void);                       /* sys.c */
extern const struct proc_file proc_sysvipc_files[];    /* ipc.c, as that of /proc/sys */
extern const struct pid_file proc_ns_files[];          /* ns.c: links below /proc/PID/ns */
extern const struct pid_file proc_pid_files[];         /* pid.c */

int proc_show_cmdline(struct text_buf *b, struct task *t);   /* args.c */
int proc_show_environ(struct text_buf *b, struct task *t, struct space *s);
int proc_show_maps(struct text_buf *b, struct task *t, struct space *s);      /* maps.c */
int proc_show_smaps(struct text_buf *b, struct task *t, struct space *s);
int proc_show_smaps_rollup(struct text_buf *b, struct task *t, struct space *s);
int proc_show_numa_maps(struct text_buf *b, struct task *t, struct space *s);
extern const struct file_ops proc_mounts_fops, proc_mountinfo_fops, proc_mountstats_fops;       /* mounts.c */
int proc_show_io(struct text_buf *b, struct task *t);        /* pid.c */
int proc_show_task_io(struct text_buf *b, struct task *t);
int proc_show_wchan(struct text_buf *b, struct task *t);
int proc_show_stack(struct text_buf *b, struct task *t);      /* thread.c */
int proc_show_syscall(struct text_buf *b, struct task *t);
int proc_show_schedstat(struct text_buf *b, struct task *t);
int proc_show_children(struct text_buf *b, struct task *t);
int proc_show_timerslack(struct text_buf *b, struct task *t);
int proc_store_timerslack(char *text, size_t len, loff_t at, struct task *t);
int proc_show_stat(struct text_buf *b, struct task *t);      /* stat.c */
int proc_show_task_stat(struct text_buf *b, struct task *t);
int proc_show_status(struct text_buf *b, struct task *t);
int proc_show_statm(struct text_buf *b, struct task *t);
int proc_show_locks(struct text_buf *b, void *arg);            /* locks.c */
int proc_show_file_locks(struct text_buf *b, struct task *t, struct file *f);       /* those that t has set through f */
int proc_show_fdinfo(struct text_buf *b, struct task *t, int fd);   /* fdinfo.c */
int proc_open_task(struct inode *i, struct file *f);   /* text.c: f->priv = the counted task; -ESRCH */
extern const struct file_ops proc_uid_map_ops, proc_gid_map_ops, proc_projid_map_ops, proc_setgroups_ops;     /* idmap.c */
extern const struct file_ops proc_mem_ops;     /* mem.c */
/* The memory of the task that i belongs to, counted as a structure, NULL when it has none, for who may inspect it. 0, -EACCES, -ESRCH. */
int proc_open_space(struct inode *i, struct space **out);
extern const struct file_ops proc_pagemap_ops;             /* pagemap.c */
int proc_task_path(struct task *t, bool root, struct path *out);     /* pid.c: its root, or working directory, counted: 0, -ENOENT */
bool proc_may_inspect(struct task *t);      /* pid.c: by the rules of ptrace(2)'s read mode */

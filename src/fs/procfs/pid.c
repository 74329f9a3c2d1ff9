/*
 * pid.c - the table of files under /proc/PID, and those that fit in a few lines.
 *
 * Access to memory, descriptors and links of another task needs the same user or
 * CAP_SYS_PTRACE, as ptrace(2)'s read mode.
 */
#include "procfs_priv.h"
#include <lib/string.h>
#include <mm/space.h>
#include <mm/slab.h>
#include <task/posix_timer.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include <fs/file.h>
#include <linux/capability.h>

bool proc_may_inspect(struct task *t) { return task_may_inspect(t, true); }

/* Told of a program that has ended, too: the words are the structure's own. */
static int show_auxv(struct text_buf *b, struct task *t, struct space *s)
{
	return text_write(b, s->layout.auxv, space_auxv_len(s) * sizeof s->layout.auxv[0]);
}

static int show_comm(struct text_buf *b, struct task *t) { return text_printf(b, "%s\n", t->comm); }

static int store_comm(char *text, size_t len, loff_t at, struct task *t)
{
	if (t->process != process_current())
		return -EINVAL;
	spin_lock(&t->lock);
	str_copy(t->comm, text, sizeof t->comm);
	spin_unlock(&t->lock);
	return 0;
}

struct io_sum { uint64_t rchar, wchar, syscr, syscw; };

static void io_add(struct io_sum *s, const struct task *t)
{
	/* relaxed: counters of a running thread */
	s->rchar += load_relaxed(&t->rchar);
	s->wchar += load_relaxed(&t->wchar);
	s->syscr += load_relaxed(&t->syscr);
	s->syscw += load_relaxed(&t->syscw);
}

static int show_io_of(struct text_buf *b, struct task *t, const struct io_sum *u)
{
	if (!proc_may_inspect(t))               /* it may have begun another program since the file was opened */
		return -EACCES;
	return text_printf(b, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n",
			   u->rchar, u->wchar, u->syscr, u->syscw);
}

/* Of all threads, those that ended, and children that were waited for. */
int proc_show_io(struct text_buf *b, struct task *t)
{
	struct process *p = t->process;
	const struct task *other;
	struct io_sum u;

	spin_lock(&p->sig_lock);
	u = (struct io_sum){ p->rchar, p->wchar, p->syscr, p->syscw };
	list_for_each(other, &p->threads, group_node)
		io_add(&u, other);
	spin_unlock(&p->sig_lock);
	return show_io_of(b, t, &u);
}

int proc_show_task_io(struct text_buf *b, struct task *t)
{
	struct io_sum u = { 0 };

	io_add(&u, t);
	return show_io_of(b, t, &u);
}

static const struct { const char *name, *unit; } limit_names[RLIM_NLIMITS] = {
	[RLIMIT_CPU] = { "Max cpu time", "seconds" }, [RLIMIT_FSIZE] = { "Max file size", "bytes" },
	[RLIMIT_DATA] = { "Max data size", "bytes" }, [RLIMIT_STACK] = { "Max stack size", "bytes" },
	[RLIMIT_CORE] = { "Max core file size", "bytes" }, [RLIMIT_RSS] = { "Max resident set", "bytes" },
	[RLIMIT_NPROC] = { "Max processes", "processes" }, [RLIMIT_NOFILE] = { "Max open files", "files" },
	[RLIMIT_MEMLOCK] = { "Max locked memory", "bytes" }, [RLIMIT_AS] = { "Max address space", "bytes" },
	[RLIMIT_LOCKS] = { "Max file locks", "locks" }, [RLIMIT_SIGPENDING] = { "Max pending signals", "signals" },
	[RLIMIT_MSGQUEUE] = { "Max msgqueue size", "bytes" }, [RLIMIT_NICE] = { "Max nice priority", "" },
	[RLIMIT_RTPRIO] = { "Max realtime priority", "" }, [RLIMIT_RTTIME] = { "Max realtime timeout", "us" },
};

static void show_limit(struct text_buf *b, uint64_t v)
{
	if (v == RLIM64_INFINITY)
		text_printf(b, "%-20s ", "unlimited");
	else
		text_printf(b, "%-20lu ", v);
}

static int show_limits(struct text_buf *b, struct task *t)
{
	text_printf(b, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (unsigned i = 0; i < RLIM_NLIMITS; i++) {
		text_printf(b, "%-25s ", limit_names[i].name);
		show_limit(b, t->process->rlim[i].rlim_cur);
		show_limit(b, t->process->rlim[i].rlim_max);
		text_printf(b, *limit_names[i].unit ? "%-10s\n" : "\n", limit_names[i].unit);
	}
	return 0;
}

static int show_oom_score_adj(struct text_buf *b, struct task *t) { return text_printf(b, "%d\n", t->process->oom_score_adj); }

/* A privileged setting is the floor for later ones without privilege; by the old scale one may only go up. */
static int oom_adj_set(struct process *p, int adj, bool by_old)
{
	bool may = capable(CAP_SYS_RESOURCE);

	if (adj < (by_old ? p->oom_score_adj : p->oom_score_adj_min) && !may)
		return -EACCES;
	if (may && !by_old)
		p->oom_score_adj_min = adj;
	p->oom_score_adj = adj;
	return 0;
}

#define OOM_TEXT_MAX 12u                        /* what stands behind is not taken */

static int oom_taken(size_t len) { return len > OOM_TEXT_MAX ? (int)OOM_TEXT_MAX : 0; }

static int parse_oom(char *text, size_t len, int64_t *v)
{
	text[MIN(len, OOM_TEXT_MAX)] = '\0';
	return proc_parse_signed(text, v);
}

static int store_oom_score_adj(char *text, size_t len, loff_t at, struct task *t)
{
	int64_t v;
	int err = parse_oom(text, len, &v);

	if (!err)
		err = v < -1000 || v > 1000 ? -EINVAL : oom_adj_set(t->process, (int)v, false);
	return err ? err : oom_taken(len);
}

/* The older scale: -17 to 15. */
#define OLD_MAX 15
#define OLD_OFF (-17)

static int show_oom_adj(struct text_buf *b, struct task *t)
{
	int adj = t->process->oom_score_adj;

	return text_printf(b, "%d\n", adj == 1000 ? OLD_MAX : adj * -OLD_OFF / 1000);
}

static int store_oom_adj(char *text, size_t len, loff_t at, struct task *t)
{
	int64_t v;
	int err = parse_oom(text, len, &v);

	if (!err && (v < OLD_OFF || v > OLD_MAX))
		err = -EINVAL;
	if (!err)
		err = oom_adj_set(t->process, v == OLD_MAX ? 1000 : (int)v * 1000 / -OLD_OFF, true);
	return err ? err : oom_taken(len);
}

/* Who logged in: told to the kernel by the program that let him, and inherited. Only the audit's keeper tells it twice. */
static int show_loginuid(struct text_buf *b, struct task *t)
{
	uint32_t uid = ~load_relaxed(&t->login.not_uid);

	return text_printf(b, "%u", uid == ID_NONE ? uid : id_from_kernel_slow(&user_ns_current()->uid, uid));
}

static int show_sessionid(struct text_buf *b, struct task *t) { return text_printf(b, "%u", ~load_relaxed(&t->login.not_session)); }

static int store_loginuid(char *text, size_t len, loff_t at, struct task *t)
{
	static atomic_uint last_session;
	uint64_t v;
	uint32_t uid;
	int err;

	if (t != task_current())
		return -EPERM;
	err = at ? -EINVAL : proc_parse_value(text, 10, &v);
	if (err || v > UINT32_MAX)
		return err ? err : -ERANGE;
	uid = uid_taken((uint32_t)v);
	if (uid == ID_NONE && v != ID_NONE)
		return -EINVAL;
	if (t->login.not_uid != ~ID_NONE && !capable(CAP_AUDIT_CONTROL))
		return -EPERM;
	store_relaxed(&t->login.not_session, uid == ID_NONE ? 0 : ~(fetch_add_relaxed(&last_session, 1) + 1));  /* relaxed: for show */
	store_relaxed(&t->login.not_uid, ~uid);
	return 0;
}

static int show_cpuset(struct text_buf *b, struct task *t) { return text_printf(b, "/\n"); }

static int show_oom_score(struct text_buf *b, struct task *t)
{
	struct space *s = task_space_get(t);
	struct space_rss rss;
	struct mm_stats m;
	int64_t score = 0;

	mm_stats_read(&m);
	if (s) {
		space_rss_read(s, &rss);
		score = (int64_t)(rss.anon + rss.shmem + load_relaxed(&s->nr_tables)) * 1000 / (int64_t)m.total;
		space_put_user(s);
	}
	score = (score + t->process->oom_score_adj + 1000) * 2 / 3;
	return text_printf(b, "%ld\n", MAX(score, (int64_t)0));
}

static int show_personality(struct text_buf *b, struct task *t)
{
	return proc_may_inspect(t) ? text_printf(b, "%08x\n", t->process->personality) : -EPERM;
}

static int show_coredump_filter(struct text_buf *b, struct task *t)
{
	struct space *s = task_space_get(t);
	int err = 0;

	if (s) {
		err = text_printf(b, "%08x\n", load_relaxed(&s->dump_filter));
		space_put_user(s);
	}
	return err;
}

static int store_coredump_filter(char *text, size_t len, loff_t at, struct task *t)
{
	struct space *s;
	uint64_t v;
	int err = proc_parse_value(text, 0, &v);

	if (err || v > UINT32_MAX)
		return err ? err : -ERANGE;
	s = task_space_get(t);
	if (!s)
		return -ESRCH;
	store_relaxed(&s->dump_filter, (uint32_t)v & CORE_FILTER_MASK);
	space_put_user(s);
	return 0;
}

static int show_cgroup(struct text_buf *b, struct task *t) { return 0; }     /* no hierarchy is mounted anywhere */

static int link_exe(struct task *t, struct path *out)
{
	struct space *s;
	int err = task_inspect_space(t, true, &s);

	if (err || !s)
		return err || !proc_may_inspect(t) ? -EACCES : -ENOENT;
	err = -ENOENT;
	mutex_lock(&s->lock);
	if (s->exe) {
		*out = s->exe->path;
		path_get(out);
		err = 0;
	}
	mutex_unlock(&s->lock);
	space_put_user(s);
	return err;
}

int proc_task_path(struct task *t, bool root, struct path *out)
{
	int err = -ENOENT;

	spin_lock(&t->lock);
	if (t->fs) {
		spin_lock(&t->fs->lock);
		*out = root ? t->fs->root : t->fs->cwd;
		path_get(out);
		spin_unlock(&t->fs->lock);
		err = 0;
	}
	spin_unlock(&t->lock);
	return err;
}

static int link_fs(struct task *t, struct path *out, bool root) { return proc_may_inspect(t) ? proc_task_path(t, root, out) : -EACCES; }
static int link_cwd(struct task *t, struct path *out) { return link_fs(t, out, false); }
static int link_root(struct task *t, struct path *out) { return link_fs(t, out, true); }

static int show_timers(struct text_buf *b, struct task *t)
{
	static const char *const notify[] = { "signal", "none", "thread" };
	struct posix_timer_info i;
	int err = 0;

	for (unsigned n = 0; !err && posix_timer_info(t->process, n, &i); n++)
		err = text_printf(b, "ID: %d\nsignal: %d/%016lx\nnotify: %s/%s.%d\nClockID: %d\n", i.id, i.sig, (unsigned long)i.value,
				  notify[i.notify & ~SIGEV_THREAD_ID], i.notify & SIGEV_THREAD_ID ? "tid" : "pid", i.target, i.clock_id);
	return err;
}

const struct pid_file proc_pid_files[] = {
	{ "auxv", 0400, NULL, NULL, NULL, NULL, PID_FILE_BOTH, show_auxv, PSEUDO_TASK_PLAIN },
	{ "cgroup", 0444, show_cgroup, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "children", 0444, proc_show_children, NULL, NULL, NULL, PID_FILE_THREAD, NULL, PSEUDO_TASK },
	{ "cmdline", 0444, proc_show_cmdline, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK_PLAIN },
	{ "comm", 0644, show_comm, store_comm, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "coredump_filter", 0644, show_coredump_filter, store_coredump_filter, NULL, NULL, PID_FILE_PROCESS, NULL, PSEUDO_TASK_PLAIN },
	{ "cpuset", 0444, show_cpuset, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "cwd", 0777, NULL, NULL, link_cwd, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "environ", 0400, NULL, NULL, NULL, NULL, PID_FILE_BOTH, proc_show_environ, PSEUDO_TASK_PLAIN },
	{ "exe", 0777, NULL, NULL, link_exe, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "gid_map", 0644, NULL, NULL, NULL, &proc_gid_map_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "io", 0400, proc_show_io, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "limits", 0444, show_limits, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "loginuid", 0644, show_loginuid, store_loginuid, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK_PLAIN },
	{ "maps", 0444, NULL, NULL, NULL, NULL, PID_FILE_BOTH, proc_show_maps, PSEUDO_TASK },
	{ "mem", 0600, NULL, NULL, NULL, &proc_mem_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "mountinfo", 0444, NULL, NULL, NULL, &proc_mountinfo_fops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "mounts", 0444, NULL, NULL, NULL, &proc_mounts_fops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "mountstats", 0400, NULL, NULL, NULL, &proc_mountstats_fops, PID_FILE_PROCESS, NULL, PSEUDO_TASK },
	{ "numa_maps", 0444, NULL, NULL, NULL, NULL, PID_FILE_BOTH, proc_show_numa_maps, PSEUDO_TASK },
	{ "oom_adj", 0644, show_oom_adj, store_oom_adj, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK_PLAIN },
	{ "oom_score", 0444, show_oom_score, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "oom_score_adj", 0644, show_oom_score_adj, store_oom_score_adj, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK_FREE },
	{ "pagemap", 0400, NULL, NULL, NULL, &proc_pagemap_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "personality", 0400, show_personality, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "projid_map", 0644, NULL, NULL, NULL, &proc_projid_map_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "root", 0777, NULL, NULL, link_root, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "schedstat", 0444, proc_show_schedstat, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "sessionid", 0444, show_sessionid, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK_PLAIN },
	{ "setgroups", 0644, NULL, NULL, NULL, &proc_setgroups_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "smaps", 0444, NULL, NULL, NULL, NULL, PID_FILE_BOTH, proc_show_smaps, PSEUDO_TASK },
	{ "smaps_rollup", 0444, NULL, NULL, NULL, NULL, PID_FILE_BOTH, proc_show_smaps_rollup, PSEUDO_TASK },
	{ "stack", 0400, proc_show_stack, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "stat", 0444, proc_show_stat, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "statm", 0444, proc_show_statm, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "status", 0444, proc_show_status, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "syscall", 0400, proc_show_syscall, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "timers", 0444, show_timers, NULL, NULL, NULL, PID_FILE_PROCESS, NULL, PSEUDO_TASK },
	{ "timerslack_ns", 0666, proc_show_timerslack, proc_store_timerslack, NULL, NULL, PID_FILE_PROCESS, NULL, PSEUDO_TASK },
	{ "uid_map", 0644, NULL, NULL, NULL, &proc_uid_map_ops, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ "wchan", 0444, proc_show_wchan, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
	{ NULL, 0, NULL, NULL, NULL, NULL, PID_FILE_BOTH, NULL, PSEUDO_TASK },
};

/*
 * start.c - process 1: made from nothing, given a console, turned into the first program that runs.
 */
#include <arch/fpu.h>
#include <mm/boot.h>
#include <mm/page.h>
#include <sched/sched.h>
#include <time/clock.h>
#include <fs/file.h>
#include <task/ns.h>
#include <task/pid_ns.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <proc/seccomp_listener.h>
#include <task/seccomp.h>
#include <trace/klog.h>
#include "proc_priv.h"

#define INIT_ARGS_MAX 32

static char init_path[256], rdinit_path[256];
static void (*init_prepare)(void);
static char init_args[2048];                    /* what follows " -- " on the command line */

/* What init starts in: group and session 0, as on Linux; never published, never freed. */
static struct pid pid_zero = {
	.refs = { 1 },
	.pgrp_members = LIST_INIT(pid_zero.pgrp_members),
	.session_members = LIST_INIT(pid_zero.session_members),
};

/* ---- the program ---- */

static int console_open(struct file **out)
{
	int err = file_open(AT_FDCWD, "/dev/console", O_RDWR, 0, WALK_FOLLOW, out);

	if (err != -ENOENT)
		return err;
	(void)!vfs_mkdir_path("/dev", 0755);            /* there may be one */
	err = vfs_mknod_path("/dev/console", S_IFCHR | 0600, DEV_MAKE(5, 1));
	return err ? err : file_open(AT_FDCWD, "/dev/console", O_RDWR, 0, WALK_FOLLOW, out);
}

static void console_attach(void)
{
	struct file *f;
	int err = console_open(&f);

	if (err) {
		klog(KLOG_ERR, "Warning: unable to open an initial console (error %d).\n", err);
		return;
	}
	for (int fd = 0; fd < 3; fd++) {
		file_get(f);
		if (fd_add(f, false) != fd)
			klog(KLOG_ERR, "Warning: the initial console is not descriptor %d.\n", fd);
	}
	file_put(f);
}

/* argv from the words after " -- "; its first place is the program's. Once. */
static void args_split(const char **argv)
{
	unsigned n = 1;
	char *s = init_args;

	while (n < INIT_ARGS_MAX) {
		while (*s == ' ')
			*s++ = 0;
		if (!*s)
			break;
		argv[n++] = s;
		while (*s && *s != ' ')
			s++;
	}
	argv[n] = NULL;
}

/* Try one program; on failure why is logged, and its name added to those tried. True when it runs. */
static bool program_try(const char *path, const char **argv, char *tried, size_t size)
{
	static const char *const envp[] = { "HOME=/", "TERM=linux", NULL };
	size_t at = strlen(tried);
	int err;

	if (!*path)
		return false;
	argv[0] = path;
	err = exec_path(path, argv, envp);
	if (!err) {
		klog(KLOG_INFO, "Run %s as init process\n", path);
		return true;
	}
	klog(KLOG_ERR, "init: cannot run %s: error %d\n", path, err);
	scnprintf(tried + at, size - at, "%s%s", at ? ", " : "", path);
	return false;
}

static void init_run(void)
{
	static const char *const usual[] = { "/init", "/sbin/init", "/etc/init", "/bin/init", "/bin/sh" };
	static const char *argv[INIT_ARGS_MAX + 1];
	char tried[192] = "";

	args_split(argv);
	if (program_try(rdinit_path, argv, tried, sizeof tried) || program_try(init_path, argv, tried, sizeof tried))
		return;
	for (unsigned i = 0; i < ARRAY_SIZE(usual); i++) {
		if (program_try(usual[i], argv, tried, sizeof tried))
			return;
	}
	panic("No working init found: tried %s", tried);
}

static void init_entry(void *prev)
{
	sched_finish_switch(prev);
	init_prepare();
	console_attach();
	init_run();
	task_enter_user();
}

/* ---- the process ---- */

static void limits_set(struct process *p)
{
	uint64_t half = max_threads / 2;

	for (unsigned i = 0; i < RLIM_NLIMITS; i++)
		p->rlim[i].rlim_cur = p->rlim[i].rlim_max = RLIM64_INFINITY;
	p->rlim[RLIMIT_STACK].rlim_cur = 8ul << 20;
	p->rlim[RLIMIT_CORE].rlim_cur = 0;
	p->rlim[RLIMIT_NPROC] = (struct rlimit64){ half, half };
	p->rlim[RLIMIT_NOFILE] = (struct rlimit64){ 1024, 4096 };
	p->rlim[RLIMIT_MEMLOCK] = (struct rlimit64){ 8ul << 20, 8ul << 20 };
	p->rlim[RLIMIT_SIGPENDING] = (struct rlimit64){ half, half };
	p->rlim[RLIMIT_MSGQUEUE] = (struct rlimit64){ 819200, 819200 };
	p->rlim[RLIMIT_NICE] = (struct rlimit64){ 0, 0 };
	p->rlim[RLIMIT_RTPRIO] = (struct rlimit64){ 0, 0 };
}

static int process_make(struct task *t)
{
	struct process *p = process_alloc();
	struct sighand *h = sighand_alloc();

	if (!p || !h)
		return -ENOMEM;
	sighand_copy(h, &sighand_none);
	p->actions = h->action;
	p->leader = t;
	p->pid = t->pid;
	p->tgid = t->tid;
	p->pgrp = p->session = &pid_zero;
	p->nr_threads = 1;
	p->exit_signal = SIGCHLD;
	p->is_unkillable = true;
	p->dumpable = DUMPABLE_USER;
	limits_set(p);
	list_append(&p->threads, &t->group_node);
	t->process = p;
	return 0;
}

static int task_make(struct task *t)
{
	int err = pid_alloc(&pid_ns_initial, NULL, 0, &t->pid);

	if (!err)
		err = thread_init(&t->thread, init_entry, "init");
	if (!err && !t->thread.ctx.fpu)
		err = fpu_alloc(&t->thread.ctx);
	if (err)
		return err;
	t->thread.is_task = true;
	t->tid = t->pid->nr;
	t->ns = &ns_set_initial;
	t->cred = &cred_root;
	cred_get(t->cred);
	t->files = fdtable_alloc();
	t->fs = fs_context_initial();
	t->altstack_flags = SS_DISABLE;
	t->start_time_ns = clock_boottime_ns();
	str_copy(t->comm, "init", sizeof t->comm);
	refcount_set(&t->refs, 2);
	return t->files && t->fs ? process_make(t) : -ENOMEM;
}

static void publish(struct task *t)
{
	struct process *p = t->process;

	spin_lock(&tasklist_lock);
	list_append(&pid_zero.pgrp_members, &p->pgrp_node);
	list_append(&pid_zero.session_members, &p->session_node);
	rcu_store(p->pid->process, p);
	rcu_store(p->pid->task, t);
	pid_publish_locked(p->pid);
	tasklist.nr_threads++;
	tasklist.nr_processes++;
	init_process = p;
	spin_unlock(&tasklist_lock);
}

void proc_start_init(const char *requested, const char *requested_rd, void (*prepare)(void))
{
	const char *args = strstr(boot_info->cmdline, " -- ");
	struct task *t = task_alloc();

	init_prepare = prepare;
	str_copy(init_path, requested, sizeof init_path);
	str_copy(rdinit_path, requested_rd, sizeof rdinit_path);
	if (args)
		str_copy(init_args, args + 4, sizeof init_args);
	if (!t || task_make(t))
		panic("proc: no memory for process 1\n");
	publish(t);
	thread_start(&t->thread);
}

/* As many threads as an eighth of memory holds stacks for. */
static unsigned threads_for_memory(void)
{
	struct mm_stats s;
	uint64_t n;

	mm_stats_read(&s);
	n = s.total * PAGE_SIZE / (KSTACK_SIZE * 8);
	return (unsigned)MIN(MAX(n, 64ul), (uint64_t)PID_MAX_LIMIT);
}

static const struct seccomp_listener_ops listener_ops = { .is_open = seccomp_listener_is_open, .orphan = seccomp_listener_orphan };

void proc_init(void)
{
	max_threads = threads_for_memory();
	mm_oom_kill = oom_kill_largest;
	seccomp_listener_ops = &listener_ops;
	exec_init();
	pidfd_init();
	signal_start_thread();
}

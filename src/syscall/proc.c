/*
 * proc.c - system calls on tasks: fork to wait, groups and sessions, pidfds.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/nsfs.h>
#include <ipc/sysv.h>
#include <lib/string.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <mm/space.h>
#include <proc/proc.h>
#include <proc/ptrace.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/inspect.h>
#include <task/ns.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/signal.h>
#include <task/user_ns.h>

/* ---- birth ---- */

SYSCALL(fork, void)
{
	const struct clone_request r = { .exit_signal = SIGCHLD };

	return task_fork(&r);
}

SYSCALL(vfork, void)
{
	const struct clone_request r = { .flags = CLONE_VFORK | CLONE_VM, .exit_signal = SIGCHLD };

	return task_fork(&r);
}

SYSCALL(clone, uint64_t flags, uint64_t stack, uaddr_t parent_tid, uaddr_t child_tid, uint64_t tls)
{
	const struct clone_request r = {
		.flags = (uint32_t)flags & ~(uint64_t)CSIGNAL,
		.exit_signal = (int)(flags & CSIGNAL),
		.stack = stack,
		.tls = tls,
		.parent_tid = parent_tid,
		.child_tid = child_tid,
		.pidfd = parent_tid,            /* the old call has one word for both */
	};

	if ((r.flags & CLONE_PIDFD) && (r.flags & CLONE_PARENT_SETTID))
		return -EINVAL;
	if ((r.flags & CLONE_SETTLS) && tls >= USER_END)
		return -EPERM;
	return task_fork(&r);
}

/* A struct that may be shorter or longer than ours: what we do not know must be zero. */
static int args_read(struct clone_args *a, uaddr_t from, size_t size)
{
	char rest[64];

	memset(a, 0, sizeof *a);
	if (size > PAGE_SIZE)
		return -E2BIG;
	if (size < CLONE_ARGS_SIZE_VER0)
		return -EINVAL;
	if (user_copy_in(a, from, MIN(size, sizeof *a)))
		return -EFAULT;
	for (size_t at = sizeof *a; at < size; at += sizeof rest) {
		size_t n = MIN(size - at, sizeof rest);

		if (user_copy_in(rest, uaddr_add(from, at), n))
			return -EFAULT;
		for (size_t i = 0; i < n; i++) {
			if (rest[i])
				return -E2BIG;
		}
	}
	return 0;
}

#define MAX_TIDS 32                         /* one for each level of namespaces */

static int args_check(const struct clone_args *a, size_t size)
{
	if (a->set_tid_size > MAX_TIDS || (!a->set_tid && a->set_tid_size) || (a->set_tid && !a->set_tid_size))
		return -EINVAL;
	if ((a->exit_signal & ~(uint64_t)CSIGNAL) || a->exit_signal > NR_SIGNALS)
		return -EINVAL;
	if (a->flags & ~(0xffffffffull | CLONE_CLEAR_SIGHAND | CLONE_INTO_CGROUP))
		return -EINVAL;
	if (a->flags & (CLONE_DETACHED | (CSIGNAL & ~CLONE_NEWTIME)))
		return -EINVAL;
	if ((a->flags & (CLONE_THREAD | CLONE_PARENT)) && a->exit_signal)
		return -EINVAL;
	if ((a->flags & CLONE_INTO_CGROUP) && (a->cgroup > INT32_MAX || size < CLONE_ARGS_SIZE_VER2))
		return -EINVAL;
	if (!a->stack != !a->stack_size)
		return -EINVAL;
	if (a->stack && !user_range_ok(UADDR(a->stack), a->stack_size))
		return -EINVAL;
	if ((a->flags & CLONE_SETTLS) && a->tls >= USER_END)
		return -EPERM;
	return 0;
}

SYSCALL(clone3, uaddr_t uargs, size_t size)
{
	struct clone_request r;
	struct clone_args a;
	int tids[MAX_TIDS];
	int err = args_read(&a, uargs, size);

	if (!err)
		err = args_check(&a, size);
	if (!err && a.set_tid_size)
		err = user_copy_in(tids, UADDR(a.set_tid), a.set_tid_size * sizeof tids[0]);
	if (err)
		return err;
	r = (struct clone_request){
		.flags = a.flags,
		.exit_signal = (int)a.exit_signal,
		.stack = a.stack ? a.stack + a.stack_size : 0,
		.tls = a.tls,
		.parent_tid = UADDR(a.parent_tid),
		.child_tid = UADDR(a.child_tid),
		.pidfd = UADDR(a.pidfd),
		.tids = tids,
		.nr_tids = (unsigned)a.set_tid_size,
	};
	return task_fork(&r);
}

SYSCALL(unshare, uint64_t flags) { return task_unshare(flags); }

/* Those namespaces of the process behind a pidfd that flags name. */
static int setns_process(struct pid *pid, uint64_t flags)
{
	struct ns *list[NS_KINDS];
	unsigned nr = 0;
	struct task *t;
	int err = 0;

	if (!flags || (flags & ~(uint64_t)NS_FLAGS))
		return -EINVAL;
	rcu_read_lock();
	t = rcu_load(pid->task);
	if (t && !refcount_try_get(&t->refs))
		t = NULL;
	rcu_read_unlock();
	if (!t)
		return -ESRCH;
	if (!task_may_inspect(t, false))
		err = -EPERM;
	for (unsigned k = 0; k < NS_KINDS && !err; k++) {
		struct ns *n = ns_of_task(t, k);

		if (!n)
			err = -ESRCH;
		else if (flags & n->type->flag)
			list[nr++] = n;
		else
			ns_put(n);
	}
	task_put(t);
	if (!err)
		err = task_setns(list, nr);
	while (nr)
		ns_put(list[--nr]);
	return err;
}

SYSCALL(setns, int fd, int flags)
{
	struct fd_ref ref;
	struct file *f = fd_borrow(fd, &ref);
	struct ns *n;
	int err;

	if (!f)
		return -EBADF;
	n = nsfs_ns(f);
	if (n)
		err = flags && (unsigned)flags != n->type->flag ? -EINVAL : task_setns(&n, 1);
	else if (pidfd_pid(f))
		err = setns_process(pidfd_pid(f), (unsigned)flags);
	else
		err = -EINVAL;
	fd_return(&ref);
	return err;
}

/* ---- change ---- */

static long exec_call(int dirfd, uaddr_t upath, uaddr_t argv, uaddr_t envp, int flags)
{
	char *path;
	int err = path_copy_user(upath, flags & AT_EMPTY_PATH, &path);

	if (err)
		return err;
	err = flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW) ? -EINVAL : exec_user(dirfd, path, argv, envp, flags);
	path_free_user(path);
	return err;
}

SYSCALL(execve, uaddr_t path, uaddr_t argv, uaddr_t envp) { return exec_call(AT_FDCWD, path, argv, envp, 0); }

SYSCALL(execveat, int dirfd, uaddr_t path, uaddr_t argv, uaddr_t envp, int flags)
{
	return exec_call(dirfd, path, argv, envp, flags);
}

SYSCALL(set_tid_address, uaddr_t word)
{
	struct task *t = task_current();

	t->clear_child_tid = word;
	return t->tid;
}

/* ---- death ---- */

SYSCALL(exit, int code) { task_exit((code & 0xff) << 8); }
SYSCALL(exit_group, int code) { process_exit((code & 0xff) << 8); }

static void wait_fini(struct wait_request *w)
{
	if (w->pgrp)
		pid_put(w->pgrp);
}

/* pid as wait4() and waitid() have it for groups: 0 is the caller's. */
static void wait_for_group(struct wait_request *w, int nr)
{
	w->kind = WAIT_GROUP;
	w->pgrp = nr ? pid_lookup(nr) : process_pgrp_get(process_current());
}

static int usage_write(uaddr_t to, const struct process_usage *u)
{
	struct rusage r;

	usage_to_rusage(u, &r);
	return user_write(to, &r);
}

SYSCALL(wait4, int pid, uaddr_t status, int options, uaddr_t usage)
{
	struct process_usage u;
	struct wait_request w = { .options = (unsigned)options | WEXITED, .usage = uaddr_is_null(usage) ? NULL : &u };
	long found;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (pid == (int)0x80000000)
		return -ESRCH;
	if (pid > 0) {
		w.kind = WAIT_PID;
		w.nr = pid;
	} else if (pid != -1) {
		wait_for_group(&w, -pid);
	}
	found = process_wait(&w);
	wait_fini(&w);
	if (found <= 0)
		return found;
	if (!uaddr_is_null(status) && user_write(status, &w.status))
		return -EFAULT;
	return w.usage && usage_write(usage, &u) ? -EFAULT : found;
}

/* P_PIDFD: wait for the process behind a descriptor. */
static int wait_for_pidfd(struct wait_request *w, int fd, bool *nonblock)
{
	struct fd_ref ref;
	struct file *f = fd < 0 ? NULL : fd_borrow(fd, &ref);
	struct pid *pid;

	if (fd < 0)
		return -EINVAL;
	if (!f)
		return -EBADF;
	pid = pidfd_pid(f);
	*nonblock = f->flags & PIDFD_NONBLOCK;
	if (pid) {
		w->kind = WAIT_PID;
		w->nr = pid_seen(pid);
	}
	fd_return(&ref);
	return pid ? 0 : -EBADF;
}

static int waitid_decode(struct wait_request *w, int kind, int id, bool *nonblock)
{
	*nonblock = false;
	switch (kind) {
	case P_ALL:
		return 0;
	case P_PID:
		w->kind = WAIT_PID;
		w->nr = id;
		return id > 0 ? 0 : -EINVAL;
	case P_PGID:
		if (id < 0)
			return -EINVAL;
		wait_for_group(w, id);
		return 0;
	case P_PIDFD:
		return wait_for_pidfd(w, id, nonblock);
	default:
		return -EINVAL;
	}
}

static int waitid_check(struct wait_request *w, int kind, int id, int options, bool *nonblock)
{
	if (options & ~(WNOHANG | WNOWAIT | WEXITED | WSTOPPED | WCONTINUED | __WNOTHREAD | __WCLONE | __WALL))
		return -EINVAL;
	if (!(options & (WEXITED | WSTOPPED | WCONTINUED)))
		return -EINVAL;
	return waitid_decode(w, kind, id, nonblock);
}

/* The words of a siginfo_t that waitid(2) stores: neither the hole between the two nor the rest. */
struct wait_info {
	struct { int signo, error, code; } head;
	struct { int pid, uid, status; } child;
};
static_assert(offsetof(siginfo_t, si_code) == 8 && offsetof(siginfo_t, si_pid) == 16 && offsetof(siginfo_t, si_status) == 24,
	      "both parts lie in siginfo_t as here");

static int wait_info_write(uaddr_t to, const struct wait_info *info)
{
	return user_write(to, &info->head) || user_write(uaddr_add(to, offsetof(siginfo_t, si_pid)), &info->child) ? -EFAULT : 0;
}

/* The info is stored whatever came of the call: zeros when there is nobody to tell of. */
SYSCALL(waitid, int kind, int id, uaddr_t uinfo, int options, uaddr_t usage)
{
	struct process_usage u;
	struct wait_request w = { .options = (unsigned)options, .usage = uaddr_is_null(usage) ? NULL : &u };
	struct wait_info info = { 0 };
	bool nonblock;
	long found = waitid_check(&w, kind, id, options, &nonblock);

	if (!found) {
		if (nonblock)
			w.options |= WNOHANG;
		found = process_wait(&w);
		wait_fini(&w);
		if (!found && nonblock && !(options & WNOHANG))
			found = -EAGAIN;
	}
	if (found > 0) {
		if (w.usage && usage_write(usage, &u))
			return -EFAULT;
		info.head.signo = SIGCHLD;
		info.head.code = w.code;
		info.child.pid = w.pid;
		info.child.uid = (int)w.uid;
		info.child.status = w.code == CLD_EXITED || w.code == CLD_STOPPED ? w.status >> 8 & 0xff
				  : w.code == CLD_CONTINUED ? SIGCONT : w.status & 0x7f;
	}
	if (!uaddr_is_null(uinfo) && wait_info_write(uinfo, &info))
		return -EFAULT;
	return found < 0 ? found : 0;
}

/* ---- numbers ---- */

SYSCALL(getpid, void) { return process_current()->tgid; }
SYSCALL(gettid, void) { return task_current()->tid; }

SYSCALL(getppid, void)
{
	const struct process *parent;
	int nr;

	rcu_read_lock();
	parent = rcu_load(process_current()->parent);   /* pairs with rcu_store() when a child is given to another */
	nr = parent ? pid_nr_in(parent->pid, pid_ns_current()) : 0;
	rcu_read_unlock();
	return nr;
}

SYSCALL(setpgid, int pid, int pgid) { return process_setpgid(pid, pgid); }
SYSCALL(setsid, void) { return process_setsid(); }

/* Group or session of process (or thread) nr; 0: the caller's. */
static long member_number(int nr, bool of_session)
{
	struct process *p = process_current();
	const struct pid *pid, *number = NULL;
	struct task *t;
	long result = -ESRCH;

	rcu_read_lock();
	if (nr) {
		pid = pid_find(nr);
		t = pid ? rcu_load(pid->task) : NULL;
		p = t ? t->process : NULL;
	}
	if (p)
		number = of_session ? rcu_load(p->session) : rcu_load(p->pgrp);
	if (number)
		result = pid_seen(number);
	rcu_read_unlock();
	return result;
}

SYSCALL(getpgid, int pid) { return member_number(pid, false); }
SYSCALL(getsid, int pid) { return member_number(pid, true); }
SYSCALL(getpgrp, void) { return member_number(0, false); }

/* ---- pidfds ---- */

SYSCALL(pidfd_open, int pid, unsigned flags) { return pidfd_open(pid, flags); }

SYSCALL(pidfd_getfd, int pidfd, int fd, unsigned flags)
{
	struct fd_ref ref;
	struct file *f, *taken;
	struct pid *pid;
	struct task *t;
	long err = -EBADF;

	if (flags)
		return -EINVAL;
	f = fd_borrow(pidfd, &ref);
	if (!f)
		return -EBADF;
	pid = pidfd_pid(f);
	t = pid ? pid_task_get(pid) : NULL;
	if (pid && !t) {
		err = -ESRCH;
	} else if (pid) {
		taken = fd_lookup_of(t, fd);            /* first: task/inspect.h */
		if (!task_may_inspect(t, false)) {
			if (taken)
				file_put(taken);
			err = -EPERM;
		} else if (taken) {
			err = fd_add(taken, true);
		} else if (t->flags & TASK_EXITING) {
			err = -ESRCH;
		}
	}
	if (t)
		task_put(t);
	fd_return(&ref);
	return err;
}

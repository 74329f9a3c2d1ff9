/*
 * pidfd.c - processes as files: poll for their end, name them without reuse of numbers.
 *
 * The file holds a reference on the struct pid. The pollable that exit notifies belongs to
 * the pid and is made by the first pidfd: processes without one pay a load and a branch.
 */
#include <base/err.h>
#include <fs/file.h>
#include <fs/names.h>
#include <fs/nsfs.h>
#include <fs/poll.h>
#include <mm/slab.h>
#include <lib/printf.h>
#include <linux/ioctl.h>
#include <proc/ptrace.h>
#include <task/inspect.h>
#include <task/pid_ns.h>
#include <trace/klog.h>
#include "proc_priv.h"

static uint32_t pidfd_poll(struct file *f, struct poll_table *pt)
{
	struct pid *pid = f->priv;
	bool for_thread = f->flags & PIDFD_THREAD, is_over;
	const struct process *p;
	const struct task *t;

	poll_wait(pt, pid->watch);
	rcu_read_lock();
	t = rcu_load(pid->task);
	p = rcu_load(pid->process);
	if (for_thread)
		is_over = !t || (load_relaxed(&t->flags) & TASK_GONE);
	else
		is_over = !p || load_relaxed(&p->state) != PROC_ALIVE;
	rcu_read_unlock();
	if (!t)
		return EPOLLIN | EPOLLRDNORM | EPOLLHUP;
	return is_over ? EPOLLIN | EPOLLRDNORM : 0;
}

static void pidfd_release(struct file *f)
{
	pid_put(f->priv);
}

static void pidfd_show_fdinfo(struct file *f, char *buf, size_t size)
{
	struct pid *pid = f->priv;
	bool lives = rcu_load(pid->task) != NULL;
	int n = scnprintf(buf, size, "Pid:\t%d\nNSpid:\t%d", lives ? pid_seen(pid) : -1, lives ? pid_seen(pid) : -1);

	/* Its numbers further in than who looks. */
	for (unsigned i = pid_ns_current()->level; lives && pid_seen(pid) && pid->levels && i < pid->levels->level; i++)
		n += scnprintf(buf + n, size - (size_t)n, "\t%d", pid->levels->at[i].nr);
	scnprintf(buf + n, size - (size_t)n, "\n");
}

/* Of Linux 6.11: a namespace of the process, as a descriptor. */
#ifndef PIDFD_GET_CGROUP_NAMESPACE
#define PIDFD_IOCTL_MAGIC 0xff
#define PIDFD_GET_CGROUP_NAMESPACE            _IO(PIDFD_IOCTL_MAGIC, 1)
#define PIDFD_GET_IPC_NAMESPACE               _IO(PIDFD_IOCTL_MAGIC, 2)
#define PIDFD_GET_MNT_NAMESPACE               _IO(PIDFD_IOCTL_MAGIC, 3)
#define PIDFD_GET_NET_NAMESPACE               _IO(PIDFD_IOCTL_MAGIC, 4)
#define PIDFD_GET_PID_NAMESPACE               _IO(PIDFD_IOCTL_MAGIC, 5)
#define PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE  _IO(PIDFD_IOCTL_MAGIC, 6)
#define PIDFD_GET_TIME_NAMESPACE              _IO(PIDFD_IOCTL_MAGIC, 7)
#define PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE _IO(PIDFD_IOCTL_MAGIC, 8)
#define PIDFD_GET_USER_NAMESPACE              _IO(PIDFD_IOCTL_MAGIC, 9)
#define PIDFD_GET_UTS_NAMESPACE               _IO(PIDFD_IOCTL_MAGIC, 10)
#endif

static long open_ns(struct task *t, unsigned cmd)
{
	static const struct { unsigned cmd; enum ns_kind kind; } kinds[] = {
		{ PIDFD_GET_CGROUP_NAMESPACE, NS_CGROUP }, { PIDFD_GET_IPC_NAMESPACE, NS_IPC }, { PIDFD_GET_MNT_NAMESPACE, NS_MNT },
		{ PIDFD_GET_NET_NAMESPACE, NS_NET }, { PIDFD_GET_PID_NAMESPACE, NS_PID }, { PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE, NS_PID },
		{ PIDFD_GET_TIME_NAMESPACE, NS_TIME }, { PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE, NS_TIME },
		{ PIDFD_GET_USER_NAMESPACE, NS_USER }, { PIDFD_GET_UTS_NAMESPACE, NS_UTS },
	};
	struct ns *n = ns_for_children(t, NS_UTS);

	if (!n)
		return -ESRCH;                  /* it has left all */
	ns_put(n);
	if (!task_may_inspect(t, true))
		return -EACCES;
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].cmd != cmd)
			continue;
		n = cmd == PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE ? ns_for_children(t, NS_PID) : ns_of_task(t, kinds[i].kind);
		return n ? nsfs_open_fd(n) : -ESRCH;
	}
	return -ENOTTY;
}

static long pidfd_ioctl(struct file *f, unsigned cmd, uint64_t arg)
{
	struct pid *pid = f->priv;
	struct task *t;
	long ret;

	if (arg)
		return -EINVAL;
	t = pid_task_get(pid);
	if (!t)
		return -ESRCH;
	ret = open_ns(t, cmd);
	task_put(t);
	return ret;
}

static int pidfd_mmap(struct file *f, struct vma_request *r) { return -ENODEV; }

static const struct file_ops pidfd_ops = {
	.mmap = pidfd_mmap,
	.ioctl = pidfd_ioctl,
	.poll = pidfd_poll,
	.release = pidfd_release,
	.show_fdinfo = pidfd_show_fdinfo,
};

/* All pidfds': a regular file that nobody changes. */
static struct inode *pidfd_inode __ro_after_init;

static int pidfd_setattr(struct inode *i, const struct inode_attr *a) { return -EOPNOTSUPP; }

/* Its type is not told. */
static int pidfd_getattr(struct inode *i, struct kstat *st)
{
	if (st) {
		kstat_fill(st, i);
		st->mode &= ~(uint32_t)S_IFMT;
	}
	return 0;
}

static const struct inode_ops pidfd_inode_ops = { .getattr = pidfd_getattr, .setattr = pidfd_setattr };

void pidfd_init(void)
{
	pidfd_inode = anon_inode_create(S_IFREG | 0700, NULL, NULL);
	bug_on(!pidfd_inode);
	pidfd_inode->ops = &pidfd_inode_ops;
	pidfd_inode->is_immutable = true;
}

static struct pollable *watch_get(struct pid *pid)
{
	struct pollable *w = load_acquire(&pid->watch), *none = NULL;   /* pairs with cas_acq_rel below */

	if (w)
		return w;
	w = kzalloc(sizeof *w);
	if (!w)
		return NULL;
	pollable_init(w);
	if (cas_acq_rel(&pid->watch, &none, w))
		return w;
	kfree(w);
	return none;
}

int pidfd_create(struct pid *pid, unsigned flags, struct file **out)
{
	struct pollable *w = watch_get(pid);
	int err;

	if (!w)
		return -ENOMEM;
	pid_get(pid);
	err = anon_file_create_on(pidfd_inode, "pidfd", &pidfd_ops, pid, O_RDWR | flags, FILE_READ | FILE_WRITE | FILE_POSITIONED, out);
	if (err) {
		pid_put(pid);
		return err;
	}
	(*out)->mode &= ~(FILE_SEEKABLE | FILE_ATOMIC_POS);
	(*out)->pollable = w;
	return 0;
}

int pidfd_prepare(struct pid *pid, struct file **out)
{
	int fd, err = rcu_load(pid->process) ? pidfd_create(pid, 0, out) : -EINVAL;

	if (err)
		return err;
	fd = fd_alloc(0, true);
	if (fd < 0)
		file_put(*out);
	return fd;
}

int pidfd_open(int nr, unsigned flags)
{
	struct pid *pid;
	struct file *f;
	int err;

	if (nr <= 0 || (flags & ~(unsigned)(PIDFD_NONBLOCK | PIDFD_THREAD)))
		return -EINVAL;
	pid = pid_lookup(nr);
	if (!pid)
		return -ESRCH;
	/* Without PIDFD_THREAD the number must be a process's. */
	if (!rcu_load(pid->task))
		err = -ESRCH;
	else if (!(flags & PIDFD_THREAD) && !rcu_load(pid->process))
		err = -EINVAL;
	else
		err = pidfd_create(pid, flags, &f);
	pid_put(pid);
	return err ? err : fd_add(f, true);
}

struct pid *pidfd_pid(const struct file *f)
{
	return f->ops == &pidfd_ops ? f->priv : NULL;
}

void pidfd_notify(struct pid *pid)
{
	struct pollable *w = load_acquire(&pid->watch); /* pairs with watch_get() */

	if (unlikely(w != NULL))
		pollable_notify(w, EPOLLIN | EPOLLRDNORM | EPOLLHUP);
}

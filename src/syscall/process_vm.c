/*
 * process_vm.c - system calls on the memory of other processes: read and write it, advise on it, take it from the dying.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <linux/capability.h>
#include <linux/mman.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <proc/proc.h>
#include <proc/ptrace.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/inspect.h>
#include <task/pid.h>
#include <task/process.h>
#include <task/signal.h>
#include <task/task.h>
#include "vector.h"

/* ---- process_vm_readv, process_vm_writev ---- */

#define VECTORS_MAX 1024u

struct vectors {                            /* a user's array of iovecs, and the place reached in it */
	struct uio_seg *seg;
	unsigned nr;
	uint64_t off;                           /* done in *seg */
};

static int vectors_load(struct vectors *v, uint64_t user, uint64_t nr, struct uio_seg **memory)
{
	size_t left;

	if (nr > VECTORS_MAX)
		return -EINVAL;
	*v = (struct vectors){ .nr = (unsigned)nr };
	*memory = NULL;
	if (!nr)
		return 0;
	*memory = v->seg = kmalloc(nr * sizeof *v->seg, 0);
	if (!v->seg)
		return -ENOMEM;
	left = user_copy_in_partial(v->seg, UADDR(user), nr * sizeof *v->seg);
	for (unsigned i = 0; i < nr - DIV_ROUND_UP(left, sizeof *v->seg); i++)
		if ((int64_t)v->seg[i].len < 0)
			return -EINVAL;
	return left ? -EFAULT : 0;
}

/* The caller's own segments must lie in user space; together they are cut to what one call moves. */
static int vectors_check_own(const struct vectors *v)
{
	uint64_t room = MAX_RW;

	if (v->nr == 1)
		v->seg->len = MIN(v->seg->len, room);   /* a single one is cut first */
	for (unsigned i = 0; i < v->nr; i++) {
		if (!user_range_ok(UADDR(v->seg[i].base), v->seg[i].len))
			return -EFAULT;
		v->seg[i].len = MIN(v->seg[i].len, room);
		room -= v->seg[i].len;
	}
	return 0;
}

/* Bytes left in the current segment, skipping empty ones; 0 at the end. */
static uint64_t vectors_left(struct vectors *v)
{
	while (v->nr && v->off == v->seg->len) {
		v->seg++;
		v->nr--;
		v->off = 0;
	}
	return v->nr ? v->seg->len - v->off : 0;
}

/* Move one piece between our memory at `local` and s at `remote`; bytes, or -errno. */
static ssize_t vm_piece(struct space *s, uint64_t local, uint64_t remote, char *buf, size_t n, bool write)
{
	ssize_t got;
	size_t part;

	if (write) {
		part = n - user_copy_in_partial(buf, UADDR(local), n);
		return part ? space_write(s, remote, buf, part) : -EFAULT;
	}
	got = space_read(s, remote, buf, n);
	if (got <= 0)
		return got;
	part = (size_t)got - user_copy_out_partial(UADDR(local), buf, (size_t)got);
	return part ? (ssize_t)part : -EFAULT;
}

static ssize_t vm_copy(struct space *s, struct vectors *local, struct vectors *remote, bool write)
{
	char *buf = kmalloc(PAGE_SIZE, 0);
	ssize_t done = 0, got = 0;

	if (!buf)
		return -ENOMEM;
	for (;;) {
		uint64_t l = vectors_left(local), r = vectors_left(remote), n;

		n = MIN(MIN(l, r), PAGE_SIZE - (r ? (remote->seg->base + remote->off) & (PAGE_SIZE - 1) : 0));
		if (!n || signal_is_fatal_pending())
			break;
		got = vm_piece(s, local->seg->base + local->off, remote->seg->base + remote->off, buf, n, write);
		if (got <= 0)
			break;
		local->off += (uint64_t)got;
		remote->off += (uint64_t)got;
		done += got;
		if ((uint64_t)got < n)
			break;
	}
	kfree(buf);
	return done ? done : got < 0 ? got : 0;
}

static int vm_target(int pid, struct space **out)
{
	struct task *t = task_lookup(pid);
	int err;

	if (!t)
		return -ESRCH;
	err = task_inspect_space(t, false, out);
	task_put(t);
	return err ? -EPERM : *out ? 0 : -ESRCH;
}

static long process_vm(int pid, uint64_t lvec, uint64_t nr_l, uint64_t rvec, uint64_t nr_r, uint64_t flags, bool write)
{
	struct vectors local = { 0 }, remote = { 0 };
	struct uio_seg *lmem = NULL, *rmem = NULL;
	struct space *s;
	long r;

	if (flags)
		return -EINVAL;
	r = vectors_load(&local, lvec, (unsigned)nr_l, &lmem);          /* the lower half, as readv(2) */
	if (!r)
		r = vectors_check_own(&local);
	if (!r && vectors_left(&local))
		r = vectors_load(&remote, rvec, nr_r, &rmem);
	if (!r && vectors_left(&local) && vectors_left(&remote)) {
		r = vm_target(pid, &s);
		if (!r) {
			r = vm_copy(s, &local, &remote, write);
			space_put_user(s);
		}
	}
	kfree(lmem);
	kfree(rmem);
	return r;
}

SYSCALL(process_vm_readv, int pid, uint64_t lvec, uint64_t nr_l, uint64_t rvec, uint64_t nr_r, uint64_t flags)
{
	return process_vm(pid, lvec, nr_l, rvec, nr_r, flags, false);
}

SYSCALL(process_vm_writev, int pid, uint64_t lvec, uint64_t nr_l, uint64_t rvec, uint64_t nr_r, uint64_t flags)
{
	return process_vm(pid, lvec, nr_l, rvec, nr_r, flags, true);
}

/* ---- process_madvise, process_mrelease ---- */

/* The leader of the process behind a pidfd, counted. 0, -EBADF, -ESRCH. */
static int pidfd_leader(int pidfd, struct task **out)
{
	struct fd_ref ref;
	struct file *f = fd_borrow(pidfd, &ref);
	struct pid *pid;
	int err = 0;

	if (!f)
		return -EBADF;
	pid = pidfd_pid(f);
	*out = NULL;
	if (!pid)
		err = -EBADF;
	else if (!rcu_load(pid->process) || !(*out = pid_task_get(pid)))
		err = -ESRCH;
	fd_return(&ref);
	return err;
}

/* May the current task give advice on t's memory? 0 with it, as a user. */
static int advised_space(struct task *t, struct space **out)
{
	int err = task_inspect_space(t, true, out);

	if (!err && !*out)
		return -ESRCH;
	if (err || *out == task_current()->space || capable(CAP_SYS_NICE))
		return err;
	space_put_user(*out);
	return -EPERM;
}

/* Bytes advised on, holes among them, or the error of the first part. */
static long advise_all(struct space *s, struct vectors *v, int advice)
{
	long done = 0, err = 0;

	for (; v->nr; v->seg++, v->nr--) {
		err = space_advise(s, v->seg->base, v->seg->len, advice);
		if (err && err != -ENOMEM)
			break;
		done += (long)v->seg->len;
	}
	return done ? done : err;
}

static long advise_process(int pidfd, struct vectors *v, int advice)
{
	struct task *t;
	struct space *s;
	long r = pidfd_leader(pidfd, &t);

	if (r)
		return r;
	if (advice != MADV_COLD && advice != MADV_PAGEOUT && advice != MADV_WILLNEED && advice != MADV_COLLAPSE)
		r = -EINVAL;
	else
		r = advised_space(t, &s);
	if (!r) {
		r = vectors_left(v) ? advise_all(s, v, advice) : 0;
		space_put_user(s);
	}
	task_put(t);
	return r;
}

SYSCALL(process_madvise, int pidfd, uint64_t vec, uint64_t nr, int advice, unsigned flags)
{
	struct vectors v = { 0 };
	struct uio_seg *mem = NULL;
	long r;

	if (flags)
		return -EINVAL;
	r = vectors_load(&v, vec, (unsigned)nr, &mem);
	if (!r)
		r = vectors_check_own(&v);
	if (!r)
		r = advise_process(pidfd, &v, advice);
	kfree(mem);
	return r;
}

/* Are all who use s, beside the one that asks, threads of p, that are on their way out? 0, -EINVAL. */
static int check_dying(struct process *p, struct space *s)
{
	int err = -EINVAL;

	spin_lock(&p->sig_lock);
	if ((p->group_flags & GROUP_EXIT) && !p->dump && load_relaxed(&s->users) - 1 <= load_relaxed(&p->nr_threads))
		err = 0;                        /* relaxed: neither grows from here on */
	spin_unlock(&p->sig_lock);
	return err;
}

SYSCALL(process_mrelease, int pidfd, unsigned flags)
{
	struct task *t;
	struct space *s;
	int err;

	if (flags)
		return -EINVAL;
	err = pidfd_leader(pidfd, &t);
	if (err)
		return err;
	s = process_space_get(t->process);
	err = s ? check_dying(t->process, s) : -ESRCH;
	if (!err)
		space_reap(s);
	if (s)
		space_put_user(s);
	task_put(t);
	return err;
}

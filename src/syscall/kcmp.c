/*
 * kcmp.c - kcmp(2): do two tasks share a part? An order among kernel objects that tells no addresses.
 */
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <drivers/tty.h>
#include <ipc/epoll.h>
#include <proc/ptrace.h>
#include <syscall/define.h>
#include <task/inspect.h>
#include <task/pid.h>
#include <task/process.h>
#include <linux/kcmp.h>

/* Chosen at the first call: an odd factor and a mask hide addresses and keep them distinct. */
static atomic_ulong factor, mask;

static uint64_t disguise(const void *p)
{
	uint64_t f = load_acquire(&factor);     /* pairs with the release below */

	if (!f) {
		uint64_t fresh[2], none = 0;

		random_bytes(fresh, sizeof fresh);
		(void)cas_relaxed(&mask, &none, fresh[1] | 1);  /* the first one counts */
		none = 0;
		(void)cas_release(&factor, &none, fresh[0] | 1);
		f = load_acquire(&factor);
	}
	return ((uint64_t)p ^ load_relaxed(&mask)) * f;
}

/* 0 equal, 1 less, 2 greater. */
static long order(const void *a, const void *b)
{
	uint64_t x = disguise(a), y = disguise(b);

	return x == y ? 0 : x < y ? 1 : 2;
}

static long compare_files(struct task *a, struct task *b, unsigned long fd1, unsigned long fd2)
{
	struct file *f1 = fd1 > INT32_MAX ? NULL : fd_lookup_of(a, (int)fd1);
	struct file *f2 = fd2 > INT32_MAX ? NULL : fd_lookup_of(b, (int)fd2);
	long r = f1 && f2 ? order(f1, f2) : -EBADF;

	if (f1)
		file_put(f1);
	if (f2)
		file_put(f2);
	return r;
}

/* Is fd1 of a the file that an epoll of b watches as a given descriptor? */
static long compare_watched(struct task *a, struct task *b, unsigned long fd1, uaddr_t from)
{
	struct kcmp_epoll_slot slot;
	const struct file *watched;
	struct file *f, *epf;
	long r = -EBADF;

	if (user_read(&slot, from))
		return -EFAULT;
	f = fd1 > INT32_MAX ? NULL : fd_lookup_of(a, (int)fd1);
	epf = slot.efd > INT32_MAX ? NULL : fd_lookup_of(b, (int)slot.efd);
	if (f && epf) {
		r = epoll_target(epf, (int)slot.tfd, slot.toff, &watched);
		if (!r)
			r = order(f, watched);
	}
	if (f)
		file_put(f);
	if (epf)
		file_put(epf);
	return r;
}

static const void *part(struct task *t, int type)
{
	switch (type) {
	case KCMP_VM: return t->space;
	case KCMP_FILES: return t->files;
	case KCMP_FS: return t->fs;
	case KCMP_SIGHAND: return t->process->actions;
	default: return NULL;
	}
}

static long compare(struct task *a, struct task *b, int type, unsigned long i1, unsigned long i2)
{
	switch (type) {
	case KCMP_FILE:
		return compare_files(a, b, (unsigned)i1, (unsigned)i2);
	case KCMP_VM:
	case KCMP_FILES:
	case KCMP_FS:
	case KCMP_SIGHAND:
		return order(part(a, type), part(b, type));     /* addresses alone: nothing is followed */
	case KCMP_IO:
		return 0;                       /* no task has an I/O context: all have the same, none */
	case KCMP_SYSVSEM:
		return order(load_relaxed(&a->sem_undo), load_relaxed(&b->sem_undo));
	case KCMP_EPOLL_TFD:
		return compare_watched(a, b, i1, UADDR(i2));
	default:
		return -EINVAL;
	}
}

SYSCALL(kcmp, int pid1, int pid2, int type, unsigned long i1, unsigned long i2)
{
	struct task *a = task_lookup(pid1), *b = task_lookup(pid2);
	long r = -ESRCH;

	if (a && b) {
		r = -EPERM;
		if (task_may_inspect(a, false) && task_may_inspect(b, false))
			r = compare(a, b, type, i1, i2);
	}
	if (a)
		task_put(a);
	if (b)
		task_put(b);
	return r;
}

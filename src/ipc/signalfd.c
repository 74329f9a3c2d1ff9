/*
 * signalfd.c - taking pending signals by read(2), signalfd(2).
 *
 * A file is a set of signals, no more: what is read are the caller's own pending signals. Who waits
 * does so on the queue of his process (signal_waitq()), which is woken by every signal sent to it; the
 * condition is looked at under sig_lock, so no fence is needed between the two.
 * Lock: the caller's sig_lock.   Context: task, may sleep.
 */
#include <ipc/signalfd.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <task/signal.h>
#include <linux/signalfd.h>
#include "ipc_priv.h"

struct signalfd {
	atomic_ulong set;                       /* a: signals to take, never KILL and STOP */
	struct waitq changed;                   /* the set grew, maybe */
};
static struct slab_cache *signalfd_cache __ro_after_init;
static const struct file_ops signalfd_ops;

/* ---- siginfo for user mode ---- */

/* What the code and the number say of which fields of a siginfo are in use. */
enum layout { LAYOUT_KILL, LAYOUT_TIMER, LAYOUT_POLL, LAYOUT_FAULT, LAYOUT_CHILD, LAYOUT_QUEUE, LAYOUT_SYS };

static enum layout layout_of(const siginfo_t *i)
{
	if (i->si_code > SI_USER && i->si_code < SI_KERNEL) {
		switch (i->si_signo) {
		case SIGILL: case SIGFPE: case SIGSEGV: case SIGBUS: case SIGTRAP:
			return LAYOUT_FAULT;
		case SIGCHLD:
			return LAYOUT_CHILD;
		case SIGPOLL:
			return LAYOUT_POLL;
		case SIGSYS:
			return LAYOUT_SYS;
		default:
			return LAYOUT_KILL;
		}
	}
	switch (i->si_code) {
	case SI_TIMER: return LAYOUT_TIMER;
	case SI_SIGIO: return LAYOUT_POLL;
	default: return i->si_code < 0 && i->si_code != SI_TKILL ? LAYOUT_QUEUE : LAYOUT_KILL;
	}
}

static void siginfo_convert(struct signalfd_siginfo *to, const siginfo_t *from)
{
	memset(to, 0, sizeof *to);
	to->ssi_signo = (uint32_t)from->si_signo;
	to->ssi_errno = from->si_errno;
	to->ssi_code = from->si_code;
	switch (layout_of(from)) {
	case LAYOUT_TIMER:
		to->ssi_tid = (uint32_t)from->si_tid;
		to->ssi_overrun = (uint32_t)from->si_overrun;
		to->ssi_ptr = (uint64_t)from->si_ptr;
		to->ssi_int = from->si_int;
		break;
	case LAYOUT_POLL:
		to->ssi_band = (uint32_t)from->si_band;
		to->ssi_fd = from->si_fd;
		break;
	case LAYOUT_FAULT:
		to->ssi_addr = (uint64_t)from->si_addr;
		break;
	case LAYOUT_CHILD:
		to->ssi_pid = (uint32_t)from->si_pid;
		to->ssi_uid = (uint32_t)from->si_uid;
		to->ssi_status = from->si_status;
		to->ssi_utime = (uint64_t)from->si_utime;
		to->ssi_stime = (uint64_t)from->si_stime;
		break;
	case LAYOUT_SYS:
		to->ssi_call_addr = (uint64_t)from->si_call_addr;
		to->ssi_syscall = from->si_syscall;
		to->ssi_arch = from->si_arch;
		break;
	case LAYOUT_QUEUE:
		to->ssi_ptr = (uint64_t)from->si_ptr;
		to->ssi_int = from->si_int;
		/* fall through */
	case LAYOUT_KILL:
		to->ssi_pid = (uint32_t)from->si_pid;
		to->ssi_uid = (uint32_t)from->si_uid;
		break;
	}
}

/* ---- reading ---- */

static int signalfd_take(const struct signalfd *s, siginfo_t *info)
{
	struct task *t = task_current();
	int sig;

	spin_lock(&t->process->sig_lock);
	sig = signal_dequeue_locked(t, ~load_relaxed(&s->set), info);
	if (sig)
		signal_recalc(t);
	spin_unlock(&t->process->sig_lock);
	return sig;
}

static ssize_t signalfd_read(struct file *f, struct uio *u, loff_t *pos)
{
	struct signalfd *s = f->priv;
	struct signalfd_siginfo out;
	siginfo_t info;
	ssize_t done = 0;

	if (u->left < sizeof out)
		return -EINVAL;
	if (!signalfd_take(s, &info)) {
		int err;

		if (f->mode & FILE_NONBLOCK)
			return -EAGAIN;
		err = wait_event_interruptible(signal_waitq(process_current()), signalfd_take(s, &info));
		if (err)
			return err;
	}
	do {
		siginfo_convert(&out, &info);
		if (uio_copy_to(u, &out, sizeof out) != sizeof out)
			return done ? done : -EFAULT;
		done += (ssize_t)sizeof out;
	} while (u->left >= sizeof out && signalfd_take(s, &info));
	return done;
}

static uint32_t signalfd_poll(struct file *f, struct poll_table *pt)
{
	struct signalfd *s = f->priv;
	struct task *t;
	struct process *p;
	sigset64_t ready;

	if (unlikely(!thread_current()->is_task))
		return 0;                       /* a request's worker looks (aio_poll.c): it has no signals */
	t = task_current();
	p = t->process;
	poll_wait_queue(pt, signal_waitq(p));
	poll_wait_queue(pt, &s->changed);
	spin_lock(&p->sig_lock);
	ready = (t->pending.set | p->shared_pending.set) & load_relaxed(&s->set);
	spin_unlock(&p->sig_lock);
	return ready ? EPOLLIN : 0;
}

static void signalfd_fdinfo(struct file *f, char *buf, size_t size)
{
	const struct signalfd *s = f->priv;

	scnprintf(buf, size, "sigmask:\t%016lx\n", load_relaxed(&s->set));
}

/* ---- birth, change, death ---- */

static void signalfd_release(struct file *f)
{
	slab_free(signalfd_cache, f->priv);
}

static const struct file_ops signalfd_ops = {
	.read = signalfd_read,
	.poll = signalfd_poll,
	.release = signalfd_release,
	.show_fdinfo = signalfd_fdinfo,
};

int signalfd_create_file(sigset64_t set, int flags, struct file **out)
{
	struct signalfd *s = slab_alloc(signalfd_cache, 0);
	int err;

	if (!s)
		return -ENOMEM;
	s->set = set & ~SIGSET_UNBLOCKABLE;
	waitq_init(&s->changed);
	err = anon_file_create("signalfd", &signalfd_ops, s, O_RDWR | (uint32_t)(flags & SFD_NONBLOCK), 0, out);
	if (err)
		slab_free(signalfd_cache, s);
	else
		(*out)->mode |= FILE_SEEK_NOOP;
	return err;
}

int signalfd_set(struct file *f, sigset64_t set)
{
	struct signalfd *s = f->priv;

	if (f->ops != &signalfd_ops)
		return -EINVAL;
	store_relaxed(&s->set, set & ~SIGSET_UNBLOCKABLE);
	waitq_wake_all(signal_waitq(process_current()));
	waitq_wake_all(&s->changed);
	return 0;
}

void signalfd_init(void)
{
	signalfd_cache = slab_cache_create("signalfd", sizeof(struct signalfd), 0);
}

/*
 * signal.c - system calls on signals: actions, masks, sending, waiting.
 */
#include <arch/sigframe.h>
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <fs/file.h>
#include <fs/filesystems.h>
#include <lib/string.h>
#include <linux/capability.h>
#include <linux/pidfd.h>
#include <proc/proc.h>
#include <sched/sched.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/signal.h>
#include <time/clock.h>

#define SA_KNOWN (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | SA_RESETHAND | \
		  SA_EXPOSE_TAGBITS | SA_RESTORER)
#define PIDFD_SIGNAL_THREAD_        1u          /* of Linux 6.9 */
#define PIDFD_SIGNAL_THREAD_GROUP_  2u
#define PIDFD_SIGNAL_PROCESS_GROUP_ 4u

static_assert(sizeof(siginfo_t) == 128, "siginfo is copied whole");

/* ---- actions and masks ---- */

/* An action that ignores drops what is pending. sig_lock held. */
static void pending_drop_locked(struct process *p, int sig)
{
	struct task *t;

	sigqueue_remove(&p->shared_pending, SIGMASK(sig));
	list_for_each(t, &p->threads, group_node)
		sigqueue_remove(&t->pending, SIGMASK(sig));
}

static bool action_ignores(const struct sigaction_k *a, int sig)
{
	return a->handler == HANDLER_IGNORE ||
	       (a->handler == HANDLER_DEFAULT && (SIGMASK(sig) & SIGSET_IGNORED_BY_DEFAULT));
}

SYSCALL(rt_sigaction, int sig, uaddr_t act, uaddr_t old, size_t size)
{
	struct process *p = process_current();
	struct sigaction_k fresh, was;

	if (size != sizeof(sigset64_t))
		return -EINVAL;
	if (!uaddr_is_null(act) && user_read(&fresh, act))
		return -EFAULT;
	if (sig < 1 || sig > NR_SIGNALS || (!uaddr_is_null(act) && (SIGMASK(sig) & SIGSET_UNBLOCKABLE)))
		return -EINVAL;
	spin_lock(&p->sig_lock);
	signal_action_read(p, sig, &was);
	if (!uaddr_is_null(act)) {
		fresh.flags &= SA_KNOWN;
		fresh.mask &= ~SIGSET_UNBLOCKABLE;
		signal_action_write(p, sig, &fresh);
		if (action_ignores(&fresh, sig))
			pending_drop_locked(p, sig);
	}
	spin_unlock(&p->sig_lock);
	return !uaddr_is_null(old) && user_write(old, &was) ? -EFAULT : 0;
}

SYSCALL(rt_sigprocmask, int how, uaddr_t set, uaddr_t old, size_t size)
{
	sigset64_t was = task_current()->blocked, arg;

	if (size != sizeof arg)
		return -EINVAL;
	if (!uaddr_is_null(set)) {
		if (user_read(&arg, set))
			return -EFAULT;
		switch (how) {
		case SIG_BLOCK:
			arg |= was;
			break;
		case SIG_UNBLOCK:
			arg = was & ~arg;
			break;
		case SIG_SETMASK:
			break;
		default:
			return -EINVAL;
		}
		signal_set_blocked(arg);
	}
	return !uaddr_is_null(old) && user_write(old, &was) ? -EFAULT : 0;
}

SYSCALL(rt_sigpending, uaddr_t set, size_t size)
{
	struct task *t = task_current();
	struct process *p = t->process;
	sigset64_t pending;

	if (size > sizeof pending)
		return -EINVAL;
	spin_lock(&p->sig_lock);
	pending = (t->pending.set | p->shared_pending.set) & t->blocked;
	spin_unlock(&p->sig_lock);
	return user_copy_out(set, &pending, size) ? -EFAULT : 0;
}

/* ---- the alternate stack ---- */

static bool on_altstack(const struct task *t, uint64_t sp)
{
	return !(t->altstack_flags & SS_AUTODISARM) && sp > t->altstack_base && sp - t->altstack_base <= t->altstack_size;
}

static int altstack_set(struct task *t, uint64_t base, uint64_t size, uint32_t flags, uint64_t sp)
{
	uint32_t mode = flags & ~SS_AUTODISARM;

	if (on_altstack(t, sp))
		return -EPERM;
	if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
		return -EINVAL;
	if (mode == SS_DISABLE) {
		base = size = 0;
	} else if (size < MINSIGSTKSZ) {
		return -ENOMEM;
	}
	t->altstack_base = base;
	t->altstack_size = size;
	t->altstack_flags = flags;
	return 0;
}

SYSCALL(sigaltstack, uaddr_t set, uaddr_t old)
{
	struct task *t = task_current();
	uint64_t sp = task_user_frame(t)->rsp;
	stack_t fresh, was;
	int err;

	memset(&was, 0, sizeof was);
	was.ss_sp = (void *)t->altstack_base;
	was.ss_size = t->altstack_size;
	was.ss_flags = (int)(t->altstack_flags & SS_AUTODISARM);
	was.ss_flags |= !t->altstack_size ? SS_DISABLE : on_altstack(t, sp) ? SS_ONSTACK : 0;
	if (!uaddr_is_null(set)) {
		if (user_read(&fresh, set))
			return -EFAULT;
		err = altstack_set(t, (uint64_t)fresh.ss_sp, fresh.ss_size, (uint32_t)fresh.ss_flags, sp);
		if (err)
			return err;
	}
	return !uaddr_is_null(old) && user_write(old, &was) ? -EFAULT : 0;
}

SYSCALL(rt_sigreturn, void)
{
	struct task *t = task_current();
	struct user_frame *f = task_user_frame(t);
	struct sigframe_restored r;

	if (sigframe_pop(f, &t->thread.ctx, &r)) {
		f->orig_rax = ~0ull;
		signal_force_segv();
		return 0;
	}
	f->orig_rax = ~0ull;
	t->restart_fn = NULL;
	signal_set_blocked(r.mask);
	thread_set_work(&t->thread, WORK_FULL_RESTORE);
	if (unlikely(r.fpu_is_lost)) {
		signal_force_segv();
		return (long)(f->rax = 0);
	}
	(void)!altstack_set(t, r.altstack_base, r.altstack_size, r.altstack_flags, f->rsp);     /* as Linux: best effort */
	if (unlikely(r.bad_selector >= 0))
		signal_force(SIGSEGV, SI_KERNEL, 0, SIGFRAME_TRAP_SELECTOR, (unsigned)r.bad_selector);
	return (long)f->rax;
}

SYSCALL(restart_syscall, void)
{
	struct task *t = task_current();
	long (*fn)(struct task *t) = t->restart_fn;

	t->restart_fn = NULL;
	return fn ? fn(t) : -EINTR;
}

/* ---- sending ---- */

static bool signal_is_valid(int sig) { return sig >= 0 && sig <= NR_SIGNALS; }

/* May the caller send this? Signal 0 asks only that. */
static int kill_permission(struct process *p, const siginfo_t *info, int sig)
{
	if (!signal_is_valid(sig))
		return -EINVAL;
	if (info->si_code > 0)
		return 0;                       /* only to oneself: checked before */
	return signal_may_send(cred_current(), p, sig) ? 0 : -EPERM;
}

static int kill_process(struct process *p, const siginfo_t *info, int sig)
{
	int err = kill_permission(p, info, sig);

	return err || !sig ? err : signal_send_process(p, info);
}

/* kill(2) takes any thread's number for its process. */
static int kill_number(int nr, const siginfo_t *info, int sig)
{
	struct task *t = task_lookup(nr);
	int err;

	if (!t)
		return -ESRCH;
	err = kill_process(t->process, info, sig);
	task_put(t);
	return err;
}

static int kill_group_locked(struct pid *pgrp, const siginfo_t *info, int sig)
{
	struct process *p;
	int err = -ESRCH;

	list_for_each(p, &pgrp->pgrp_members, pgrp_node) {
		int one = kill_process(p, info, sig);

		if (err)
			err = one;
	}
	return err;
}

/* nr 0: the caller's own. */
static int kill_group(int nr, const siginfo_t *info, int sig)
{
	struct pid *pgrp;
	int err;

	spin_lock(&tasklist_lock);
	pgrp = nr ? pid_find(nr) : process_current()->pgrp;
	err = pgrp ? kill_group_locked(pgrp, info, sig) : -ESRCH;
	spin_unlock(&tasklist_lock);
	return err;
}

/* Everyone but init and the caller. */
static int kill_all(const siginfo_t *info, int sig)
{
	struct process *p, *self = process_current();
	bool any = false;
	int err = 0;

	for (int nr = 2; (p = process_next(pid_ns_current(), &nr)); nr++) {
		if (p != self) {
			int one = kill_process(p, info, sig);

			any = true;
			if (one != -EPERM)
				err = one;
		}
		process_put(p);
	}
	return any ? err : -ESRCH;
}

SYSCALL(kill, int pid, int sig)
{
	siginfo_t info;

	siginfo_init_user(&info, sig, SI_USER);
	if (pid > 0)
		return kill_number(pid, &info, sig);
	if (pid == -1)
		return kill_all(&info, sig);
	if (pid == (int)0x80000000)
		return -ESRCH;
	return kill_group(-pid, &info, sig);
}

/* tgid 0: whatever process tid is in. */
static int kill_thread(int tgid, int tid, const siginfo_t *info, int sig)
{
	struct task *t = task_lookup(tid);
	int err = -ESRCH;

	if (!t)
		return err;
	if (!tgid || t->process->tgid == tgid) {
		err = kill_permission(t->process, info, sig);
		if (!err && sig)
			err = signal_send_task(t, info);
	}
	task_put(t);
	return err;
}

SYSCALL(tgkill, int tgid, int tid, int sig)
{
	siginfo_t info;

	if (tgid <= 0 || tid <= 0)
		return -EINVAL;
	siginfo_init_user(&info, sig, SI_TKILL);
	return kill_thread(tgid, tid, &info, sig);
}

SYSCALL(tkill, int tid, int sig)
{
	siginfo_t info;

	if (tid <= 0)
		return -EINVAL;
	siginfo_init_user(&info, sig, SI_TKILL);
	return kill_thread(0, tid, &info, sig);
}

#define INFO_USED 48                        /* bytes of a siginfo that any layout uses */

/* Does si_code say how the rest is laid out? */
static bool layout_is_known(int sig, int code)
{
	static const uint8_t limits[SIGSYS + 1] = {
		[SIGILL] = NSIGILL, [SIGFPE] = NSIGFPE, [SIGSEGV] = NSIGSEGV, [SIGBUS] = NSIGBUS,
		[SIGTRAP] = NSIGTRAP, [SIGCHLD] = NSIGCHLD, [SIGPOLL] = NSIGPOLL, [SIGSYS] = NSIGSYS,
	};

	if (code == SI_KERNEL || code == SI_ASYNCNL)
		return true;
	if (code <= SI_USER)
		return code >= SI_DETHREAD;
	return code <= ((unsigned)sig <= SIGSYS && limits[sig] ? limits[sig] : NSIGPOLL);
}

/* A siginfo of user memory. What no layout uses is not kept, and must be zero when the layout is unknown. */
static int info_read(siginfo_t *info, uaddr_t from, int sig)
{
	char *rest = (char *)info + INFO_USED;

	if (user_read(info, from))
		return -EFAULT;
	if (!layout_is_known(sig, info->si_code)) {
		for (unsigned i = 0; i < sizeof *info - INFO_USED; i++)
			if (rest[i])
				return -E2BIG;
	}
	memset(rest, 0, sizeof *info - INFO_USED);
	return 0;
}

/* Of the caller's making: to others it must look like it. */
static int info_check_sender(const siginfo_t *info, bool is_self)
{
	return (info->si_code >= 0 || info->si_code == SI_TKILL) && !is_self ? -EPERM : 0;
}

SYSCALL(rt_sigqueueinfo, int pid, int sig, uaddr_t uinfo)
{
	siginfo_t info;
	int err = info_read(&info, uinfo, sig);

	if (!err)
		err = info_check_sender(&info, pid == process_current()->tgid);
	info.si_signo = sig;
	return err ? err : kill_number(pid, &info, sig);
}

SYSCALL(rt_tgsigqueueinfo, int tgid, int tid, int sig, uaddr_t uinfo)
{
	siginfo_t info;
	int err = info_read(&info, uinfo, sig);

	if (!err && (tgid <= 0 || tid <= 0))
		err = -EINVAL;
	if (!err)
		err = info_check_sender(&info, tid == task_current()->tid);
	info.si_signo = sig;
	return err ? err : kill_thread(tgid, tid, &info, sig);
}

static int pidfd_kill(struct pid *pid, unsigned flags, const siginfo_t *info, int sig)
{
	struct task *t;
	int err;

	if (!pid_seen(pid))
		return -EINVAL;                 /* of a namespace that the caller is not above */
	if (flags & PIDFD_SIGNAL_PROCESS_GROUP_) {
		spin_lock(&tasklist_lock);
		err = kill_group_locked(pid, info, sig);
		spin_unlock(&tasklist_lock);
		return err;
	}
	t = pid_task_get(pid);
	if (!t)
		return -ESRCH;
	if (flags & PIDFD_SIGNAL_THREAD_) {
		err = kill_permission(t->process, info, sig);
		if (!err && sig)
			err = signal_send_task(t, info);
	} else {
		err = kill_process(t->process, info, sig);
	}
	task_put(t);
	return err;
}

SYSCALL(pidfd_send_signal, int pidfd, int sig, uaddr_t uinfo, unsigned flags)
{
	struct fd_ref ref;
	struct file *f;
	struct pid *pid;
	siginfo_t info;
	int err = 0;

	if ((flags & ~7u) || (flags & (flags - 1)))
		return -EINVAL;
	f = fd_borrow(pidfd, &ref);
	if (!f)
		return -EBADF;
	pid = pidfd_pid(f);
	if (!pid)
		pid = procfs_pid(f);            /* from before there was pidfd_open(2) */
	if (!pid) {
		err = -EBADF;
	} else if (!uaddr_is_null(uinfo)) {
		err = user_read(&info.si_signo, uinfo) ? -EFAULT : info_read(&info, uinfo, info.si_signo);
		if (!err)
			err = info.si_signo != sig ? -EINVAL : info_check_sender(&info, pid == task_current()->pid);
	} else {
		siginfo_init_user(&info, sig, flags & PIDFD_SIGNAL_THREAD_ ? SI_TKILL : SI_USER);
	}
	if (!err) {
		if (!flags && (f->flags & PIDFD_THREAD) && pidfd_pid(f))
			flags = PIDFD_SIGNAL_THREAD_;
		err = pidfd_kill(pid, flags, &info, sig);
	}
	fd_return(&ref);
	return err;
}

/* ---- waiting ---- */

static void park_until_signal(void)
{
	int err = 0;

	while (!err) {
		park_begin(PARK_INTERRUPTIBLE);
		err = park(PARK_INTERRUPTIBLE, ~0ull);
	}
	park_end();
}

SYSCALL(pause, void)
{
	park_until_signal();
	return -ERESTARTNOHAND;
}

SYSCALL(rt_sigsuspend, uaddr_t set, size_t size)
{
	int err;

	if (size != sizeof(sigset64_t))
		return -EINVAL;
	if (uaddr_is_null(set))
		return -EFAULT;
	err = signal_set_temporary_mask(set, size);
	if (err)
		return err;
	park_until_signal();
	signal_restore_temporary_mask(true);
	return -ERESTARTNOHAND;
}

/*
 * Sleep for one of `these` until deadline. They are unblocked meanwhile, so that their arrival
 * wakes us; real_blocked says that their actions are not to be taken. sig_lock held and kept.
 */
static int wait_for_signal(struct task *t, sigset64_t these, uint64_t deadline, siginfo_t *info)
{
	struct process *p = t->process;
	int err;

	t->real_blocked = t->blocked;
	t->blocked &= ~these;
	signal_recalc(t);
	spin_unlock(&p->sig_lock);
	do {
		park_begin(PARK_INTERRUPTIBLE);
		err = park(PARK_INTERRUPTIBLE, deadline);
	} while (!err);
	park_end();
	spin_lock(&p->sig_lock);
	signal_set_blocked_locked(t, t->real_blocked);
	t->real_blocked = 0;
	err = signal_dequeue_locked(t, ~these, info) ?: err == -ETIMEDOUT ? -EAGAIN : -EINTR;
	signal_recalc(t);
	return err;
}

static int deadline_read(uaddr_t timeout, uint64_t *deadline)
{
	struct __kernel_timespec ts;

	*deadline = ~0ull;
	if (uaddr_is_null(timeout))
		return 0;
	if (user_read(&ts, timeout))
		return -EFAULT;
	if (ts.tv_sec < 0 || (uint64_t)ts.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if (ts.tv_sec < (int64_t)(~0ull / 4 / NSEC_PER_SEC))
		*deadline = clock_monotonic_ns() + (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
	if (!ts.tv_sec && !ts.tv_nsec)
		*deadline = 0;
	return 0;
}

SYSCALL(rt_sigtimedwait, uaddr_t set, uaddr_t uinfo, uaddr_t timeout, size_t size)
{
	struct task *t = task_current();
	struct process *p = t->process;
	sigset64_t these;
	uint64_t deadline;
	siginfo_t info;
	int sig;

	if (size != sizeof these)
		return -EINVAL;
	if (user_read(&these, set))
		return -EFAULT;
	these &= ~SIGSET_UNBLOCKABLE;
	sig = deadline_read(timeout, &deadline);
	if (sig)
		return sig;
	spin_lock(&p->sig_lock);
	sig = signal_dequeue_locked(t, ~these, &info);
	if (!sig)
		sig = deadline ? wait_for_signal(t, these, deadline, &info) : -EAGAIN;
	else
		signal_recalc(t);
	spin_unlock(&p->sig_lock);
	if (sig > 0 && !uaddr_is_null(uinfo) && user_write(uinfo, &info))
		return -EFAULT;
	return sig;
}

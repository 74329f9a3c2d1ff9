/*
 * ptrace.c - ptrace(2): requests decoded, memory and registers of a stopped tracee.
 *
 * Everything but attaching, interrupting and killing wants a tracee that is parked, and holds it there while its
 * tracer, the caller, is in here (ptrace_hold()).
 * Context: task, may sleep.
 */
#include <arch/fpu.h>
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/space.h>
#include <proc/ptrace.h>
#include <proc/syscall_dispatch.h>
#include <task/cred.h>
#include <task/pid.h>
#include <task/seccomp.h>
#include <task/signal.h>
#include <syscall/define.h>
#include <linux/audit.h>
#include <linux/elf.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <linux/uio.h>
#include <asm/ptrace-abi.h>

/* Where struct user of <sys/user.h> has its parts. */
#define USER_SIZE       928u
#define USER_DEBUGREG   848u

/* Of Linux 6.4: struct ptrace_sud_config and the requests that take it. */
struct dispatch_config { uint64_t mode, selector, offset, len; };
#define SET_DISPATCH    0x4210
#define GET_DISPATCH    0x4211

#define OPTIONS_KNOWN   ((uint64_t)PTRACE_O_MASK)

/* ---- memory ---- */

static long peek(struct task *t, uint64_t addr, uint64_t *out)
{
	struct space *s = ptrace_may_touch_memory(t) ? task_space_get(t) : NULL;
	ssize_t n;

	if (!s)
		return -EIO;
	n = space_read(s, addr, out, sizeof *out);
	space_put_user(s);
	return n == sizeof *out ? 0 : -EIO;
}

static long poke(struct task *t, uint64_t addr, uint64_t value)
{
	struct space *s = ptrace_may_touch_memory(t) ? task_space_get(t) : NULL;
	ssize_t n;

	if (!s)
		return -EIO;
	n = space_write_forced(s, addr, &value, sizeof value);
	space_put_user(s);
	return n == sizeof value ? 0 : -EIO;
}

/* ---- registers ---- */

static long peek_user(struct task *t, uint64_t offset, uint64_t *out)
{
	if ((offset & 7) || offset >= USER_SIZE)
		return -EIO;
	*out = 0;
	if (offset < USER_REGS * 8)
		*out = user_reg_get(task_user_frame(t), &t->thread.ctx, (unsigned)offset / 8);
	else if (offset >= USER_DEBUGREG && offset < USER_DEBUGREG + 64)
		*out = context_get_debug(&t->thread.ctx, (unsigned)(offset - USER_DEBUGREG) / 8);
	return 0;
}

static long set_reg(struct task *t, unsigned word, uint64_t value)
{
	thread_set_work(&t->thread, WORK_FULL_RESTORE); /* entry.asm I4: rip may be anything now */
	return user_reg_set(task_user_frame(t), &t->thread.ctx, word, value);
}

static long poke_user(struct task *t, uint64_t offset, uint64_t value)
{
	if ((offset & 7) || offset >= USER_SIZE)
		return -EIO;
	if (offset < USER_REGS * 8)
		return set_reg(t, (unsigned)offset / 8, value);
	if (offset >= USER_DEBUGREG && offset < USER_DEBUGREG + 64)
		return context_set_debug(&t->thread.ctx, (unsigned)(offset - USER_DEBUGREG) / 8, value);
	return -EIO;
}

static long regs_read(struct task *t, uaddr_t to, size_t len)
{
	uint64_t regs[USER_REGS];

	for (unsigned i = 0; i < USER_REGS; i++)
		regs[i] = user_reg_get(task_user_frame(t), &t->thread.ctx, i);
	return user_copy_out(to, regs, MIN(len, sizeof regs)) ? -EFAULT : 0;
}

static long regs_write(struct task *t, uaddr_t from, size_t len)
{
	uint64_t regs[USER_REGS];
	long err = 0;

	len = MIN(len, sizeof regs);
	if (user_copy_in(regs, from, len))
		return -EFAULT;
	for (unsigned i = 0; i < len / 8 && !err; i++)
		err = set_reg(t, i, regs[i]);
	return err;
}

static long fpregs_read(struct task *t, uaddr_t to, size_t len, bool whole)
{
	len = MIN(len, fpu_area_size(whole));
	for (size_t pos = 0, n; pos < len; pos += n) {
		const void *run = fpu_area_run(&t->thread.ctx, whole, pos, &n);

		n = MIN(n, len - pos);
		if (user_copy_out(uaddr_add(to, pos), run, n))
			return -EFAULT;
	}
	return 0;
}

static long fpregs_write(struct task *t, uaddr_t from, size_t len, bool whole)
{
	size_t size = fpu_area_size(whole);
	void *area;
	long err;

	if (len < size)
		return whole ? -EFAULT : -EINVAL;
	area = kmalloc(size, 0);
	if (!area)
		return -ENOMEM;
	err = user_copy_in(area, from, size) ? -EFAULT : fpu_area_set(&t->thread.ctx, area, size);
	kfree(area);
	return err;
}

/* PTRACE_GETREGSET, PTRACE_SETREGSET: which set, where to, and back how much there was. */
static long regset(struct task *t, bool write, uint64_t kind, uaddr_t vector)
{
	struct iovec iov;
	uaddr_t base;
	size_t size;
	long err;

	if (user_read(&iov, vector))
		return -EFAULT;
	switch (kind) {
	case NT_PRSTATUS:
		size = USER_REGS * 8;
		break;
	case NT_PRFPREG:
		size = fpu_area_size(false);
		break;
	case NT_X86_XSTATE:
		if (fpu_area_size(true) == fpu_area_size(false))
			return -ENODEV;
		size = fpu_area_size(true);
		break;
	default:
		return -EINVAL;
	}
	if (iov.iov_len & 7)
		return -EINVAL;
	iov.iov_len = MIN(iov.iov_len, size);
	base = UADDR((uint64_t)iov.iov_base);
	if (kind == NT_PRSTATUS)
		err = write ? regs_write(t, base, iov.iov_len) : regs_read(t, base, iov.iov_len);
	else if (write)
		err = fpregs_write(t, base, iov.iov_len, kind == NT_X86_XSTATE);
	else
		err = fpregs_read(t, base, iov.iov_len, kind == NT_X86_XSTATE);
	if (!err && user_write(vector, &iov))
		err = -EFAULT;
	return err;
}

/* ---- the stop's story ---- */

static long options_check(uint64_t options)
{
	struct task *self = task_current();

	if (options & ~OPTIONS_KNOWN)
		return -EINVAL;
	/* Who lifts another's filters must have none, nor have them lifted. */
	if ((options & PTRACE_O_SUSPEND_SECCOMP) &&
	    (!capable(CAP_SYS_ADMIN) || self->seccomp || (self->ptrace && ptrace_suspends_seccomp(self))))
		return -EPERM;
	return 0;
}

static long set_options(struct task *t, uint64_t options)
{
	long err = options_check(options);

	if (err)
		return err;
	spin_lock(&t->process->sig_lock);
	if (t->ptrace)
		t->ptrace->options = (uint32_t)options;
	spin_unlock(&t->process->sig_lock);
	return 0;
}

static long get_siginfo(struct task *t, uaddr_t to)
{
	siginfo_t info;
	long err = -EINVAL;

	spin_lock(&t->process->sig_lock);
	if (t->ptrace && t->ptrace->info) {
		info = *t->ptrace->info;
		err = 0;
	}
	spin_unlock(&t->process->sig_lock);
	return err ? err : user_write(to, &info) ? -EFAULT : 0;
}

static long set_siginfo(struct task *t, uaddr_t from)
{
	siginfo_t info;
	long err = -EINVAL;

	if (user_read(&info, from))
		return -EFAULT;
	spin_lock(&t->process->sig_lock);
	if (t->ptrace && t->ptrace->info) {
		*t->ptrace->info = info;
		err = 0;
	}
	spin_unlock(&t->process->sig_lock);
	return err;
}

/* Pending signals of the thread or its process, from the nth on. */
static long peek_siginfo(struct task *t, uaddr_t args, uaddr_t to)
{
	struct ptrace_peeksiginfo_args a;
	siginfo_t info;
	int n;

	if (user_read(&a, args))
		return -EFAULT;
	if ((a.flags & ~PTRACE_PEEKSIGINFO_SHARED) || a.nr < 0)
		return -EINVAL;
	for (n = 0; n < a.nr; n++) {
		if (!signal_peek(t, a.flags & PTRACE_PEEKSIGINFO_SHARED, a.off + (uint64_t)n, &info))
			break;
		if (user_write(uaddr_add(to, (size_t)n * sizeof info), &info))
			return n ? n : -EFAULT;
		if (signal_is_pending())
			return n + 1;
	}
	return n;
}

static long get_message(struct task *t, uaddr_t to)
{
	uint64_t message;

	spin_lock(&t->process->sig_lock);
	message = t->ptrace ? t->ptrace->message : 0;
	spin_unlock(&t->process->sig_lock);
	return user_write(to, &message) ? -EFAULT : 0;
}

static long get_sigmask(struct task *t, uint64_t size, uaddr_t to)
{
	sigset64_t mask;

	if (size != sizeof mask)
		return -EINVAL;
	mask = t->flags & TASK_RESTORE_SIGMASK ? t->saved_blocked : t->blocked;
	return user_write(to, &mask) ? -EFAULT : 0;
}

static long set_sigmask(struct task *t, uint64_t size, uaddr_t from)
{
	sigset64_t mask;

	if (size != sizeof mask)
		return -EINVAL;
	if (user_read(&mask, from))
		return -EFAULT;
	spin_lock(&t->process->sig_lock);
	t->flags &= ~TASK_RESTORE_SIGMASK;
	t->blocked = mask & ~SIGSET_UNBLOCKABLE;
	signal_recalc(t);
	spin_unlock(&t->process->sig_lock);
	return 0;
}

static long syscall_info(struct task *t, uint64_t size, uaddr_t to)
{
	const struct user_frame *f = task_user_frame(t);
	struct ptrace_syscall_info info;
	enum ptrace_stop_kind kind = STOP_OTHER;
	size_t len = offsetof(struct ptrace_syscall_info, entry);
	uint64_t message = 0;

	memset(&info, 0, sizeof info);
	spin_lock(&t->process->sig_lock);
	if (t->ptrace) {
		kind = t->ptrace->kind;
		message = t->ptrace->message;
	}
	spin_unlock(&t->process->sig_lock);
	info.arch = AUDIT_ARCH_X86_64;
	info.instruction_pointer = f->rip;
	info.stack_pointer = f->rsp;
	if (kind == STOP_SYSCALL_ENTRY || kind == STOP_SECCOMP) {
		const uint64_t args[6] = { f->rdi, f->rsi, f->rdx, f->r10, f->r8, f->r9 };

		info.op = kind == STOP_SECCOMP ? PTRACE_SYSCALL_INFO_SECCOMP : PTRACE_SYSCALL_INFO_ENTRY;
		info.entry.nr = f->orig_rax;
		memcpy(info.entry.args, args, sizeof args);
		len = offsetof(struct ptrace_syscall_info, entry.args) + sizeof args;
		if (kind == STOP_SECCOMP) {
			info.seccomp.ret_data = (uint32_t)message;
			len = offsetof(struct ptrace_syscall_info, seccomp.ret_data) + sizeof info.seccomp.ret_data;
		}
	} else if (kind == STOP_SYSCALL_EXIT) {
		info.op = PTRACE_SYSCALL_INFO_EXIT;
		info.exit.rval = (int64_t)f->rax;
		info.exit.is_error = f->rax >= (uint64_t)-4095;
		len = offsetof(struct ptrace_syscall_info, exit.is_error) + sizeof info.exit.is_error;
	}
	if (user_copy_out(to, &info, MIN(len, size)))
		return -EFAULT;
	return (long)len;
}

/* ---- filters, for checkpoints ---- */

static bool may_see_filters(void) { return capable(CAP_SYS_ADMIN) && !task_current()->seccomp; }

static long get_filter(struct task *t, uint64_t nth, uaddr_t to)
{
	bool log;

	return may_see_filters() ? seccomp_inspect(t, nth, to, &log) : -EACCES;
}

static long get_filter_metadata(struct task *t, uint64_t size, uaddr_t at)
{
	struct seccomp_metadata m = { 0 };
	bool log;
	long err;

	if (!may_see_filters())
		return -EACCES;
	size = MIN(size, sizeof m);
	if (size < sizeof m.filter_off)
		return -EINVAL;
	if (user_read(&m.filter_off, at))
		return -EFAULT;
	err = seccomp_inspect(t, m.filter_off, UADDR(0), &log);
	if (err < 0)
		return err;
	m.flags = log ? SECCOMP_FILTER_FLAG_LOG : 0;
	return user_copy_out(at, &m, size) ? -EFAULT : (long)size;
}

/* ---- calls that become signals ---- */

static long set_dispatch(struct task *t, uint64_t size, uaddr_t from)
{
	struct dispatch_config c;

	if (size != sizeof c)
		return -EINVAL;
	if (user_read(&c, from))
		return -EFAULT;
	return syscall_dispatch_set(t, c.mode, c.offset, c.len, UADDR(c.selector));
}

static long get_dispatch(struct task *t, uint64_t size, uaddr_t to)
{
	struct dispatch_config c = { .mode = PR_SYS_DISPATCH_OFF };

	if (size != sizeof c)
		return -EINVAL;
	if (t->dispatch)
		c = (struct dispatch_config){ PR_SYS_DISPATCH_ON, t->dispatch->selector.v, t->dispatch->offset, t->dispatch->len };
	return user_write(to, &c) ? -EFAULT : 0;
}

/* ---- requests ---- */

static long request_stopped(struct task *t, long request, uint64_t addr, uint64_t data)
{
	uaddr_t user = UADDR(data);
	uint64_t word;
	long err;

	switch (request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSR:
		err = request == PTRACE_PEEKUSR ? peek_user(t, addr, &word) : peek(t, addr, &word);
		return err ? err : user_write(user, &word) ? -EFAULT : 0;
	case PTRACE_POKETEXT:
	case PTRACE_POKEDATA:
		return poke(t, addr, data);
	case PTRACE_POKEUSR:
		return poke_user(t, addr, data);
	case PTRACE_GETREGS:
		return regs_read(t, user, USER_REGS * 8);
	case PTRACE_SETREGS:
		return regs_write(t, user, USER_REGS * 8);
	case PTRACE_GETFPREGS:
		return fpregs_read(t, user, fpu_area_size(false), false);
	case PTRACE_SETFPREGS:
		return fpregs_write(t, user, fpu_area_size(false), false);
	case PTRACE_GETREGSET:
	case PTRACE_SETREGSET:
		return regset(t, request == PTRACE_SETREGSET, addr, user);
	case PTRACE_SETOPTIONS:
	case PTRACE_OLDSETOPTIONS:
		return set_options(t, data);
	case PTRACE_GETEVENTMSG:
		return get_message(t, user);
	case PTRACE_GETSIGINFO:
		return get_siginfo(t, user);
	case PTRACE_SETSIGINFO:
		return set_siginfo(t, user);
	case PTRACE_PEEKSIGINFO:
		return peek_siginfo(t, UADDR(addr), user);
	case PTRACE_GETSIGMASK:
		return get_sigmask(t, addr, user);
	case PTRACE_SETSIGMASK:
		return set_sigmask(t, addr, user);
	case PTRACE_GET_SYSCALL_INFO:
		return syscall_info(t, addr, user);
	case SET_DISPATCH:
		return set_dispatch(t, addr, user);
	case GET_DISPATCH:
		return get_dispatch(t, addr, user);
	case PTRACE_SECCOMP_GET_FILTER:
		return get_filter(t, addr, user);
	case PTRACE_SECCOMP_GET_METADATA:
		return get_filter_metadata(t, addr, user);
	case PTRACE_LISTEN:
		return ptrace_listen(t);
	case PTRACE_CONT:
		return ptrace_resume(t, RESUME_CONT, data);
	case PTRACE_SYSCALL:
		return ptrace_resume(t, RESUME_SYSCALL, data);
	case PTRACE_SINGLESTEP:
		return ptrace_resume(t, RESUME_STEP, data);
	case PTRACE_DETACH:
		return ptrace_resume(t, RESUME_DETACH, data);
	default:
		return -EIO;
	}
}

static long request(struct task *t, long request, uint64_t addr, uint64_t data)
{
	long err;

	switch (request) {
	case PTRACE_ATTACH:
		return ptrace_attach(t, false, 0);
	case PTRACE_SEIZE:
		if (addr || (data & ~OPTIONS_KNOWN))
			return -EIO;
		err = options_check(data);
		if (err)
			return err;
		return ptrace_attach(t, true, (uint32_t)data);
	case PTRACE_INTERRUPT:
		return ptrace_interrupt(t);
	case PTRACE_KILL:
		return ptrace_kill(t);
	}
	err = ptrace_hold(t);
	if (err)
		return err;
	err = request_stopped(t, request, addr, data);
	ptrace_let_go(t);
	return err;
}

SYSCALL(ptrace, long number, int pid, uint64_t addr, uint64_t data)
{
	struct task *t;
	long r;

	if (number == PTRACE_TRACEME)
		return ptrace_traceme();
	t = task_lookup(pid);
	if (!t)
		return -ESRCH;
	r = request(t, number, addr, data);
	task_put(t);
	return r;
}

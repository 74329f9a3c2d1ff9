/*
 * prctl.c - settings of the calling task: prctl, arch_prctl, personality.
 */
#include <arch/switch.h>
#include <arch/trace.h>
#include <arch/usercopy.h>
#include <asm/prctl.h>
#include <base/err.h>
#include <linux/prctl.h>
#include <linux/securebits.h>
#include <lib/string.h>
#include <mm/space.h>
#include <proc/proc.h>
#include <proc/syscall_dispatch.h>
#include <syscall/define.h>
#include <task/cred.h>
#include <task/signal.h>
#include <task/user_ns.h>
#include "prctl_priv.h"
#include "seccomp_priv.h"

#ifndef PR_SET_MDWE                             /* newer than some <linux/prctl.h> */
#define PR_SET_MDWE 65
#define PR_GET_MDWE 66
#endif
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#define PR_GET_MEMORY_MERGE 68
#endif
#ifndef PR_GET_AUXV
#define PR_GET_AUXV 0x41555856
#endif

/* A change to a copy of the credentials; cred_replace() when it is done. */
static long cred_change(void (*change)(struct cred *c, uint64_t arg), uint64_t arg)
{
	struct cred *c = cred_copy(cred_current());

	if (!c)
		return -ENOMEM;
	change(c, arg);
	cred_replace(c);
	return 0;
}

/* ---- names and flags of the task ---- */

static long name_set(uaddr_t from)
{
	char name[TASK_COMM_LEN];
	ssize_t n;

	memset(name, 0, sizeof name);
	n = user_copy_string(name, from, sizeof name);
	if (n < 0 && n != -ENAMETOOLONG)
		return n;
	name[sizeof name - 1] = 0;
	task_set_comm(task_current(), name);
	return 0;
}

static long name_get(uaddr_t to)
{
	char name[TASK_COMM_LEN];

	task_get_comm(task_current(), name);
	return user_write(to, &name) ? -EFAULT : 0;
}

static long int_out(uaddr_t to, int value)
{
	return user_write(to, &value) ? -EFAULT : 0;
}

static long dumpable_set(uint64_t value)
{
	if (value > 1)
		return -EINVAL;
	process_current()->dumpable = (uint8_t)value;
	return 0;
}

/* value < 0: say what it is. */
static long io_flusher_call(bool is_valid, long value)
{
	struct process *p = process_current();

	if (!capable(CAP_SYS_RESOURCE))
		return -EPERM;
	if (!is_valid)
		return -EINVAL;
	if (value < 0)
		return p->is_io_flusher;
	p->is_io_flusher = value;
	return 0;
}

static long pdeath_set(uint64_t sig)
{
	if (sig > NR_SIGNALS)
		return -EINVAL;
	task_current()->pdeath_signal = (int)sig;
	return 0;
}

/* ---- capabilities and secure bits ---- */

static void bounding_drop(struct cred *c, uint64_t cap) { c->cap_bounding &= ~CAP_BIT(cap); }
static void securebits_put(struct cred *c, uint64_t bits) { c->securebits = (uint32_t)bits; }
static void keepcaps_put(struct cred *c, uint64_t on)
{
	c->securebits = on ? c->securebits | SECBIT_KEEP_CAPS : c->securebits & ~(uint32_t)SECBIT_KEEP_CAPS;
}
static void ambient_raise(struct cred *c, uint64_t cap) { c->cap_ambient |= CAP_BIT(cap); }
static void ambient_lower(struct cred *c, uint64_t cap) { c->cap_ambient &= ~CAP_BIT(cap); }
static void ambient_clear(struct cred *c, uint64_t unused) { (void)unused; c->cap_ambient = 0; }

static long capbset_drop(uint64_t cap)
{
	if (!capable_here(CAP_SETPCAP))
		return -EPERM;
	return cap > CAP_LAST_CAP ? -EINVAL : cred_change(bounding_drop, cap);
}

static long securebits_set(uint64_t bits)
{
	uint32_t old = cred_current()->securebits;
	uint64_t locked = (uint64_t)(old & SECURE_ALL_LOCKS) >> 1;

	if ((locked & (old ^ bits)) || (old & SECURE_ALL_LOCKS & ~bits) || (bits & ~(uint64_t)(SECURE_ALL_LOCKS | SECURE_ALL_BITS)))
		return -EPERM;
	return capable_here(CAP_SETPCAP) ? cred_change(securebits_put, bits) : -EPERM;
}

static long keepcaps_set(uint64_t on)
{
	if (on > 1)
		return -EINVAL;
	if (cred_current()->securebits & SECBIT_KEEP_CAPS_LOCKED)
		return -EPERM;
	return cred_change(keepcaps_put, on);
}

static long ambient_call(uint64_t what, uint64_t cap, uint64_t a4, uint64_t a5)
{
	const struct cred *c = cred_current();

	if (a4 | a5)
		return -EINVAL;
	if (what == PR_CAP_AMBIENT_CLEAR_ALL)
		return cap ? -EINVAL : cred_change(ambient_clear, 0);
	if (cap > CAP_LAST_CAP)
		return -EINVAL;
	switch (what) {
	case PR_CAP_AMBIENT_IS_SET:
		return c->cap_ambient >> cap & 1;
	case PR_CAP_AMBIENT_RAISE:
		if (!(c->cap_permitted & c->cap_inheritable & CAP_BIT(cap)) || (c->securebits & SECBIT_NO_CAP_AMBIENT_RAISE))
			return -EPERM;
		return cred_change(ambient_raise, cap);
	case PR_CAP_AMBIENT_LOWER:
		return cred_change(ambient_lower, cap);
	default:
		return -EINVAL;
	}
}

static long no_new_privs_set(uint64_t on, uint64_t a3, uint64_t a4, uint64_t a5)
{
	if (on != 1 || (a3 | a4 | a5))
		return -EINVAL;
	store_relaxed(&task_current()->no_new_privs, true);      /* relaxed: asked for by this thread, and told in /proc */
	return 0;
}

/* ---- the machine ---- */

static long tsc_set(struct task *t, unsigned how)
{
	if (how != PR_TSC_ENABLE && how != PR_TSC_SIGSEGV)
		return -EINVAL;
	return context_deny_tsc(&t->thread.ctx, how == PR_TSC_SIGSEGV);
}

enum { MCE_EARLY = 1, MCE_OWN_POLICY = 2 };     /* task->mce_kill */

static long mce_kill_set(struct task *t, uint64_t what, uint64_t policy)
{
	if (what == PR_MCE_KILL_CLEAR) {
		t->mce_kill &= policy ? 0xff : ~MCE_OWN_POLICY;
		return policy ? -EINVAL : 0;
	}
	if (what != PR_MCE_KILL_SET)
		return -EINVAL;
	t->mce_kill |= MCE_OWN_POLICY;          /* as Linux, also when the policy turns out to be none */
	if (policy > PR_MCE_KILL_DEFAULT)
		return -EINVAL;
	t->mce_kill = policy == PR_MCE_KILL_DEFAULT ? 0 : policy == PR_MCE_KILL_EARLY ? MCE_OWN_POLICY | MCE_EARLY : MCE_OWN_POLICY;
	return 0;
}

static long mce_kill_get(const struct task *t)
{
	if (!(t->mce_kill & MCE_OWN_POLICY))
		return PR_MCE_KILL_DEFAULT;
	return t->mce_kill & MCE_EARLY ? PR_MCE_KILL_EARLY : PR_MCE_KILL_LATE;
}

/* Nothing here mitigates speculation, so nothing of it can be switched: as Linux says that was started without. */
static long speculation_get(uint64_t which)
{
	switch (which) {
	case PR_SPEC_STORE_BYPASS:
		return PR_SPEC_NOT_AFFECTED;
	case PR_SPEC_INDIRECT_BRANCH:
		return PR_SPEC_ENABLE;
	case PR_SPEC_L1D_FLUSH:
		return PR_SPEC_FORCE_DISABLE;
	default:
		return -ENODEV;
	}
}

static long speculation_set(uint64_t which, uint64_t how)
{
	switch (which) {
	case PR_SPEC_STORE_BYPASS:
		return -ENXIO;
	case PR_SPEC_INDIRECT_BRANCH:
		if (how == PR_SPEC_ENABLE)
			return 0;
		return how == PR_SPEC_DISABLE || how == PR_SPEC_FORCE_DISABLE ? -EPERM : -ERANGE;
	case PR_SPEC_L1D_FLUSH:
		return -EPERM;
	default:
		return -ENODEV;
	}
}

/* ---- memory ---- */

/* Bits are set once and for all. */
static long mdwe_set(struct space *s, uint64_t bits)
{
	uint8_t old = 0;

	if (bits & ~(uint64_t)(MDWE_REFUSE_EXEC_GAIN | MDWE_NO_INHERIT) || bits == MDWE_NO_INHERIT)
		return -EINVAL;
	return cas_relaxed(&s->mdwe, &old, (uint8_t)bits) || old == bits ? 0 : -EPERM;
}

SYSCALL(prctl, int option, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	struct task *t = task_current();
	struct process *p = t->process;

	switch (option) {
	case PR_SET_PDEATHSIG:
		return pdeath_set(a2);
	case PR_GET_PDEATHSIG:
		return int_out(UADDR(a2), t->pdeath_signal);
	case PR_GET_DUMPABLE:
		return p->dumpable;
	case PR_SET_DUMPABLE:
		return dumpable_set(a2);
	case PR_GET_KEEPCAPS:
		return !!(t->cred->securebits & SECBIT_KEEP_CAPS);
	case PR_SET_KEEPCAPS:
		return keepcaps_set(a2);
	case PR_GET_TIMING:
		return PR_TIMING_STATISTICAL;
	case PR_SET_TIMING:
		return a2 == PR_TIMING_STATISTICAL ? 0 : -EINVAL;
	case PR_TASK_PERF_EVENTS_DISABLE:       /* all that the task has: none */
	case PR_TASK_PERF_EVENTS_ENABLE:
		return 0;
	case PR_SET_NAME:
		return name_set(UADDR(a2));
	case PR_GET_NAME:
		return name_get(UADDR(a2));
	case PR_CAPBSET_READ:
		return a2 > CAP_LAST_CAP ? -EINVAL : (long)(t->cred->cap_bounding >> a2 & 1);
	case PR_CAPBSET_DROP:
		return capbset_drop(a2);
	case PR_GET_TSC:
		return int_out(UADDR(a2), context_denies_tsc(&t->thread.ctx) ? PR_TSC_SIGSEGV : PR_TSC_ENABLE);
	case PR_SET_TSC:
		return tsc_set(t, (unsigned)a2);
	case PR_GET_SECUREBITS:
		return t->cred->securebits;
	case PR_SET_SECUREBITS:
		return securebits_set(a2);
	case PR_SET_TIMERSLACK:
		t->timer_slack_ns = a2 ?: t->timer_slack_default_ns;
		return 0;
	case PR_GET_TIMERSLACK:
		return (long)t->timer_slack_ns;
	case PR_MCE_KILL_GET:
		return a2 | a3 | a4 | a5 ? -EINVAL : mce_kill_get(t);
	case PR_MCE_KILL:
		return a4 | a5 ? -EINVAL : mce_kill_set(t, a2, a3);
	case PR_SET_CHILD_SUBREAPER:
		p->is_subreaper = a2;
		return 0;
	case PR_GET_CHILD_SUBREAPER:
		return int_out(UADDR(a2), p->is_subreaper);
	case PR_SET_SECCOMP:
		return seccomp_prctl_set(a2, UADDR(a3));
	case PR_GET_SECCOMP:
		return seccomp_prctl_get();
	case PR_SET_NO_NEW_PRIVS:
		return no_new_privs_set(a2, a3, a4, a5);
	case PR_GET_NO_NEW_PRIVS:
		return a2 | a3 | a4 | a5 ? -EINVAL : load_relaxed(&t->no_new_privs);
	case PR_GET_TID_ADDRESS:
		return user_write(UADDR(a2), &t->clear_child_tid.v) ? -EFAULT : 0;
	case PR_SET_THP_DISABLE:
		if (a3 | a4 | a5)
			return -EINVAL;
		store_relaxed(&t->space->no_huge, a2 != 0);    /* relaxed: a setting */
		return 0;
	case PR_GET_THP_DISABLE:
		return a2 | a3 | a4 | a5 ? -EINVAL : load_relaxed(&t->space->no_huge);
	case PR_SET_IO_FLUSHER:                 /* nor does memory wait for a device */
		return io_flusher_call(a2 <= 1 && !(a3 | a4 | a5), a2);
	case PR_GET_IO_FLUSHER:
		return io_flusher_call(!(a2 | a3 | a4 | a5), -1);
	case PR_SET_MM:
		return prctl_mm(a2, a3, a4, a5);
	case PR_GET_AUXV:
		return a4 | a5 ? -EINVAL : prctl_auxv(UADDR(a2), a3);
	case PR_SET_MDWE:
		return a3 | a4 | a5 ? -EINVAL : mdwe_set(t->space, a2);
	case PR_GET_MDWE:
		return a2 | a3 | a4 | a5 ? -EINVAL : load_relaxed(&t->space->mdwe);     /* relaxed, below as well: settings */
	case PR_SET_MEMORY_MERGE:
		if (a3 | a4 | a5)
			return -EINVAL;
		store_relaxed(&t->space->merge_any, a2 != 0);
		return 0;
	case PR_GET_MEMORY_MERGE:
		return a2 | a3 | a4 | a5 ? -EINVAL : load_relaxed(&t->space->merge_any);
	case PR_GET_SPECULATION_CTRL:
		return a3 | a4 | a5 ? -EINVAL : speculation_get(a2);
	case PR_SET_SPECULATION_CTRL:
		return a4 | a5 ? -EINVAL : speculation_set(a2, a3);
	case PR_CAP_AMBIENT:
		return ambient_call(a2, a3, a4, a5);
	case PR_SET_SYSCALL_USER_DISPATCH:
		return syscall_dispatch_set(t, a2, a3, a4, UADDR(a5));
	default:
		return -EINVAL;
	}
}

SYSCALL(arch_prctl, int code, uint64_t arg)
{
	struct context *c = &task_current()->thread.ctx;
	uint64_t value;

	switch (code) {
	case ARCH_SET_FS:
	case ARCH_SET_GS:
		if (arg >= USER_END)
			return -EPERM;
		if (code == ARCH_SET_FS)
			context_set_fs_base(c, arg);
		else
			context_set_gs_base(c, arg);
		return 0;
	case ARCH_GET_FS:
	case ARCH_GET_GS:
		value = code == ARCH_GET_FS ? context_get_fs_base(c) : context_get_gs_base(c);
		return user_write(UADDR(arg), &value) ? -EFAULT : 0;
	case ARCH_GET_CPUID:
		return 1;
	case ARCH_SET_CPUID:
		return -ENODEV;
	default:
		return -EINVAL;
	}
}

SYSCALL(personality, unsigned persona)
{
	struct process *p = process_current();
	unsigned old = p->personality;

	if (persona != 0xffffffffu)
		p->personality = persona;
	return old;
}

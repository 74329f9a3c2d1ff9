/*
 * info.c - system calls about the machine and what tasks use of it: names, limits, times, reboot.
 */
#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/tlb.h>
#include <arch/upcall.h>
#include <arch/usercopy.h>
#include <base/err.h>
#include <drivers/tty.h>
#include <lib/bitmap.h>
#include <lib/printf.h>
#include <lib/string.h>
#include <linux/personality.h>
#include <fs/file.h>
#include <linux/membarrier.h>
#include <linux/reboot.h>
#include <linux/sysinfo.h>
#include <linux/times.h>
#include <mm/page.h>
#include <mm/space.h>
#include <percpu/xcall.h>
#include <proc/proc.h>
#include <sched/sched.h>
#include <syscall/define.h>
#include <syscall/limits.h>
#include <syscall/names.h>
#include <task/cred.h>
#include <task/user_ns.h>
#include <task/pid.h>
#include <task/pid_ns.h>
#include <task/signal.h>
#include <task/uts.h>
#include <time/clock.h>
#include <trace/klog.h>

#define USER_TICK_NS (NSEC_PER_SEC / USER_HZ)

/* ---- names ---- */

/* UNAME26: for programs that know no 3 in front. 6.12.x is 2.6.72, and what follows the numbers stays. */
static void release_as_26(char *release, size_t size)
{
	char rest[__NEW_UTS_LEN + 1], *s = release;
	unsigned minor = 0;

	while (*s >= '0' && *s <= '9')
		s++;
	if (*s == '.')
		s++;
	for (; *s >= '0' && *s <= '9'; s++)
		minor = minor * 10 + (unsigned)(*s - '0');
	for (unsigned dots = 2; (*s >= '0' && *s <= '9') || (*s == '.' && ++dots <= 3); s++)
		;
	memcpy(rest, s, strnlen(s, sizeof rest - 1) + 1);
	memset(release, 0, size);
	snprintf(release, size, "2.6.%u%s", minor + 60, rest);
}

/* What else a program may want to be told. */
static __noinline void names_disguise(struct new_utsname *u)
{
	uint32_t personality = process_current()->personality;

	if (personality & UNAME26)
		release_as_26(u->release, sizeof u->release);
	if ((personality & PER_MASK) == PER_LINUX32)
		memcpy(u->machine, "i686\0", sizeof "x86_64" - 1);
}

SYSCALL(uname, uaddr_t out)
{
	struct new_utsname u;

	uts_get_all(&u);
	if (unlikely(process_current()->personality & (PER_MASK | UNAME26)))
		names_disguise(&u);
	return user_write(out, &u) ? -EFAULT : 0;
}

static long name_set(enum uts_name which, uaddr_t name, int len)
{
	char buf[__NEW_UTS_LEN];

	if (!capable_over(ns_current(NS_UTS), CAP_SYS_ADMIN))
		return -EPERM;
	if (len < 0 || len > __NEW_UTS_LEN)
		return -EINVAL;
	if (user_copy_in(buf, name, (size_t)len))
		return -EFAULT;
	uts_set(which, buf, (size_t)len);
	return 0;
}

SYSCALL(sethostname, uaddr_t name, int len) { return name_set(UTS_NODE, name, len); }
SYSCALL(setdomainname, uaddr_t name, int len) { return name_set(UTS_DOMAIN, name, len); }

SYSCALL(sysinfo, uaddr_t out)
{
	struct mm_stats mem;
	struct sysinfo s;
	uint64_t load[3];

	mm_stats_read(&mem);
	sched_load_average(load);
	memset(&s, 0, sizeof s);
	s.uptime = (long)DIV_ROUND_UP(clock_boottime_ns(), NSEC_PER_SEC);
	for (unsigned i = 0; i < 3; i++)
		s.loads[i] = load[i] << (SI_LOAD_SHIFT - 11);
	s.totalram = mem.total * PAGE_SIZE;
	s.freeram = mem.free * PAGE_SIZE;
	s.sharedram = mem.shmem * PAGE_SIZE;
	s.procs = (uint16_t)load_relaxed(&tasklist.nr_threads);
	s.mem_unit = 1;
	return user_write(out, &s) ? -EFAULT : 0;
}

/* ---- times and use ---- */

SYSCALL(times, uaddr_t out)
{
	struct process_usage self, children;
	struct tms t;

	if (!uaddr_is_null(out)) {
		sched_account_self();
		process_usage_read(process_current(), &self, &children);
		t.tms_utime = (long)(self.utime_ns / USER_TICK_NS);
		t.tms_stime = (long)(self.stime_ns / USER_TICK_NS);
		t.tms_cutime = (long)(children.utime_ns / USER_TICK_NS);
		t.tms_cstime = (long)(children.stime_ns / USER_TICK_NS);
		if (user_write(out, &t))
			return -EFAULT;
	}
	return (long)(clock_monotonic_ns() / USER_TICK_NS);
}

static void usage_of_thread(struct process_usage *u)
{
	const struct task *t = task_current();

	*u = (struct process_usage){
		.utime_ns = t->thread.utime_ns, .stime_ns = t->thread.stime_ns, .min_flt = t->thread.min_flt,
		.maj_flt = t->thread.maj_flt, .nvcsw = t->thread.nvcsw, .nivcsw = t->thread.nivcsw,
		.maxrss_pages = t->process->maxrss_pages,
	};
}

SYSCALL(getrusage, int who, uaddr_t out)
{
	struct process_usage u;
	struct rusage r;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
		return -EINVAL;
	sched_account_self();
	if (who == RUSAGE_CHILDREN)
		process_usage_read(process_current(), NULL, &u);
	else if (who == RUSAGE_SELF)
		process_usage_read(process_current(), &u, NULL);
	else
		usage_of_thread(&u);
	if (who != RUSAGE_CHILDREN)
		u.maxrss_pages = MAX(u.maxrss_pages, space_hiwater_rss(task_current()->space));
	usage_to_rusage(&u, &r);
	return user_write(out, &r) ? -EFAULT : 0;
}

/* ---- limits ---- */

static bool may_change_limits(struct task *t)
{
	const struct cred *by = cred_current(), *c;
	bool may;

	if (t->process == process_current())
		return true;
	c = task_cred_get(t);
	may = (by->uid == c->euid && by->uid == c->suid && by->uid == c->uid && by->gid == c->egid &&
	       by->gid == c->sgid && by->gid == c->gid) || cred_capable_in(by, c->user_ns, CAP_SYS_RESOURCE);
	cred_put(c);
	return may;
}

static int limit_set(struct process *p, unsigned resource, const struct rlimit64 *fresh, struct rlimit64 *old)
{
	struct rlimit64 *l = &p->rlim[resource];
	int err = 0;

	if (fresh && fresh->rlim_cur > fresh->rlim_max)
		return -EINVAL;
	if (fresh && resource == RLIMIT_NOFILE && fresh->rlim_max > (unsigned)nr_open_max)
		return -EPERM;
	spin_lock(&p->sig_lock);
	*old = *l;
	if (fresh && fresh->rlim_max > l->rlim_max && !capable(CAP_SYS_RESOURCE)) {
		err = -EPERM;
	} else if (fresh) {
		store_relaxed(&l->rlim_cur, fresh->rlim_cur);   /* single words: read without the lock */
		store_relaxed(&l->rlim_max, fresh->rlim_max);
	}
	spin_unlock(&p->sig_lock);
	if (!err && fresh && resource == RLIMIT_CPU && fresh->rlim_cur != RLIM64_INFINITY)
		cpu_limit_start(p);
	return err;
}

SYSCALL(prlimit64, int pid, unsigned resource, uaddr_t fresh_in, uaddr_t old_out)
{
	struct task *t = pid ? NULL : task_current();
	struct rlimit64 fresh, old;
	int err;

	if (!uaddr_is_null(fresh_in) && user_read(&fresh, fresh_in))
		return -EFAULT;
	if (pid)
		t = task_lookup(pid);
	if (!t)
		return -ESRCH;
	err = !may_change_limits(t) ? -EPERM : resource >= RLIM_NLIMITS ? -EINVAL : 0;
	if (!err)
		err = limit_set(t->process, resource, uaddr_is_null(fresh_in) ? NULL : &fresh, &old);
	if (pid)
		task_put(t);
	if (err)
		return err;
	return !uaddr_is_null(old_out) && user_write(old_out, &old) ? -EFAULT : 0;
}

SYSCALL(getrlimit, unsigned resource, uaddr_t out)
{
	struct rlimit64 l;

	if (resource >= RLIM_NLIMITS)
		return -EINVAL;
	l = process_current()->rlim[resource];
	return user_write(out, &l) ? -EFAULT : 0;
}

SYSCALL(setrlimit, unsigned resource, uaddr_t in)
{
	struct rlimit64 fresh, old;

	if (user_read(&fresh, in))
		return -EFAULT;
	return resource >= RLIM_NLIMITS ? -EINVAL : limit_set(process_current(), resource, &fresh, &old);
}

/* ---- memory barriers on all CPUs ---- */

#define CMD_GET_REGISTRATIONS_ (1 << 9)         /* of Linux 6.3 */
#define MEMBARRIER_KNOWN (MEMBARRIER_CMD_GLOBAL | MEMBARRIER_CMD_GLOBAL_EXPEDITED | MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED | \
	MEMBARRIER_CMD_PRIVATE_EXPEDITED | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED | \
	MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE | \
	MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ | \
	CMD_GET_REGISTRATIONS_)

static bool runs_our_space(unsigned cpu, void *space)
{
	/* Relaxed: a CPU that comes to or goes from the space meanwhile passes a full barrier in the switch. */
	return cpu != cpu_id() && load_relaxed(cpu_ptr(loaded_space, cpu)) == space;
}

/* The interrupt and its return are the barrier, for instructions too. */
static void barrier_here(void *unused)
{
	(void)unused;
	fence_seq_cst();
}

/* What runs here in a restartable sequence starts over. */
static void restart_here(void *unused)
{
	struct thread *t = thread_current();

	(void)unused;
	fence_seq_cst();
	if (!t->rseq_cpu_plus_1)
		return;
	store_relaxed(&t->rseq_interrupted, true);      /* relaxed: its own, on this CPU */
	thread_set_work(t, WORK_NOTIFY);
}

static bool is_cpu_with_our_space(unsigned cpu, void *wanted)
{
	return cpu == *(unsigned *)wanted && runs_our_space(cpu, task_current()->space);
}

/* cpu: that one only; negative: all. */
static long barrier_rseq(int cpu)
{
	unsigned wanted = (unsigned)cpu;

	if (!(process_current()->membarrier_state & MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ))
		return -EPERM;
	fence_seq_cst();
	if (load_relaxed(&task_current()->space->users) > 1) {
		if (cpu < 0)
			xcall_run_many(runs_our_space, task_current()->space, restart_here, NULL);
		else
			xcall_run_many(is_cpu_with_our_space, &wanted, restart_here, NULL);
	}
	fence_seq_cst();
	return 0;
}

static long barrier_private(uint32_t registration)
{
	if (!(process_current()->membarrier_state & registration))
		return -EPERM;
	fence_seq_cst();                        /* our stores before the other CPUs' barriers */
	if (load_relaxed(&task_current()->space->users) > 1)
		xcall_run_many(runs_our_space, task_current()->space, barrier_here, NULL);
	fence_seq_cst();
	return 0;
}

static long membarrier_register(uint32_t cmd)
{
	process_current()->membarrier_state |= cmd;
	return 0;
}

/* As Linux tells them: who registered for a special private barrier is counted among those of the plain one. */
static long registrations(uint32_t state)
{
	const uint32_t special = MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE | MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ;

	return state | (state & special ? MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED : 0);
}

SYSCALL(membarrier, int cmd, unsigned flags, int cpu)
{
	if (flags && (flags != MEMBARRIER_CMD_FLAG_CPU || cmd != MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ))
		return -EINVAL;
	switch (cmd) {
	case MEMBARRIER_CMD_QUERY:
		return MEMBARRIER_KNOWN;
	case MEMBARRIER_CMD_GLOBAL:
		if (nr_cpus_online > 1)
			rcu_synchronize();
		return 0;
	case MEMBARRIER_CMD_GLOBAL_EXPEDITED:
		fence_seq_cst();
		xcall_run_many(NULL, NULL, barrier_here, NULL);
		fence_seq_cst();
		return 0;
	case MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED:
	case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED:
	case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE:
	case MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ:
		return membarrier_register((uint32_t)cmd);
	case MEMBARRIER_CMD_PRIVATE_EXPEDITED:
		return barrier_private(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
	case MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE:
		return barrier_private(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE);
	case MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ:
		return barrier_rseq(flags ? cpu : -1);
	case CMD_GET_REGISTRATIONS_:
		return registrations(process_current()->membarrier_state);
	default:
		return -EINVAL;
	}
}

/* ---- the end, and what does not exist ---- */

static bool reboot_magic_is_right(unsigned magic1, unsigned magic2)
{
	return magic1 == LINUX_REBOOT_MAGIC1 &&
	       (magic2 == LINUX_REBOOT_MAGIC2 || magic2 == LINUX_REBOOT_MAGIC2A || magic2 == LINUX_REBOOT_MAGIC2B ||
		magic2 == LINUX_REBOOT_MAGIC2C);
}

/* In a pid namespace of its own: its init dies, as of a signal that says what was asked for. */
static long reboot_namespace(struct pid_ns *ns, unsigned cmd)
{
	int sig = cmd == LINUX_REBOOT_CMD_RESTART || cmd == LINUX_REBOOT_CMD_RESTART2 ? SIGHUP
		: cmd == LINUX_REBOOT_CMD_HALT || cmd == LINUX_REBOOT_CMD_POWER_OFF ? SIGINT : 0;

	if (!sig)
		return -EINVAL;
	spin_lock(&tasklist_lock);
	ns->reboot_signal = sig;
	if (ns->init)
		(void)signal_send_process_kernel(ns->init, SIGKILL);
	spin_unlock(&tasklist_lock);
	task_exit(0);
}

SYSCALL(reboot, unsigned magic1, unsigned magic2, unsigned cmd, uaddr_t arg)
{
	char text[256];

	if (!capable_over(&pid_ns_current()->ns, CAP_SYS_BOOT))
		return -EPERM;
	if (!reboot_magic_is_right(magic1, magic2))
		return -EINVAL;
	if (pid_ns_current() != &pid_ns_initial)
		return reboot_namespace(pid_ns_current(), cmd);
	switch (cmd) {
	case LINUX_REBOOT_CMD_CAD_ON:
	case LINUX_REBOOT_CMD_CAD_OFF:
		return 0;                       /* there is no keyboard to press it on */
	case LINUX_REBOOT_CMD_RESTART2:
		if (user_copy_string(text, arg, sizeof text) < 0)
			return -EFAULT;
		/* fall through */
	case LINUX_REBOOT_CMD_RESTART:
		serial_shutdown();
		klog(KLOG_EMERG, "reboot: Restarting system\n");
		machine_reboot();
	case LINUX_REBOOT_CMD_POWER_OFF:
		serial_shutdown();
		klog(KLOG_EMERG, "reboot: Power down\n");
		machine_power_off();
	case LINUX_REBOOT_CMD_HALT:
		serial_shutdown();
		klog(KLOG_EMERG, "reboot: System halted\n");
		irq_disable();
		ipi_stop_others();
		cpu_stop_forever();
	default:
		return -EINVAL;
	}
}

long syscall_unknown(unsigned long nr)
{
	static unsigned long logged[BITMAP_LONGS(512)];
	const char *name = syscall_name(nr);
	unsigned long bit = 1ul << nr % 64;

	/* Once per number: 512 lines at most. Numbers past the table have no name and share the last bit. */
	if (nr > 511)
		nr = 511, bit = 1ul << 63;
	if (!(load_relaxed(&logged[nr / 64]) & bit) && !(fetch_or_relaxed(&logged[nr / 64], bit) & bit))
		klog(KLOG_INFO, "syscall: %s[%d] called %s (%lu), which is not offered\n", task_current()->comm,
		     task_current()->tid, name ? name : "an unknown number", task_user_frame(task_current())->orig_rax);
	return -ENOSYS;
}

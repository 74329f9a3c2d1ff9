/*
 * syscall.c - calls that ask or set a little: the way in and out of the kernel dominates.
 *
 * Floor: SYSCALL, dispatch, SYSRET; the seed kernel took 39 guest instructions for getpid.
 */
#include "bench.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

static struct rlimit lim;
static struct utsname uts;
static struct timespec ts;
static char buf[4096];
static unsigned long set[2];

OP(op_getpid, SYS(getpid))
OP(op_gettid, SYS(gettid))
OP(op_getuid, SYS(getuid))
OP(op_getsid, SYS1(getsid, 0))
OP(op_getpriority, SYS2(getpriority, PRIO_PROCESS, 0))
OP(op_clock_syscall, SYS2(clock_gettime, CLOCK_MONOTONIC, &ts))
OP(op_uname, SYS1(uname, &uts))
OP(op_getcwd, SYS2(getcwd, buf, sizeof buf))
OP(op_getrlimit, SYS2(getrlimit, RLIMIT_NOFILE, &lim))
OP(op_prlimit64, SYS4(prlimit64, 0, RLIMIT_NOFILE, NULL, &lim))
OP(op_setrlimit, SYS2(setrlimit, RLIMIT_CORE, &lim))
OP(op_sched_yield, SYS(sched_yield))
OP(op_sigprocmask, SYS4(rt_sigprocmask, SIG_BLOCK, &set[0], &set[1], 8))
OP(op_sigaction, SYS4(rt_sigaction, SIGUSR2, NULL, buf, 8))
OP(op_brk, SYS1(brk, 0))

/* Through the C library's way to the vDSO: no kernel instruction where the clock can be read by user mode. */
OP(op_clock_vdso, clock_gettime(CLOCK_MONOTONIC, &ts))

static void core_limit(struct run *r)
{
	(void)r;
	MUST(getrlimit(RLIMIT_CORE, &lim));
}

static volatile unsigned long delivered;

static void on_signal(int sig)
{
	(void)sig;
	delivered++;
}

static void catch_signal(struct run *r)
{
	struct sigaction sa = { .sa_handler = on_signal };

	MUST(sigaction(SIGUSR1, &sa, NULL));
	r->pid = (pid_t)SYS(gettid);
	r->id = getpid();
}

/* Send to oneself, the handler, the return from it. */
static void op_signal_delivery(struct run *r, unsigned long n)
{
	unsigned long from = delivered, want = n;

	for (; n; n--)
		MUST(SYS3(tgkill, r->id, r->pid, SIGUSR1));
	if (delivered - from != want) {
		errno = EIO;
		bench_fail("signals lost");
	}
}

const struct bench bench_syscall[] = {
	{ "getpid", "syscall", NULL, op_getpid, NULL, ONE_TASK, 0, 0 },
	{ "gettid", "syscall", NULL, op_gettid, NULL, ONE_TASK, 0, 0 },
	{ "getuid", "syscall", NULL, op_getuid, NULL, ONE_TASK, 0, 0 },
	{ "getsid", "syscall", NULL, op_getsid, NULL, ONE_TASK, 0, 0 },
	{ "getpriority", "syscall", NULL, op_getpriority, NULL, ONE_TASK, 0, 0 },
	{ "clock_gettime_vdso", "syscall", NULL, op_clock_vdso, NULL, ONE_TASK, 0, 0 },
	{ "clock_gettime", "syscall", NULL, op_clock_syscall, NULL, ONE_TASK, 0, 0 },
	{ "uname", "syscall", NULL, op_uname, NULL, ONE_TASK, 0, 0 },
	{ "getcwd", "syscall", NULL, op_getcwd, NULL, ONE_TASK, 0, 0 },
	{ "getrlimit", "syscall", NULL, op_getrlimit, NULL, ONE_TASK, 0, 0 },
	{ "prlimit64", "syscall", NULL, op_prlimit64, NULL, ONE_TASK, 0, 0 },
	{ "setrlimit", "syscall", core_limit, op_setrlimit, NULL, ONE_TASK, 0, 0 },
	{ "sched_yield", "syscall", NULL, op_sched_yield, NULL, ONE_TASK, 0, 0 },
	{ "sigaction", "syscall", NULL, op_sigaction, NULL, ONE_TASK, 0, 0 },
	{ "sigprocmask", "syscall", NULL, op_sigprocmask, NULL, ONE_TASK, 0, 0 },
	{ "signal_delivery", "syscall", catch_signal, op_signal_delivery, NULL, ONE_TASK | NO_SCALE, 0, 0 },
	{ "brk", "memory", NULL, op_brk, NULL, ONE_TASK, 0, 0 },
	{ 0 },
};

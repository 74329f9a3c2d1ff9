/*
 * syscall.c - calls that ask or set a little: the way in and out of the kernel dominates.
 *
 * Floor: SYSCALL, dispatch, SYSRET; the seed kernel took 39 guest instructions for getpid.
 */
#include "bench.h"
#include <sched.h>
#include <sys/resource.h>
#include <sys/utsname.h>

PRIVATE struct rlimit lim;
PRIVATE struct utsname uts;
PRIVATE struct timespec ts;
PRIVATE char buf[PAGE];
PRIVATE unsigned long set[2];

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

/* Through the C library's way to the vDSO: no kernel instruction where the clock can be read by user mode. */
OP(op_clock_vdso, clock_gettime(CLOCK_MONOTONIC, &ts))

static void core_limit(struct run *r)
{
	(void)r;
	MUST(getrlimit(RLIMIT_CORE, &lim));
}

PRIVATE volatile unsigned long delivered;

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
	r->arg = getpid();
}

/* Send to oneself, the handler, the return from it. */
static void op_signal_delivery(struct run *r, unsigned long n)
{
	unsigned long from = delivered, sent = n;

	for (; n; n--)
		MUST_SYS(SYS3(tgkill, r->arg, r->pid, SIGUSR1));
	WANT(delivered - from, sent);
}

const struct bench bench_syscall[] = {
	{ "getpid", "syscall", NULL, op_getpid, NULL, .flags = ONE_TASK | CURVE },
	{ "gettid", "syscall", NULL, op_gettid, NULL, .flags = ONE_TASK },
	{ "getuid", "syscall", NULL, op_getuid, NULL, .flags = ONE_TASK },
	{ "getsid", "syscall", NULL, op_getsid, NULL, .flags = ONE_TASK },
	{ "getpriority", "syscall", NULL, op_getpriority, NULL, .flags = ONE_TASK },
	{ "clock_gettime_vdso", "syscall", NULL, op_clock_vdso, NULL, .flags = ONE_TASK },
	{ "clock_gettime", "syscall", NULL, op_clock_syscall, NULL, .flags = ONE_TASK },
	{ "uname", "syscall", NULL, op_uname, NULL, .flags = ONE_TASK },
	{ "getcwd", "syscall", NULL, op_getcwd, NULL, .flags = ONE_TASK },
	{ "getrlimit", "syscall", NULL, op_getrlimit, NULL, .flags = ONE_TASK },
	{ "prlimit64", "syscall", NULL, op_prlimit64, NULL, .flags = ONE_TASK },
	{ "setrlimit", "syscall", core_limit, op_setrlimit, NULL, .flags = ONE_TASK },
	{ "sched_yield", "syscall", NULL, op_sched_yield, NULL, .flags = ONE_TASK },
	{ "sigaction", "syscall", NULL, op_sigaction, NULL, .flags = ONE_TASK },
	{ "sigprocmask", "syscall", NULL, op_sigprocmask, NULL, .flags = ONE_TASK },
	{ "signal_delivery", "syscall", catch_signal, op_signal_delivery, NULL, .flags = ONE_TASK | CURVE },
	{ 0 },
};

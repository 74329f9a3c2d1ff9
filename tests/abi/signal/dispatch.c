/*
 * dispatch.c - PR_SET_SYSCALL_USER_DISPATCH: calls from outside a range become SIGSYS while a byte says so.
 */
#include "../show.h"
#include <linux/prctl.h>
#include <sys/ptrace.h>
#include <ucontext.h>

#ifndef SYS_USER_DISPATCH
#define SYS_USER_DISPATCH 2
#endif

static volatile char selector;
static volatile int caught, code, err, nr, rax_is_nr, behind;

static void on_sys(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	selector = SYSCALL_DISPATCH_FILTER_ALLOW;
	caught++;
	code = info->si_code;
	err = info->si_errno;
	nr = info->si_syscall;
	rax_is_nr = (int)u->uc_mcontext.gregs[REG_RAX] == info->si_syscall;
	behind = info->si_call_addr == (void *)u->uc_mcontext.gregs[REG_RIP];
	u->uc_mcontext.gregs[REG_RAX] = 4711;
}

static long set(unsigned long mode, unsigned long offset, unsigned long len, const volatile void *sel)
{
	return syscall(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, mode, offset, len, sel);
}

static void arguments(void)
{
	show("mode", set(2, 0, 0, 0));
	show("off with a range", set(PR_SYS_DISPATCH_OFF, 1, 0, 0));
	show("off with a length", set(PR_SYS_DISPATCH_OFF, 0, 1, 0));
	show("off with a selector", set(PR_SYS_DISPATCH_OFF, 0, 0, &selector));
	show("off", set(PR_SYS_DISPATCH_OFF, 0, 0, 0));
	show("range of nothing", set(PR_SYS_DISPATCH_ON, 1, 0, 0));
	show("range past the end", set(PR_SYS_DISPATCH_ON, 2, -1ul, 0));
	show("selector of the kernel", set(PR_SYS_DISPATCH_ON, 0, -1ul, KERNEL_ADDRESS));
	show("everything allowed", set(PR_SYS_DISPATCH_ON, 0, -1ul, 0));
	show("a call", getpid() > 0);
}

static void child_is_free(void)
{
	pid_t pid = fork();
	int status;

	if (!pid)
		_exit(getppid() > 0 ? 3 : 4);
	waitpid(pid, &status, 0);
	say("child: %s\n", ending(status));
}

static void bad_selector(void) { set(PR_SYS_DISPATCH_ON, 0, 0, (void *)8); getpid(); }
static void bad_value(void) { selector = 7; set(PR_SYS_DISPATCH_ON, 0, 0, &selector); getpid(); }
static void never(void) { set(PR_SYS_DISPATCH_ON, 0, 0, NULL); getpid(); }

static void new_program(void)
{
	char *argv[] = { "x", "again", NULL };

	selector = SYSCALL_DISPATCH_FILTER_ALLOW;
	set(PR_SYS_DISPATCH_ON, 0, 0, &selector);
	execv("/proc/self/exe", argv);
}

/* The tracer sees and changes it, and no stop of a call that became a signal. */
static void traced(void)
{
	struct { uint64_t mode, selector, offset, len; } c;
	int status, calls = 0;
	pid_t pid = fork();

	if (!pid) {
		struct sigaction sa = { .sa_sigaction = on_sys, .sa_flags = SA_SIGINFO };

		sigaction(SIGSYS, &sa, NULL);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		selector = SYSCALL_DISPATCH_FILTER_BLOCK;
		_exit(syscall(SYS_gettid) == 4711 ? 5 : 6);
	}
	waitpid(pid, &status, 0);
	show("size", ptrace(0x4211, pid, 1, &c));
	show("get", ptrace(0x4211, pid, sizeof c, &c));
	say("mode %d, %d %d %d\n", (int)c.mode, (int)c.selector, (int)c.offset, (int)c.len);
	c.mode = PR_SYS_DISPATCH_ON;
	c.selector = (uintptr_t)&selector;
	show("set", ptrace(0x4210, pid, sizeof c, &c));
	show("get", ptrace(0x4211, pid, sizeof c, &c));
	say("mode %d, selector %s\n", (int)c.mode, c.selector == (uintptr_t)&selector ? "as set" : "?");
	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, 0, status >> 8 == SIGSYS ? SIGSYS : 0);
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			break;
		if (WSTOPSIG(status) == SIGTRAP)
			calls++;
		else
			say("stopped by %s after %d stops\n", WSTOPSIG(status) == SIGSYS ? "SIGSYS" : "?", calls - 1);
	}
	say("%s\n", ending(status));
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_sigaction = on_sys, .sa_flags = SA_SIGINFO };
	long r;

	if (argc > 1) {
		say("new program runs\n");
		return 0;
	}
	arguments();
	sigaction(SIGSYS, &sa, NULL);
	show("on", set(PR_SYS_DISPATCH_ON, 0, 0, &selector));
	show("a call", getpid() > 0);
	selector = SYSCALL_DISPATCH_FILTER_BLOCK;
	r = syscall(SYS_getppid);
	say("%ld, %d times, code %s, errno %d, nr %s\n", r, caught, code == SYS_USER_DISPATCH ? "dispatch" : "?", err, nr == SYS_getppid ? "as called" : "?");
	judge("registers as before the call", rax_is_nr);
	judge("address behind the instruction", behind);
	selector = SYSCALL_DISPATCH_FILTER_BLOCK;
	r = syscall(100000);
	say("no such call: %ld, %d times\n", r, caught);
	child_is_free();
	show("off", set(PR_SYS_DISPATCH_OFF, 0, 0, 0));
	selector = SYSCALL_DISPATCH_FILTER_BLOCK;
	show("a call", getpid() > 0);
	in_child("bad selector", bad_selector);
	in_child("bad value", bad_value);
	in_child("new program", new_program);
	signal(SIGSYS, SIG_DFL);
	in_child("never allowed", never);
	traced();
	return 0;
}

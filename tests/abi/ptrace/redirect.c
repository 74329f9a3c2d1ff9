/*
 * redirect.c - a tracer changes a call's number, arguments or registers before it is made: the result is what was made of it.
 */
#include "../show.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>

static void report(const char *what, long r)
{
	if (r < 0)
		say("  %s: %s\n", what, errno_name(errno));
	else
		say("  %s: %s\n", what, r == getppid() ? "the parent" : r == getpid() ? "itself" : "a number");
}

static void tracee(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	report("redirected", syscall(SYS_getpid));
	report("stepped over", syscall(SYS_gettid));
	report("argument changed", syscall(SYS_close, 1000));
	_exit(0);
}

/* From the stop before a call to the stop behind it. */
static void next(pid_t pid, int how)
{
	int status;

	ptrace(how, pid, 0, 0);
	waitpid(pid, &status, 0);
	if (!WIFSTOPPED(status))
		fatal("tracee ended");
}

static long long go_to(pid_t pid, long nr, struct user_regs_struct *regs)
{
	do {
		next(pid, PTRACE_SYSCALL);
		ptrace(PTRACE_GETREGS, pid, 0, regs);
	} while ((long)regs->orig_rax != nr);
	return (long long)regs->rax;
}

/* The same by a filter's event: two filters' worth of questions, one stop. */
static void filtered(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpid, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | 9),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof code / sizeof *code, code };
	struct user_regs_struct regs;
	int status, events = 0;
	pid_t pid = fork();

	if (!pid) {
		pid_t parent = getppid();
		long r;

		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
		r = syscall(SYS_getpid);
		judge("  by a filter: the parent", r == parent);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESECCOMP);
	for (;;) {
		ptrace(PTRACE_CONT, pid, 0, 0);
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			break;
		events += status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		if ((long)regs.orig_rax == SYS_getpid) {
			regs.orig_rax = SYS_getppid;
			ptrace(PTRACE_SETREGS, pid, 0, &regs);
		}
	}
	say("events: %d\n", events);
}

int main(void)
{
	struct user_regs_struct regs;
	int status;
	pid_t pid = fork();

	if (!pid)
		tracee();
	waitpid(pid, &status, 0);
	say("before getpid: %lld\n", go_to(pid, SYS_getpid, &regs));
	regs.orig_rax = SYS_getppid;
	show("set", ptrace(PTRACE_SETREGS, pid, 0, &regs));
	next(pid, PTRACE_SYSCALL);
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	judge("behind: the parent", (pid_t)regs.rax == getpid() && (long)regs.orig_rax == SYS_getppid);
	go_to(pid, SYS_gettid, &regs);
	next(pid, PTRACE_SINGLESTEP);
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	judge("stepped: itself", (pid_t)regs.rax == pid);
	go_to(pid, SYS_close, &regs);
	show("poke", ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rdi), 1L << 40));
	next(pid, PTRACE_SYSCALL);
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	say("behind: %lld\n", (long long)regs.rax);
	ptrace(PTRACE_CONT, pid, 0, 0);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	filtered();
	return 0;
}

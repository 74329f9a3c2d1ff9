/*
 * calls.c - a child's system calls seen, changed and refused; its registers and memory.
 */
#include "../show.h"
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <elf.h>
#include <linux/ptrace.h>

static int word = 1234;

static void child(void)
{
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGSTOP);
	say("getppid gives %ld\n", syscall(SYS_getppid));
	say("getpgid gives %ld errno %d\n", syscall(SYS_getpgid, 0), errno);
	say("word is %d\n", word);
	_exit(word & 0xff);
}

static void tell(pid_t pid, int status)
{
	struct ptrace_syscall_info info;
	long n = ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info);

	say("stop %d event %d info %ld op %d\n", WSTOPSIG(status), status >> 16, n, info.op);
}

int main(void)
{
	pid_t pid = fork();
	struct user_regs_struct regs;
	struct iovec iov = { &regs, sizeof regs };
	int status, calls = 0;

	if (!pid)
		child();
	waitpid(pid, &status, 0);
	say("first stop: %d\n", WSTOPSIG(status));
	say("options: %ld\n", ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	errno = 0;
	say("peek: %ld errno %d\n", ptrace(PTRACE_PEEKDATA, pid, &word, 0) & 0xffffffff, errno);
	say("poke: %ld\n", ptrace(PTRACE_POKEDATA, pid, &word, 4321 | (ptrace(PTRACE_PEEKDATA, pid, &word, 0) & ~0xffffffffl)));
	errno = 0;
	ptrace(PTRACE_PEEKDATA, pid, 8, 0);
	say("peek nowhere: errno %d\n", errno);
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, 0, 0))
			break;
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			break;
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
		if (regs.orig_rax != SYS_getppid && regs.orig_rax != SYS_getpgid)
			continue;
		tell(pid, status);
		calls++;
		if (regs.orig_rax == SYS_getppid && calls == 2) {
			regs.rax = 77777;
			say("set: %ld\n", ptrace(PTRACE_SETREGS, pid, 0, &regs));
		}
		if (regs.orig_rax == SYS_getpgid && calls == 3) {
			regs.orig_rax = -1;
			say("set: %ld\n", ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov));
		}
	}
	say("%s %d\n", WIFEXITED(status) ? "exit" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	say("gone: %ld %s\n", ptrace(PTRACE_CONT, pid, 0, 0), strerror(errno));
	return 0;
}

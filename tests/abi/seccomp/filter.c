/*
 * filter.c - seccomp filters: every action, precedence, inheritance, and what is refused.
 */
#include "../show.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

static int install(int nr, uint32_t action)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof code / sizeof *code, code };

	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);
}

static void on_sys(int sig, siginfo_t *info, void *context)
{
	say("signal %d code %d errno %d syscall %d arch %x\n", sig, info->si_code, info->si_errno, info->si_syscall, info->si_arch);
}

static void child(const char *what, int nr, uint32_t action)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct sigaction sa = { .sa_sigaction = on_sys, .sa_flags = SA_SIGINFO };

		sigaction(SIGSYS, &sa, NULL);
		if (install(nr, action)) {
			say("install: %s\n", strerror(errno));
			_exit(1);
		}
		errno = 0;
		long r = syscall(nr, 0, 0, 0);

		say("%s: result %s errno %d\n", what, r < 0 ? "-1" : ">= 0", errno);
		_exit(7);
	}
	waitpid(pid, &status, 0);
	say("%s: %s %d\n", what, WIFSIGNALED(status) ? "signal" : "exit", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void refuse(const char *what, struct sock_filter *code, unsigned n)
{
	struct sock_fprog prog = { (unsigned short)n, code };
	long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog);

	say("%s: %ld %s\n", what, r, r ? strerror(errno) : "");
}

int main(void)
{
	struct sock_filter fall[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0) };
	struct sock_filter far[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter odd[] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter half[] = { BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter jump[] = { BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter zero[] = { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_filter unset[] = { BPF_STMT(BPF_LD | BPF_MEM, 3), BPF_STMT(BPF_RET | BPF_A, 0) };
	struct sock_filter scratch[] = { BPF_STMT(BPF_ST, 16), BPF_STMT(BPF_RET | BPF_A, 0) };
	uint32_t action = SECCOMP_RET_TRAP;

	if (!fork()) {
		setresuid(1000, 1000, 1000);
		say("unprivileged: %d %s\n", install(SYS_getppid, SECCOMP_RET_ALLOW), strerror(errno));
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		say("no new privileges: %d\n", install(SYS_getppid, SECCOMP_RET_ALLOW));
		say("mode %d\n", prctl(PR_GET_SECCOMP));
		_exit(0);
	}
	wait(NULL);
	say("mode %d\n", prctl(PR_GET_SECCOMP));
	say("available: %ld\n", syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
	action = 0x12340000;
	say("not available: %ld %s\n", syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action), strerror(errno));
	say("operation: %ld %s\n", syscall(SYS_seccomp, 99, 0, 0), strerror(errno));
	say("flags: %ld %s\n", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0x8000, 0), strerror(errno));
	say("pointer: %ld %s\n", syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, 8), strerror(errno));
	refuse("empty", fall, 0);
	refuse("no return", fall, 1);
	refuse("beyond the data", far, 2);
	refuse("not aligned", odd, 2);
	refuse("half word", half, 2);
	refuse("jump out", jump, 2);
	refuse("division by zero", zero, 2);
	refuse("scratch not stored", unset, 2);
	refuse("no such scratch word", scratch, 2);
	child("errno", SYS_getppid, SECCOMP_RET_ERRNO | 99);
	child("large errno", SYS_getppid, SECCOMP_RET_ERRNO | 9999);
	child("trap", SYS_getppid, SECCOMP_RET_TRAP | 5);
	child("kill process", SYS_getppid, SECCOMP_RET_KILL_PROCESS);
	child("kill thread", SYS_getppid, SECCOMP_RET_KILL_THREAD);
	child("trace without tracer", SYS_getppid, SECCOMP_RET_TRACE);
	child("unknown action", SYS_getppid, 0x12340000);
	child("allow", SYS_getppid, SECCOMP_RET_ALLOW);
	if (!fork()) {
		install(SYS_getppid, SECCOMP_RET_ERRNO | 1);
		install(SYS_getppid, SECCOMP_RET_ERRNO | 2);
		say("newest of equals: %ld %d\n", syscall(SYS_getppid), errno);
		if (!fork()) {
			say("in a child: %ld %d, mode %d\n", syscall(SYS_getppid), errno, prctl(PR_GET_SECCOMP));
			_exit(0);
		}
		wait(NULL);
		_exit(0);
	}
	wait(NULL);
	return 0;
}

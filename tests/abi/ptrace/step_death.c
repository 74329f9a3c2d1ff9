/* step_death.c - a tracer that ends after its tracee was stepped to death, and not reaped, leaves its status to the parent. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../show.h"

static void tracer(void)
{
	siginfo_t info;
	pid_t pid = fork();
	int status;

	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		syscall(SYS_tkill, syscall(SYS_gettid), SIGSTOP);
		_exit(7);
	}
	waitpid(pid, &status, 0);
	do {
		ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
		info.si_code = 0;
		waitid(P_PID, (id_t)pid, &info, WEXITED | WSTOPPED | WNOWAIT);
	} while (info.si_code == CLD_TRAPPED);
	_exit(info.si_code == CLD_EXITED && info.si_status == 7 ? 0 : 1);
}

int main(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 5; i++) {
		int status = -1, ended = 0;
		pid_t pid = fork(), got;

		if (!pid)
			tracer();
		while ((got = wait(&status)) > 0) {
			ended++;
			printf("%s: status %x\n", got == pid ? "tracer" : "tracee", status);
		}
		printf("%d ended\n", ended);
	}
	return 0;
}

/* urgent_tracer.c - a tracer more urgent than its tracee, on one CPU: it sees the stop before the tracee sleeps in it. */
#include "../show.h"
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/user.h>

int main(void)
{
	struct sched_param prio = { .sched_priority = 10 };
	struct user_regs_struct regs;
	int pid, status, stops = 0, failed = 0;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof one, &one);
	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		for (int i = 0; i < 20; i++)
			syscall(SYS_getppid);
		_exit(7);
	}
	show("urgent", syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &prio));
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		stops++;
		failed += ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0;
		failed += ptrace(PTRACE_SYSCALL, pid, 0, 0) != 0;
	}
	judge("stops", stops > 40);
	say("failed %d, exit %d\n", failed, WEXITSTATUS(status));
	return 0;
}

/*
 * signals.c - signals on their way to a tracee: seen, swallowed, replaced; stops of its group; single steps.
 */
#include "../show.h"
#include <sys/ptrace.h>

static void on_signal(int sig) { say("handler: %d\n", sig); }

static void child(void)
{
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	signal(SIGHUP, SIG_IGN);
	ptrace(PTRACE_TRACEME, 0, 0, 0);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	raise(SIGHUP);
	raise(SIGTSTP);
	say("after the stop\n");
	raise(SIGKILL);
}

int main(void)
{
	static const int send[] = { SIGUSR1, 0, SIGUSR1, SIGHUP, SIGTSTP, 0, 0, 0 };
	pid_t pid = fork();
	siginfo_t info;
	int status, n = 0;

	if (!pid)
		child();
	for (;;) {
		waitpid(pid, &status, 0);
		if (!WIFSTOPPED(status))
			break;
		memset(&info, 0, sizeof info);
		long r = ptrace(PTRACE_GETSIGINFO, pid, 0, &info);

		say("stop %d event %d siginfo %ld signo %d code %d\n", WSTOPSIG(status), status >> 16, r, info.si_signo, info.si_code);
		ptrace(PTRACE_CONT, pid, 0, send[n++]);
	}
	say("end: signal %d\n", WTERMSIG(status));

	pid = fork();
	if (!pid) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	for (n = 0; n < 5; n++) {
		ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
		waitpid(pid, &status, 0);
		ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
		if (n)
			say("step: stop %d code %d\n", WSTOPSIG(status), info.si_code);
	}
	say("detach: %ld\n", ptrace(PTRACE_DETACH, pid, 0, 0));
	waitpid(pid, &status, 0);
	say("exit %d\n", WEXITSTATUS(status));
	return 0;
}

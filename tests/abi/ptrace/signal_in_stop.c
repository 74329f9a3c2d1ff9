/*
 * signal_in_stop.c - a signal for the whole process comes while its only thread is in a stop for the tracer: it is
 * noticed when the stop ends, before the thread does anything else.
 */
#include "../show.h"
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>

static volatile int *steps;             /* shared: how far the tracee came */
static int ends[2];

static void on_signal(int sig) { (void)sig; }

static void tracee(void)
{
	struct sigaction a = { .sa_handler = on_signal };
	char c;

	sigaction(SIGUSR1, &a, NULL);
	raise(SIGSTOP);
	if (!fork())
		pause();
	*steps = 1;
	show("read", read(ends[0], &c, 1));
	_exit(0);
}

static void tell(const char *when, pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid)
		say("%s: gone\n", when);
	else if (WIFSTOPPED(status))
		say("%s: stop %d event %d, step %d\n", when, WSTOPSIG(status), status >> 16, *steps);
	else
		say("%s: %s\n", when, ending(status));
}

int main(void)
{
	struct user_regs_struct regs;
	int status;
	pid_t pid;

	steps = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	show("pipe", pipe(ends));
	pid = fork();
	if (!pid)
		tracee();
	waitpid(pid, &status, WUNTRACED);
	show("seize", ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL));
	tell("group stop", pid);
	ptrace(PTRACE_LISTEN, pid, 0, 0);
	kill(pid, SIGCONT);
	tell("continued", pid);
	ptrace(PTRACE_CONT, pid, 0, 0);
	tell("SIGCONT", pid);
	ptrace(PTRACE_CONT, pid, 0, 0);
	tell("fork", pid);
	kill(pid, SIGUSR1);
	ptrace(PTRACE_CONT, pid, 0, 0);
	tell("sent in an event", pid);
	ptrace(PTRACE_SYSCALL, pid, 0, SIGUSR1);
	/* The next SIGUSR1 at the entry of read(), which then does not sleep. */
	do {
		if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return 1;
		ptrace(PTRACE_GETREGS, pid, 0, &regs);
	} while ((WSTOPSIG(status) != (SIGTRAP | 0x80) || regs.orig_rax != SYS_read) && !ptrace(PTRACE_SYSCALL, pid, 0, 0));
	say("at read: step %d\n", *steps);
	kill(pid, SIGUSR1);
	ptrace(PTRACE_SYSCALL, pid, 0, 0);
	tell("out of read", pid);
	ptrace(PTRACE_GETREGS, pid, 0, &regs);
	say("result %ld\n", (long)regs.rax);
	ptrace(PTRACE_CONT, pid, 0, 0);
	tell("sent at the entry", pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	say("end: %s\n", ending(status));
	return 0;
}

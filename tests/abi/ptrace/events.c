/*
 * events.c - fork, clone, vfork, exec and exit as events; new children are traced from birth; seize and interrupt.
 */
#include "../show.h"
#include <sys/ptrace.h>

static void child(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(1);
	waitpid(pid, NULL, 0);
	pid = vfork();
	if (!pid)
		_exit(2);
	waitpid(pid, NULL, 0);
	execl("/proc/self/exe", "events", "exec", NULL);
	_exit(9);
}

static void tell(const char *who, int status)
{
	if (WIFSTOPPED(status))
		say("%s: stop %d event %d\n", who, WSTOPSIG(status), status >> 16);
	else
		say("%s: %s %d\n", who, WIFEXITED(status) ? "exit" : "signal", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void refusals(void)
{
	say("attach to self: %ld %s\n", ptrace(PTRACE_ATTACH, getpid(), 0, 0), strerror(errno));
	say("attach to nobody: %ld %s\n", ptrace(PTRACE_ATTACH, 999999, 0, 0), strerror(errno));
	say("not traced: %ld %s\n", ptrace(PTRACE_CONT, getppid(), 0, 0), strerror(errno));
	say("request: %ld %s\n", ptrace(9999, getppid(), 0, 0), strerror(errno));
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		say("another's: %ld %s\n", ptrace(PTRACE_ATTACH, 1, 0, 0), strerror(errno));
		say("twice: %ld", ptrace(PTRACE_TRACEME, 0, 0, 0));
		say(" %ld %s\n", ptrace(PTRACE_TRACEME, 0, 0, 0), strerror(errno));
		_exit(0);
	}
	wait(NULL);
}

int main(int argc, char **argv)
{
	pid_t pid, got;
	int status, live = 1, r;

	if (argc > 1)
		return 5;
	pid = fork();
	if (!pid) {
		raise(SIGSTOP);
		child();
	}
	waitpid(pid, &status, WUNTRACED);
	say("seize: %ld\n", ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC |
				    PTRACE_O_TRACEEXIT | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACECLONE));
	waitpid(pid, &status, 0);
	tell("parent", status);
	say("listen: %ld\n", ptrace(PTRACE_LISTEN, pid, 0, 0));
	kill(pid, SIGCONT);
	waitpid(pid, &status, 0);
	tell("parent", status);
	ptrace(PTRACE_CONT, pid, 0, 0);
	/* The parent's story; children are let go as they come, and only counted. */
	int births = 0, deaths_told = 0, child_stops = 0, child_ends = 0;

	while (live && (got = waitpid(-1, &status, __WALL)) > 0) {
		int sig = WIFSTOPPED(status) && !(status >> 16) ? WSTOPSIG(status) : 0;

		if (got == pid) {
			unsigned long message = 0;

			if (sig == SIGCHLD)
				deaths_told++;          /* before or behind what it does meanwhile */
			else
				tell("parent", status);
			if (WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXIT) {
				ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
				say("message %lx\n", message);
			}
			births += WIFSTOPPED(status) && (status >> 16 == PTRACE_EVENT_FORK || status >> 16 == PTRACE_EVENT_VFORK);
			live = WIFSTOPPED(status);
		} else {
			child_stops += WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_STOP;
			child_ends += !WIFSTOPPED(status);
		}
		if (WIFSTOPPED(status)) {
			r = ptrace(PTRACE_CONT, got, 0, sig == SIGTRAP ? 0 : sig);
			if (r)
				say("continue: %s\n", strerror(errno));
		}
	}
	say("births %d, first stops %d, ends %d, told of %d\n", births, child_stops, child_ends, deaths_told);

	pid = fork();
	if (!pid)
		for (;;)
			;
	say("seize: %ld\n", ptrace(PTRACE_SEIZE, pid, 0, 0));
	say("interrupt: %ld\n", ptrace(PTRACE_INTERRUPT, pid, 0, 0));
	waitpid(pid, &status, 0);
	tell("runner", status);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tell("runner", status);
	refusals();
	return 0;
}

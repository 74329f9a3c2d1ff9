/* clone(2): a signal other than SIGCHLD at the child's end is for the program that asked for it, not for the next one. */
#include "../show.h"
#include <sched.h>

static int go[2];

/* A child that ends when the pipe's other ends are closed. */
static void child_of(int sig)
{
	char c;

	if (!syscall(SYS_clone, (long)sig, 0, 0, 0, 0)) {
		close(go[1]);
		(void)!read(go[0], &c, 1);
		_exit(0);
	}
}

static void next_program(int wr)
{
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	close(wr);
	sigwaitinfo(&set, &info);
	say("signal %s\n", info.si_signo == SIGUSR1 ? "asked for" : info.si_signo == SIGCHLD ? "SIGCHLD" : "another");
	show("WCLONE", waitpid(-1, NULL, __WCLONE) > 0);
}

int main(int argc, char **argv)
{
	sigset_t set;

	if (argc > 1) {
		next_program(atoi(argv[1]));
		return 0;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int exec = 0; exec < 2; exec++) {
		pid_t pid;

		say(exec ? "another program:\n" : "the same program:\n");
		pid = fork();
		if (!pid) {
			char nr[12];

			(void)!pipe(go);
			child_of(SIGUSR1);
			close(go[0]);
			snprintf(nr, sizeof nr, "%d", go[1]);
			if (exec)
				execl("/proc/self/exe", "next", nr, NULL);
			next_program(go[1]);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	return 0;
}

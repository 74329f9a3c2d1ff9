/*
 * nproc_edge.c - whose set*uid goes to a user that is at its RLIMIT_NPROC, and who goes beyond.
 */
#include "../show.h"
#include <sys/resource.h>

#define USER 4322

/* One more of the user: does it become him, and may it execute? It stays. */
static pid_t one_more(const char *what)
{
	int p[2];
	char said[2] = "";
	pid_t pid;

	(void)!pipe(p);
	pid = fork();
	if (!pid) {
		struct rlimit l = { 1, 1 };

		dup2(p[1], 1);
		setrlimit(RLIMIT_NPROC, &l);
		if (syscall(SYS_setuid, USER))
			_exit((int)write(1, "s", 1));
		execl("/proc/self/exe", "x", "stay", (char *)NULL);
		_exit((int)write(1, errno == EAGAIN ? "e" : "?", 1));
	}
	close(p[1]);
	(void)!read(p[0], said, 1);
	close(p[0]);
	say("%s: %s\n", what, *said == 'x' ? "executes" : *said == 's' ? "setuid fails" : *said == 'e' ? "exec: EAGAIN" : "?");
	return pid;
}

int main(int argc, char **argv)
{
	pid_t pid[4];

	(void)argv;
	if (argc > 1) {
		(void)!write(1, "x", 1);
		close(1);
		for (;;)
			pause();
	}
	pid[0] = one_more("first");
	pid[1] = one_more("second");
	pid[2] = one_more("third");
	kill(pid[0], SIGKILL);
	waitpid(pid[0], NULL, 0);
	waitpid(pid[2], NULL, 0);
	pid[3] = one_more("after the first's end");
	kill(pid[1], SIGKILL);
	kill(pid[3], SIGKILL);
	return 0;
}

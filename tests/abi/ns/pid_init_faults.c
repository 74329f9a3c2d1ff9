/*
 * pid_init_faults.c - the init of a namespace of process numbers dies of its own fault: all inside end with it, in
 * order, also those whose parents end later.
 */
#include "../show.h"
#include <sched.h>
#include <sys/prctl.h>

static int alive[2];

/* A chain of processes, each the child of the one before; all hold the pipe open. */
static void chain(int depth)
{
	while (depth-- && !fork())
		;
	for (;;)
		pause();
}

static void init(void)
{
	for (int i = 0; i < 4; i++)
		if (!fork())
			chain(3);
	usleep(30000);
	*(volatile int *)8 = 1;
}

int main(void)
{
	int status;
	char c;

	(void)!pipe(alive);
	for (int i = 0; i < 5; i++) {
		pid_t outer = fork(), pid;

		if (!outer) {
			unshare(CLONE_NEWPID);
			pid = fork();
			if (!pid)
				init();
			waitpid(pid, &status, 0);
			_exit(WIFSIGNALED(status) ? WTERMSIG(status) : 99);
		}
		waitpid(outer, &status, 0);
		say("init died of %d\n", WEXITSTATUS(status));
	}
	close(alive[1]);
	alarm(3);
	say("then nobody holds the pipe: %d\n", (int)read(alive[0], &c, 1));
	return 0;
}

/* affinity_zombie.c - sched_setaffinity(2) on zombies made a bitmap that nobody freed. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	for (int i = 0; i < 200; i++) {
		pid_t pid = fork();
		siginfo_t info;

		if (!pid)
			_exit(0);
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
		sched_setaffinity(pid, sizeof one, &one);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

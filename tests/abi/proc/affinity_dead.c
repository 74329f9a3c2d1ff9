/*
 * affinity_dead.c - sched_setaffinity(2) on a process that is dying, a zombie, or gone.
 */
#include "../show.h"
#include <sched.h>

int main(void)
{
	cpu_set_t one;
	int alive = 0, gone = 0, other = 0, status;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	for (int n = 0; n < 300; n++) {
		pid_t pid = fork();

		if (!pid) {
			for (volatile int i = 0; i < n * 20; i++)
				;
			_exit(0);
		}
		for (int i = 0; i < 20; i++) {
			if (!sched_setaffinity(pid, sizeof one, &one))
				alive++;
			else
				other++;
		}
		waitpid(pid, &status, 0);
		gone += sched_setaffinity(pid, sizeof one, &one) == -1 && errno == ESRCH;
	}
	say("set %d, failed %d, ESRCH when gone %d\n", alive, other, gone);
	return 0;
}

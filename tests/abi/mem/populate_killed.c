/* populate_killed.c - bringing in much memory ends when its process is killed. */
#include "region.h"
#include <signal.h>

static void killed(const char *what, void (*f)(void))
{
	struct timespec start, now;
	pid_t pid = fork();
	int status;

	if (!pid) {
		f();
		_exit(0);
	}
	usleep(20000);
	kill(pid, SIGKILL);
	clock_gettime(CLOCK_MONOTONIC, &start);
	waitpid(pid, &status, 0);
	clock_gettime(CLOCK_MONOTONIC, &now);
	say("%s: %s, %s\n", what, ending(status), now.tv_sec - start.tv_sec < 3 ? "soon" : "LATE");
}

#define MUCH (1ul << 44)                        /* read of nothing: only tables take memory */

static void mapped(void) { mmap(NULL, MUCH, PROT_READ, ANON | MAP_NORESERVE | MAP_POPULATE, -1, 0); }

static void advised(void)
{
	char *p = mmap(NULL, MUCH, PROT_READ, ANON | MAP_NORESERVE, -1, 0);

	madvise(p, MUCH, 22);                   /* MADV_POPULATE_READ */
}

static void locked(void)
{
	char *p = mmap(NULL, MUCH, PROT_READ, ANON | MAP_NORESERVE, -1, 0);

	mlock(p, MUCH);
}

int main(void)
{
	killed("mmap", mapped);
	killed("madvise", advised);
	killed("mlock", locked);
	return 0;
}

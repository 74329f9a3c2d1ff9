/* SIGKILL while the dump is written: it is cut short, and the process is said to have died of that. */
#include "core.h"
#include <pthread.h>

#define SIZE (16ul << 20)

static void *other(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void crash(void)
{
	pthread_t t;

	limit_set(RLIMIT_CORE, RLIM_INFINITY);
	memset(mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, SIZE);
	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, other, NULL);
	abort();
}

int main(void)
{
	int status = 0;
	struct stat st;

	/* The dump may be over before the signal is there: until one is not. */
	for (int round = 0; round < 20 && status != SIGKILL; round++) {
		pid_t pid = fork();

		if (!pid)
			crash();
		while (stat("core", &st))
			usleep(100);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		if (status != SIGKILL && status != (SIGABRT | 0x80))
			status_show("neither", status);
		unlink("core");
	}
	status_show("in the end", status);
	return 0;
}

/* fork of a table of thousands of descriptors that a thread changes: each one as it was at some moment, none lost or left. */
#include "../show.h"
#include <pthread.h>
#include <sys/resource.h>

#define N 20000
#define SHIFTING 12001                          /* this one comes and goes */

static volatile bool is_over;

static void *shift(void *arg)
{
	(void)arg;
	while (!is_over) {
		dup2(0, SHIFTING);
		fcntl(SHIFTING, F_SETFD, FD_CLOEXEC);
		close(SHIFTING);
	}
	return NULL;
}

int main(void)
{
	struct rlimit limit = { N + 10, N + 10 };
	pthread_t thread;
	int top = 0;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		fatal("setrlimit");
	while (top < N)
		top = dup(0);
	for (int fd = 100; fd < N; fd += 7)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	pthread_create(&thread, NULL, shift, NULL);
	for (int round = 0; round < 5; round++) {
		int status;
		pid_t pid = fork();

		if (!pid) {
			int open = 0, cloexec = 0;

			for (int fd = 3; fd < N + 10; fd++) {
				int flags = fd == SHIFTING ? -1 : fcntl(fd, F_GETFD);

				open += flags >= 0;
				cloexec += flags == FD_CLOEXEC;
			}
			if (!round)
				say("%d open, %d of them close on exec\n", open, cloexec);
			close(SHIFTING);
			_exit(open != N - 3 || cloexec != (N - 100 + 6) / 7 || dup(0) != SHIFTING);
		}
		waitpid(pid, &status, 0);
		say("round %d: %d\n", round, WEXITSTATUS(status));
	}
	is_over = true;
	pthread_join(thread, NULL);
}

/*
 * memory.h - what the programs share that use up a small guest's memory and look whether it goes on.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "../abi/show.h"

#define MB (1ul << 20)

static inline void adjust(const char *score)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, score, strlen(score)) < 0)
		fatal("oom_score_adj");
	close(fd);
}

/* Is there memory, are there processes, does a file system take something? */
static inline void works(void)
{
	char *p = mmap(NULL, 4 * MB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open("/tmp/works", O_RDWR | O_CREAT, 0600);

	if (p == MAP_FAILED || write(fd, memset(p, 1, 4 * MB), MB) != (ssize_t)MB)
		fatal("no longer works");
	unlink("/tmp/works");
	_exit(0);
}

/* The process group of pid gets until then, and up to `patience` times 10 ms to die. */
static inline void end_group(pid_t pid, int64_t until, int patience)
{
	int status;

	setpgid(pid, pid);
	while (waitpid(pid, &status, WNOHANG) == 0 && now_ns() < until)
		sleep_ms(10);
	for (int i = 0; i < patience && !kill(-pid, SIGKILL); i++) {
		sleep_ms(10);
		while (waitpid(-pid, NULL, WNOHANG) > 0)
			;
	}
}

#endif

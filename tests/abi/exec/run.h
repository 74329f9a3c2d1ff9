/* run.h - files to execute, made on the spot, and what became of them. */
#ifndef RUN_H
#define RUN_H
#include "../show.h"
#include <sys/stat.h>

static inline void put_file(const char *path, const void *text, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		fatal("%s", path);
	fchmod(fd, mode);
	close(fd);
}
static inline void put_text(const char *path, const char *text, mode_t mode) { put_file(path, text, strlen(text), mode); }
/* A copy of the running program. */
static inline void put_self(const char *path, mode_t mode)
{
	int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	static char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof buf)) > 0)
		(void)!write(to, buf, (size_t)n);
	fchmod(to, mode);
	close(to);
	close(from);
}
/* execve in a child: how the program ended, or the error. */
static inline void run(const char *what, const char *path, char *const argv[], char *const envp[])
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		execve(path, argv, envp);
		say("%s: %s\n", what, errno_name(errno));
		_exit(126);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 126)
		say("%s: %s\n", what, ending(status & ~0x80));
}
#endif

/* Files of /proc/PID that tell of memory, opened before an execve(2) or an exit: they tell of the memory that was. */
#include "../show.h"

static const char *const names[] = { "environ", "auxv", "maps", "smaps", "numa_maps" };
#define NAMES (int)(sizeof names / sizeof *names)

static void look(const char *when, pid_t pid)
{
	char path[64], text[64];

	for (int i = 0; i < NAMES; i++) {
		long n;
		int fd;

		snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]);
		fd = open(path, O_RDONLY);
		n = fd < 0 ? -1 : read(fd, text, sizeof text);
		say("%s: %s%s %s\n", when, names[i], fd < 0 ? ", open" : "", n < 0 ? errno_name(errno) : n ? "something" : "nothing");
		close(fd);
	}
}

int main(int argc, char **argv)
{
	int go[2], told[2], fd[NAMES];
	char path[64], text[64], c;
	siginfo_t info;
	pid_t pid;

	(void)argc;
	if (!strcmp(argv[0], "next")) {
		(void)!read(0, &c, 1);
		return 0;
	}
	(void)!pipe(go);
	(void)!pipe2(told, O_CLOEXEC);
	pid = fork();
	if (!pid) {
		dup2(go[0], 0);
		close(go[1]);
		(void)!read(0, &c, 1);
		execl("/proc/self/exe", "next", NULL);
		_exit(1);
	}
	close(told[1]);
	for (int i = 0; i < NAMES; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s", pid, names[i]);
		fd[i] = open(path, O_RDONLY);
	}
	(void)!write(go[1], "x", 1);
	(void)!read(told[0], &c, 1);             /* until it is the next program */
	for (int i = 0; i < NAMES; i++) {
		long n = pread(fd[i], text, sizeof text, 0);

		say("kept: %s %s\n", names[i], n < 0 ? errno_name(errno) : n ? "something" : "nothing");
	}
	look("opened again", pid);
	(void)!write(go[1], "x", 1);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	look("ended", pid);
	waitpid(pid, NULL, 0);
	return 0;
}

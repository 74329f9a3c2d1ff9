/*
 * scoped_races.c - RESOLVE_BENEATH and RESOLVE_IN_ROOT while a directory on the way is moved out: never past the root.
 */
#include "../show.h"
#include <linux/openat2.h>
#include <sys/stat.h>

#define TRIES 10000
#define STEP "c/../../"
#define STEPS STEP STEP STEP STEP STEP STEP

static bool same(int fd, const struct stat *root)
{
	struct stat s;

	return !fstat(fd, &s) && s.st_dev == root->st_dev && s.st_ino == root->st_ino;
}

static void race(const char *what, int root, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH, .resolve = resolve };
	unsigned escapes = 0, other = 0;
	struct stat s;

	fstat(root, &s);
	for (int i = 0; i < TRIES; i++) {
		int fd = (int)syscall(SYS_openat2, root, STEPS STEPS "c/../..", &how, sizeof how);

		if (fd >= 0 && !same(fd, &s))
			escapes++;
		else if (fd < 0 && errno == ENOENT)
			escapes++;              /* looked for c outside */
		else if (fd < 0 && errno != EAGAIN && errno != EXDEV)
			other++;
		if (fd >= 0)
			close(fd);
	}
	say("%s: %u escapes, %u other errors\n", what, escapes, other);
}

int main(void)
{
	int root;
	pid_t pid;

	mkdir("a", 0755);
	mkdir("a/c", 0755);
	mkdir("b", 0755);
	root = open("a", O_PATH);
	pid = fork();
	if (!pid)
		for (;;)
			syscall(SYS_renameat2, AT_FDCWD, "a/c", AT_FDCWD, "b", 2 /* RENAME_EXCHANGE */);
	race("beneath", root, RESOLVE_BENEATH);
	race("in root", root, RESOLVE_IN_ROOT);
	kill(pid, SIGKILL);
	wait(NULL);
	return 0;
}

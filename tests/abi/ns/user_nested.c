/*
 * user_nested.c - a map within a map: each line must lie in one line of the parent's, also when two of them meet at the ends.
 */
#include "../show.h"
#include <sched.h>
#include <sys/prctl.h>

static long put(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;
	long n;

	sprintf(path, "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY);
	n = fd < 0 ? -1 : write(fd, text, strlen(text));
	if (fd >= 0)
		close(fd);
	return n;
}

/* In a namespace of its own, below the caller's: the caller writes its map. */
static void try(const char *map)
{
	int ready[2], status;
	char c;
	pid_t pid;

	(void)!pipe(ready);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			_exit(1);
		prctl(PR_SET_DUMPABLE, 1);
		(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	judge("made", read(ready[0], &c, 1) == 1);
	show(map, put(pid, "uid_map", map));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ready[0]);
}

static void inside(void)
{
	try("0 0 1");
	try("0 0 4");
	try("0 0 3");
	try("0 1 2");
	try("0 10 5");
	try("5 11 3");
	try("0 10 6");
	try("0 9 2");
	try("0 50 1");
	try("0 10 2\n2 12 2");
}

int main(void)
{
	int ready[2], go[2], status;
	pid_t pid;
	char c;

	(void)!pipe(ready), (void)!pipe(go);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWUSER))
			_exit(1);
		(void)!write(ready[1], "x", 1);
		(void)!read(go[0], &c, 1);
		show("setuid", setuid(0));
		show("setgid", setgid(0));
		prctl(PR_SET_DUMPABLE, 1);              /* so that its files below /proc are its own */
		inside();
		_exit(0);
	}
	(void)!read(ready[0], &c, 1);
	/* 0 and 2 look like the ends of one run; 1 is somebody else. */
	show("parent", put(pid, "uid_map", "0 1000 1\n1 5000 1\n2 1002 1\n3 1003 1\n10 2000 5"));
	show("gid_map", put(pid, "gid_map", "0 0 1"));
	(void)!write(go[1], "x", 1);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	return 0;
}

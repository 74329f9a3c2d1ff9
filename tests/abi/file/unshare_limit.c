/*
 * unshare_limit.c - descriptors above fs.nr_open as it is now: a table that has them is not copied.
 */
#include "../show.h"
#include <sched.h>
#include <sys/resource.h>

static int set_nr_open(long n)
{
	int fd = open("/proc/sys/fs/nr_open", O_WRONLY), err;
	char text[32];

	err = write(fd, text, sprintf(text, "%ld", n)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

static void try_at(long limit, int high)
{
	pid_t pid;
	int st;

	say("limit %ld, descriptor %d\n", limit, high);
	set_nr_open(4096);
	dup2(1, high);
	set_nr_open(limit);
	show_ok("one more, high", dup2(1, (int)limit - 2));
	close((int)limit - 2);
	pid = fork();
	if (!pid)
		_exit(0);
	show("fork", pid < 0 ? -1 : 0);
	if (pid > 0)
		waitpid(pid, &st, 0);
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid) {
		show("unshare", unshare(CLONE_FILES));
		show("close_range", (long)syscall(SYS_close_range, 1000, 1010, 2 /* CLOSE_RANGE_UNSHARE */));
		show("close what is beyond", (long)syscall(SYS_close_range, high, ~0u, 2));
		_exit(0);
	}
	waitpid(pid, &st, 0);
	say("child %s\n", ending(st));
	close(high);
}

int main(void)
{
	struct rlimit r = { 4096, 4096 };

	set_nr_open(1048576);
	setrlimit(RLIMIT_NOFILE, &r);
	try_at(1024, 2000);
	try_at(1000, 1000);
	try_at(1000, 1023);
	try_at(1000, 1024);
	try_at(128, 100);
	try_at(100, 70);
	try_at(40, 60);
	try_at(40, 64);
	set_nr_open(1048576);
	return 0;
}

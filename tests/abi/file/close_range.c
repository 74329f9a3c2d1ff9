/*
 * close_range.c - close_range(2): which descriptors go, CLOEXEC instead of closing, and its errors.
 */
#include "../show.h"
#include <linux/close_range.h>

static bool is_open(int fd) { return fcntl(fd, F_GETFD) >= 0; }

static void show_open(const char *when)
{
	say("%s:", when);
	for (int fd = 10; fd < 20; fd++)
		if (is_open(fd))
			say(" %d%s", fd, fcntl(fd, F_GETFD) & FD_CLOEXEC ? "x" : "");
	say("\n");
}

static void call(unsigned first, unsigned last, unsigned flags)
{
	long r = syscall(SYS_close_range, first, last, flags);

	say("close_range(%u, %u, %#x) = %ld %s\n", first, last, flags, r, r ? strerror(errno) : "");
}

int main(void)
{
	for (int fd = 10; fd < 20; fd++)
		dup2(1, fd);
	show_open("start");
	call(11, 12, 0);
	show_open("two closed");
	call(11, 12, 0);
	call(14, 13, 0);
	call(14, 15, CLOSE_RANGE_CLOEXEC);
	show_open("two marked");
	call(16, 17, CLOSE_RANGE_UNSHARE);
	show_open("two closed, unshared");
	call(18, 18, 8);
	call(18, ~0u, 0);
	show_open("the rest");
	call(1000000, ~0u, 0);
	return 0;
}

/*
 * open_flags.c - open(2): access modes, O_EXCL, O_DIRECTORY, O_NOFOLLOW, unknown bits, and the order of checks.
 */
#include "../show.h"
#include <sys/stat.h>

static long op(const char *path, int flags, int mode)
{
	long r = syscall(SYS_openat, AT_FDCWD, path, flags, mode);

	say("open %s %#o: %s", path, flags, r < 0 ? errno_name(errno) : "ok");
	if (r >= 0) {
		say(" flags %#o\n", fcntl(r, F_GETFL));
		close(r);
	} else {
		say("\n");
	}
	return r;
}

int main(void)
{
	char *edge = page_edge();

	mkdir("d", 0755);
	symlink("f", "s"), symlink("nowhere", "dangling"), symlink("d", "sd"), symlink("loop", "loop");
	op("f", O_RDONLY, 0);
	op("f", O_RDWR | O_CREAT, 0600);
	op("f", O_RDONLY | O_CREAT | O_EXCL, 0600);
	op("f", O_WRONLY | O_EXCL, 0600);
	op("f", 3, 0);
	op("f", O_WRONLY | O_APPEND | O_NONBLOCK | O_SYNC, 0);
	op("f", O_RDONLY | O_DSYNC | O_NOATIME | O_NOCTTY | O_CLOEXEC, 0);
	op("f", O_RDONLY | O_DIRECTORY, 0);
	op("f", O_RDONLY | O_TRUNC, 0);
	op("f", O_RDONLY | 0x40000000, 0);
	op("f", 0x80000000, 0);
	op("f", O_RDWR | O_DIRECT, 0);
	op("f", O_RDONLY | FASYNC, 0);
	op("f/", O_RDONLY, 0);
	op("f/x", O_RDONLY | O_CREAT, 0600);
	op("d", O_RDONLY | O_DIRECTORY, 0);
	op("d", O_WRONLY, 0);
	op("d", O_RDWR | O_DIRECTORY, 0);
	op("d", O_RDONLY | O_CREAT, 0600);
	op("d", O_RDONLY | O_TRUNC, 0);
	op("d", O_RDONLY | O_CREAT | O_DIRECTORY, 0600);
	op("new", O_RDONLY | O_CREAT | O_DIRECTORY, 0600);
	op("new/", O_RDONLY | O_CREAT, 0600);
	op("s", O_RDONLY | O_NOFOLLOW, 0);
	op("s", O_PATH | O_NOFOLLOW, 0);
	op("sd", O_RDONLY | O_NOFOLLOW | O_DIRECTORY, 0);
	op("sd/", O_RDONLY | O_NOFOLLOW, 0);
	op("dangling", O_RDONLY, 0);
	op("dangling", O_RDWR | O_CREAT | O_EXCL, 0600);
	op("dangling", O_RDWR | O_CREAT, 0600);
	show("created through it", access("nowhere", F_OK));
	op("loop", O_RDONLY, 0);
	op("loop", O_RDONLY | O_CREAT | O_NOFOLLOW, 0600);
	op("loop", O_RDONLY | O_CREAT | O_EXCL, 0600);
	op("", O_RDONLY, 0);
	op("", O_RDONLY | O_CREAT, 0);
	op("missing/x", O_RDONLY | O_CREAT, 0);
	op(".", O_RDONLY | O_CREAT, 0);
	op("..", O_RDWR | O_CREAT | O_EXCL, 0);
	show("bad pointer", syscall(SYS_openat, AT_FDCWD, KERNEL_ADDRESS, O_RDONLY, 0));
	show("unterminated", syscall(SYS_openat, AT_FDCWD, memset(edge - 4, 'x', 4), O_RDONLY, 0));
	show("bad directory", syscall(SYS_openat, 99, "f", O_RDONLY, 0));
	show("bad directory, absolute path", syscall(SYS_openat, 99, "/dev/null", O_RDONLY, 0) >= 0 ? 0 : -1);
	show("directory is a file", syscall(SYS_openat, open("f", O_RDONLY), "x", O_RDONLY, 0));
	show("bad directory, bad pointer", syscall(SYS_openat, 99, KERNEL_ADDRESS, O_RDONLY, 0));
	show("bad directory, empty", syscall(SYS_openat, 99, "", O_RDONLY, 0));
	return 0;
}

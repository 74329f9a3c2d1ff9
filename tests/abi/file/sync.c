/*
 * sync.c - fsync(2), fdatasync(2), syncfs(2), sync_file_range(2), sync(2): on what they work, arguments.
 */
#include "../show.h"
#include <sys/eventfd.h>
#include <sys/socket.h>

static void each(const char *what, int fd)
{
	say("%s: fsync %s", what, syscall(SYS_fsync, fd) ? errno_name(errno) : "ok");
	say(", fdatasync %s", syscall(SYS_fdatasync, fd) ? errno_name(errno) : "ok");
	say(", syncfs %s", syscall(SYS_syncfs, fd) ? errno_name(errno) : "ok");
	say(", sync_file_range %s\n", syscall(SYS_sync_file_range, fd, 0l, 0l, 7) ? errno_name(errno) : "ok");
}

static long sfr(int fd, long off, long n, unsigned flags) { return syscall(SYS_sync_file_range, fd, off, n, flags); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2], s[2];

	(void)!pipe(p), socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	each("file", fd);
	each("read-only", open("f", O_RDONLY));
	each("O_PATH", open("f", O_PATH));
	each("directory", open(".", O_RDONLY));
	each("pipe", p[0]);
	each("socket", s[0]);
	each("eventfd", eventfd(0, 0));
	each("null", open("/dev/null", O_RDWR));
	each("zero", open("/dev/zero", O_RDWR));
	each("proc", open("/proc/version", O_RDONLY));
	each("proc directory", open("/proc", O_RDONLY));
	each("sys", open("/sys/kernel", O_RDONLY));
	each("closed", 99);
	show("flags 0", sfr(fd, 0, 0, 0));
	show("flags 8", sfr(fd, 0, 0, 8));
	show("negative offset", sfr(fd, -1, 0, 1));
	show("negative length", sfr(fd, 0, -1, 1));
	show("overflow", sfr(fd, 0x7fffffffffffffff, 1, 1));
	show("overflow by 2", sfr(fd, 0x7fffffffffffffff, 2, 1));
	show("flags 8, closed", sfr(99, -1, -1, 8));
	show("sync", syscall(SYS_sync));
	return 0;
}

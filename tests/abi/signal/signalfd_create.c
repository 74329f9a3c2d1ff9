/* signalfd_create.c - flags and errors of signalfd(2), what its file is and is not. */
#include <sys/signalfd.h>
#include "../show.h"

static void info(int fd)
{
	char path[64], text[512], *line;
	int n;

	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof text - 1);
	close(fd);
	text[n < 0 ? 0 : n] = 0;
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strncmp(line, "mnt_id", 6) && strncmp(line, "ino", 3))
			say("%s\n", line);
}

int main(void)
{
	struct signalfd_siginfo si;
	char link[64] = "", path[64];
	uint64_t s = ~0ull;
	int fd;

	show("size 7", syscall(SYS_signalfd4, -1, &s, 7, 0));
	show("size 16", syscall(SYS_signalfd4, -1, &s, 16, 0));
	show("bad address", syscall(SYS_signalfd4, -1, KERNEL_ADDRESS, 8, 0));
	show("bad flags", syscall(SYS_signalfd4, -1, &s, 8, 1));
	show("bad flags, bad address", syscall(SYS_signalfd4, -1, KERNEL_ADDRESS, 8, 1));
	show("no such file", syscall(SYS_signalfd4, 99, &s, 8, 0));
	show("fd -2", syscall(SYS_signalfd4, -2, &s, 8, 0));
	show("not a signalfd", syscall(SYS_signalfd4, 1, &s, 8, 0));
	fd = syscall(SYS_signalfd4, -1, &s, 8, SFD_NONBLOCK | SFD_CLOEXEC);
	say("status flags %#x, descriptor flags %d\n", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	info(fd);
	s = 0x201;
	judge("changed", syscall(SYS_signalfd, fd, &s, 8) == fd);
	info(fd);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	(void)!readlink(path, link, sizeof link - 1);
	say("%s\n", link);
	show("read", read(fd, &si, sizeof si));
	show("short read", read(fd, &si, sizeof si - 1));
	show("write", write(fd, &si, sizeof si));
	show("lseek", lseek(fd, 0, SEEK_SET));
	show("pread", pread(fd, &si, sizeof si, 0));
	return 0;
}

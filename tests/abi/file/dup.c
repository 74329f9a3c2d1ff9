/*
 * dup.c - dup(2), dup2(2), dup3(2), F_DUPFD: numbers, flags, limits, order of checks.
 */
#include "../show.h"
#include <sys/resource.h>

int main(void)
{
	struct rlimit lim = { 30, 30 };
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC), low, max;

	low = dup(fd);
	judge("lowest", low == fd + 1);
	show("not cloexec", fcntl(low, F_GETFD));
	show("dup bad", dup(99));
	show("dup -1", dup(-1));
	show("dup2", dup2(fd, 20));
	show("not cloexec", fcntl(20, F_GETFD));
	show("onto itself", dup2(20, 20));
	show("bad onto itself", dup2(99, 99));
	show("bad onto good", dup2(99, 20));
	show("still open", fcntl(20, F_GETFD));
	show("onto -1", dup2(fd, -1));
	show("dup3", dup3(fd, 21, O_CLOEXEC));
	show("cloexec", fcntl(21, F_GETFD));
	show("dup3 onto itself", syscall(SYS_dup3, 21, 21, 0));
	show("dup3 bad onto itself", syscall(SYS_dup3, 99, 99, 0));
	show("dup3 unknown flag", syscall(SYS_dup3, fd, 22, O_NONBLOCK));
	show("dup3 unknown flag, bad fd", syscall(SYS_dup3, 99, 22, 1));
	show("dup3 onto itself, unknown flag", syscall(SYS_dup3, 21, 21, 1));
	show("dup3 bad", syscall(SYS_dup3, 99, 22, 0));
	show("F_DUPFD", fcntl(fd, F_DUPFD, 25));
	show("F_DUPFD next", fcntl(fd, F_DUPFD, 25));
	show("F_DUPFD_CLOEXEC", fcntl(fd, F_DUPFD_CLOEXEC, 25));
	show("is", fcntl(27, F_GETFD));
	show("F_DUPFD -1", fcntl(fd, F_DUPFD, -1));
	setrlimit(RLIMIT_NOFILE, &lim);
	show("F_DUPFD at the limit", fcntl(fd, F_DUPFD, 30));
	show("F_DUPFD below", fcntl(fd, F_DUPFD, 29));
	show("F_DUPFD below, taken", fcntl(fd, F_DUPFD, 29));
	show("dup2 at the limit", dup2(fd, 30));
	show("dup2 at the limit, bad", dup2(99, 30));
	show("dup3 at the limit", dup3(fd, 30, 0));
	show("dup2 onto itself at the limit", dup2(29, 29));
	while ((max = dup(fd)) >= 0)
		;
	show("all taken", max);
	show("open", open("/dev/null", O_RDONLY));
	show("open what is not there", open("/none", O_RDONLY));
	show("pipe", pipe((int[2]){ 0, 0 }));
	show("dup2 over", dup2(fd, 20));
	show("dup bad, all taken", dup(99));
	close(3);
	show("pipe with one left", pipe((int[2]){ 0, 0 }));
	lim.rlim_cur = 5;
	setrlimit(RLIMIT_NOFILE, &lim);
	show("above the lowered limit", fcntl(20, F_GETFD));
	show("dup with 3 free", dup(20));
	return 0;
}

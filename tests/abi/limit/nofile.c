/* RLIMIT_NOFILE: what is bounded by it, and what is not. */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

int main(void)
{
	struct rlimit l = { 10, 20 };
	int fds[2], fd = open("/dev/null", O_RDONLY), n = 0;

	dup2(fd, 15);
	setrlimit(RLIMIT_NOFILE, &l);
	show("above it stays usable", read(15, &n, 1));
	show("dup2 above", dup2(0, 10));
	show("dup2 onto an open one above", dup2(0, 15));
	show("dup2 onto itself above", dup2(15, 15));
	show("dup3 above", dup3(0, 12, 0));
	show("F_DUPFD above", fcntl(0, F_DUPFD, 10));
	show("F_DUPFD at the edge", fcntl(0, F_DUPFD, 9) == 9 ? 0 : -1);
	show("F_DUPFD full", fcntl(0, F_DUPFD, 9));
	while ((fd = dup(0)) >= 0)
		n = fd;
	show("dup", fd);
	say("highest %d\n", n > 9 ? n : 9);
	show("open", open("/dev/null", O_RDONLY));
	show("pipe", pipe(fds));
	show("socket", socket(AF_UNIX, SOCK_STREAM, 0));
	show("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
	show("epoll", epoll_create1(0));
	show("eventfd", eventfd(0, 0));
	show("memfd", syscall(SYS_memfd_create, "x", 0));
	show("pidfd", syscall(SYS_pidfd_open, getpid(), 0));
	show("no file, no slot", open("/nowhere", O_RDONLY));
	close(9);
	show("one is free: pipe wants two", pipe(fds));
	show_ok("open takes it", open("/dev/null", O_RDONLY));
	l.rlim_cur = 0;
	setrlimit(RLIMIT_NOFILE, &l);
	close(3);
	show("limit 0", open("/dev/null", O_RDONLY));
	show("poll with too many", syscall(SYS_poll, NULL, 1, 0));
}

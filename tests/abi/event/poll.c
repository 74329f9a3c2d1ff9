/*
 * poll.c - poll(2): arguments, what each kind of file reports, timeouts.
 */
#include "../show.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>

static void one(const char *what, int fd, short events)
{
	struct pollfd p = { fd, events, -1 };
	int n = poll(&p, 1, 0);

	if (n < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %d %#x\n", what, n, (unsigned short)p.revents);
}

int main(void)
{
	const short all = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | 0x2000;
	struct pollfd many[32];
	struct rlimit l = { 16, 4096 };
	int p[2], s[2], file = open("f", O_RDWR | O_CREAT, 0600);
	char page[4096] = "";
	int64_t start;

	(void)!pipe2(p, O_NONBLOCK), (void)!socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	one("regular file", file, all);
	one("regular file, nothing asked", file, 0);
	one("directory", open(".", O_RDONLY), all);
	one("/dev/null", open("/dev/null", O_RDWR), all);
	one("/dev/zero, read-only", open("/dev/zero", O_RDONLY), all);
	one("bad fd", 99, all);
	one("negative fd", -1, all);
	one("O_PATH", open("f", O_PATH), all);
	one("pipe, empty", p[0], all);
	one("pipe, to write", p[1], all);
	(void)!write(p[1], "x", 1);
	one("pipe, full of one", p[0], all);
	one("pipe, not asked", p[0], POLLOUT);
	while (write(p[1], page, 4096) > 0)
		;
	one("pipe, full", p[1], all);
	(void)!read(p[0], page, 1);
	one("pipe, a byte read", p[1], all);
	(void)!read(p[0], page, 4096);
	one("pipe, a page read", p[1], all);
	close(p[0]);
	one("no reader", p[1], all);
	one("no reader, nothing asked", p[1], 0);
	(void)!pipe(p), close(p[1]);
	one("no writer", p[0], all);
	one("socket", s[0], all);
	(void)!write(s[1], "x", 1);
	one("socket with a byte", s[0], all);
	shutdown(s[1], SHUT_WR);
	one("peer sends no more", s[0], all);
	close(s[1]);
	one("peer closed", s[0], all);
	one("eventfd 0", eventfd(0, 0), all);
	one("eventfd 1", eventfd(1, 0), all);
	start = now_ns();
	show("no fds, timeout", poll(NULL, 0, 20));
	judge("20 ms at least", now_ns() - start >= 20000000);
	show("bad pointer", poll(KERNEL_ADDRESS, 1, 0));
	show("null, one fd", poll(NULL, 1, 0));
	show("across the edge", poll((void *)(page_edge() - 8), 2, 0));
	setrlimit(RLIMIT_NOFILE, &l);
	for (int i = 0; i < 32; i++)
		many[i] = (struct pollfd){ file, POLLIN, 0 };
	show("as many as the limit", poll(many, 16, 0));
	show("more than the limit", poll(many, 17, 0));
	show("far too many", syscall(SYS_poll, many, 0x80000000u, 0));
	return 0;
}

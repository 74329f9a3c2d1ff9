/*
 * epoll_nested.c - epolls in epolls: what the outer one sees, loops, depth.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <poll.h>

static long add(int ep, int fd, unsigned events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static void ready(const char *what, int ep)
{
	struct pollfd p = { ep, POLLIN | POLLOUT, 0 };
	struct epoll_event e;
	int n = poll(&p, 1, 0), k = epoll_wait(ep, &e, 1, 0);

	say("%s: poll %d %#x, wait %d\n", what, n, n ? p.revents : 0, k);
}

int main(void)
{
	int a = epoll_create1(0), b = epoll_create1(0), c = epoll_create1(0), chain[8], p[2];
	char ch;

	(void)!pipe(p);
	show("b in a", add(a, b, EPOLLIN));
	show("pipe in b", add(b, p[0], EPOLLIN));
	show("a in b", add(b, a, EPOLLIN));
	show("c in b", add(b, c, EPOLLIN));
	show("a in c", add(c, a, EPOLLIN));
	ready("outer, nothing", a);
	(void)!write(p[1], "x", 1);
	ready("outer", a);
	ready("inner", b);
	ready("outer, looked at", a);
	(void)!read(p[0], &ch, 1);
	ready("outer, drained", a);
	(void)!write(p[1], "x", 1);
	ready("outer", a);
	show("delete from inner", epoll_ctl(b, EPOLL_CTL_DEL, p[0], NULL));
	ready("outer, deleted", a);
	for (int i = 0; i < 8; i++) {
		chain[i] = epoll_create1(0);
		if (i)
			show("chain", add(chain[i], chain[i - 1], EPOLLIN));
	}
	chain[0] = epoll_create1(0), chain[1] = epoll_create1(0);
	show("edge inner", add(chain[1], chain[0], EPOLLIN | EPOLLET));
	add(chain[0], p[0], EPOLLIN);
	ready("edge, outer", chain[1]);
	ready("edge, outer again", chain[1]);
	close(b);
	ready("inner closed", a);
	return 0;
}

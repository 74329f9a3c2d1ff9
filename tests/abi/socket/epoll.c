/* Sockets in an epoll: events of each kind, edges, hang-ups in the order they come. */
#include "sock.h"

static int ep;

static void wait_for(const char *what)
{
	struct epoll_event e[4];
	int n = epoll_wait(ep, e, 4, 0);

	say("%s: %d", what, n);
	for (int k = 0; k < n; k++)
		say(" %u:%x", (unsigned)e[k].data.u32, e[k].events);
	say("\n");
}

static void watch(int fd, unsigned events, unsigned key)
{
	struct epoll_event e = { events, { .u32 = key } };

	R(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
}

/* The receiver's queue fills by another sender, too: a level says so. */
static void datagrams(void)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-epoll-d");
	int r = socket(AF_UNIX, SOCK_DGRAM, 0), x = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), y = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int old = ep;
	char b[4];

	ep = epoll_create1(0);
	bind(r, (void *)&a, len);
	R(connect(x, (void *)&a, len));
	R(connect(y, (void *)&a, len));
	watch(x, EPOLLOUT, 4);
	wait_for("room");
	while (send(y, "y", 1, 0) == 1)
		;
	R(send(x, "x", 1, 0));
	wait_for("full of another's");
	R(recv(r, b, 1, 0));
	wait_for("room for one");
	R(send(x, "x", 1, 0));
	R(send(x, "x", 1, 0));
	wait_for("full");
	close(r);
	wait_for("nobody receives");
	ep = old;
}

int main(void)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-epoll");
	int s[2], l, c, d;
	char b[64];

	ep = epoll_create1(0);
	pair(SOCK_STREAM, s);
	watch(s[0], EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, 1);
	wait_for("edge at once");
	wait_for("not again");
	(void)!write(s[1], "ab", 2);
	wait_for("bytes");
	(void)!write(s[1], "cd", 2);
	wait_for("more bytes");
	(void)!read(s[0], b, 1);
	wait_for("some read");
	(void)!read(s[1], b, 0);
	wait_for("nothing happened");
	shutdown(s[1], SHUT_WR);
	wait_for("half closed");
	close(s[1]);
	wait_for("closed");
	close(s[0]);
	wait_for("gone");
	l = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	bind(l, (void *)&a, len);
	watch(l, EPOLLIN, 2);
	wait_for("bound");
	listen(l, 5);
	wait_for("listening");
	c = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	watch(c, EPOLLIN | EPOLLOUT, 3);
	wait_for("unconnected");
	R(connect(c, (void *)&a, len));
	wait_for("connected");
	d = accept(l, NULL, NULL);
	wait_for("accepted");
	while (write(c, b, sizeof b) > 0)
		;
	wait_for("full");
	while (recv(d, b, sizeof b, MSG_DONTWAIT) > 0)
		;
	wait_for("drained");
	close(l);
	wait_for("listener closed");
	datagrams();
	close(d);
	wait_for("peer closed");
	return 0;
}

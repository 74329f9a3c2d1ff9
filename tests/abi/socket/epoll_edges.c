/* Every change of a socket's state, as an edge: which of them an EPOLLET hears of, on both sides. */
#include "sock.h"

static int ep;

static void watch(int fd, unsigned id)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET, .data.u32 = id };

	epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static void edges(const char *what, long result)
{
	struct epoll_event e[8];
	int n = epoll_wait(ep, e, 8, 0);
	unsigned of[4] = { 0 };

	for (int k = 0; k < n; k++)
		of[e[k].data.u32 & 3] = e[k].events;
	say("%s: %ld;", what, result);
	for (int k = 0; k < 4; k++)
		if (of[k])
			say(" %d:%x", k, of[k]);
	say("\n");
}
#define E(call) edges(#call, (call))

static char b[300000];

static void connected(int type)
{
	int s[2], big = 4608;
	long n;

	say("type %d\n", type);
	ep = epoll_create1(0);
	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	watch(s[0], 0);
	watch(s[1], 1);
	edges("at first", 0);
	E(send(s[0], "abc", 3, 0));
	E(send(s[0], "def", 3, 0));
	E(recv(s[1], b, 2, MSG_PEEK));
	E(recv(s[1], b, 3, 0));
	E(recv(s[1], b, 3, 0));
	E(recv(s[1], b, 3, 0));
	E(send(s[0], "", 0, 0));
	E(recv(s[1], b, 3, 0));
	if (type == SOCK_STREAM) {
		E(send(s[0], "u", 1, MSG_OOB));
		E(send(s[0], "w", 1, MSG_OOB));
		E(recv(s[1], b, 1, MSG_OOB));
		E(recv(s[1], b, 9, 0));
	}
	for (n = 0; send(s[0], b, 1000, 0) > 0; n++)
		;
	edges("filled", n > 5);
	E(recv(s[1], b, 1000, 0));
	while (recv(s[1], b, 1000, 0) > 0)
		n--;
	edges("emptied", n);
	E(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &big, sizeof big));
	E(setsockopt(s[0], SOL_SOCKET, SO_RCVLOWAT, &big, sizeof big));
	E(send(s[1], "xyz", 3, 0));
	E(shutdown(s[0], SHUT_WR));
	E(recv(s[1], b, 3, 0));
	E(shutdown(s[0], SHUT_RD));
	E(send(s[0], "a", 1, MSG_NOSIGNAL));
	E(shutdown(s[1], SHUT_RDWR));
	E(close(s[0]));
	E(recv(s[1], b, 3, 0));
	close(s[1]);
	close(ep);
}

static void ends(int type, bool is_unread)
{
	int s[2];

	say("ends, type %d %d\n", type, is_unread);
	ep = epoll_create1(0);
	socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, s);
	watch(s[1], 1);
	edges("at first", 0);
	if (is_unread)
		E(send(s[1], "abc", 3, 0));
	E(send(s[0], "abc", 3, 0));
	E(close(s[0]));
	E(recv(s[1], b, 9, 0));
	E(recv(s[1], b, 9, 0));
	E(send(s[1], "a", 1, MSG_NOSIGNAL));
	E(send(s[1], "a", 1, MSG_NOSIGNAL));
	close(s[1]);
	close(ep);
}

static void listener(int type)
{
	struct sockaddr_un a;
	socklen_t l = name_abstract(&a, "epoll-edges");
	int s = socket(AF_UNIX, type | SOCK_NONBLOCK, 0), c[3], n;

	say("listener, type %d\n", type);
	ep = epoll_create1(0);
	watch(s, 0);
	edges("new", 0);
	E(bind(s, (void *)&a, l));
	E(listen(s, 0));
	for (n = 0; n < 3; n++) {
		c[n] = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
		watch(c[n], n + 1);
		edges("new", 0);
		E(connect(c[n], (void *)&a, l));
	}
	E(listen(s, 5));
	E(connect(c[1], (void *)&a, l));
	n = accept4(s, NULL, NULL, SOCK_NONBLOCK);
	edges("accepted", n > 0);
	E(send(c[0], "abc", 3, 0));
	E(send(c[1], "abc", 3, 0));
	E(close(n));
	n = accept4(s, NULL, NULL, SOCK_NONBLOCK);
	edges("accepted", n > 0);
	E(connect(c[2], (void *)&a, l));
	E(shutdown(s, SHUT_RD));
	E(close(s));
	for (n = 0; n < 3; n++)
		close(c[n]);
	close(ep);
}

int main(void)
{
	connected(SOCK_STREAM);
	connected(SOCK_SEQPACKET);
	connected(SOCK_DGRAM);
	ends(SOCK_STREAM, false);
	ends(SOCK_STREAM, true);
	ends(SOCK_SEQPACKET, false);
	ends(SOCK_SEQPACKET, true);
	ends(SOCK_DGRAM, true);
	listener(SOCK_STREAM);
	listener(SOCK_SEQPACKET);
	return 0;
}

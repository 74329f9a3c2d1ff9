/* A datagram peer that goes elsewhere or nowhere: who gets ECONNRESET, once, and what epoll says before and after. */
#include "sock.h"

static void watch(const char *what, int ep)
{
	struct epoll_event e = { 0 };
	int n = epoll_wait(ep, &e, 1, 0);

	say("%s: %d %x\n", what, n, n > 0 ? e.events : 0);
}

static void leave(bool with_unread)
{
	struct sockaddr un = { .sa_family = AF_UNSPEC };
	struct epoll_event e = { .events = EPOLLIN | EPOLLOUT };
	int s[2], ep = epoll_create1(0), v;
	socklen_t l = sizeof v;

	pair(SOCK_DGRAM, s);
	epoll_ctl(ep, EPOLL_CTL_ADD, s[1], &e);
	watch("at first", ep);
	if (with_unread)
		R(write(s[1], "x", 1));
	R(connect(s[0], &un, sizeof un));
	watch("left", ep);
	R(getsockopt(s[1], SOL_SOCKET, SO_ERROR, &v, &l));
	say("error %d\n", v);
	watch("asked", ep);
	R(send(s[1], "y", 1, 0));
	R(send(s[0], "y", 1, 0));
	R(recv(s[0], &v, 1, MSG_DONTWAIT));
	watch("later", ep);
	close(ep);
}

/* Another fills the queue of the peer. */
static void filled(void)
{
	struct sockaddr_un a;
	socklen_t l = name_abstract(&a, "dgram-leave");
	struct epoll_event e = { .events = EPOLLOUT };
	int to = socket(AF_UNIX, SOCK_DGRAM, 0), u = socket(AF_UNIX, SOCK_DGRAM, 0), o = socket(AF_UNIX, SOCK_DGRAM, 0), n = 0;
	int ep = epoll_create1(0);

	bind(to, (void *)&a, l);
	connect(u, (void *)&a, l);
	epoll_ctl(ep, EPOLL_CTL_ADD, u, &e);
	watch("empty", ep);
	while (sendto(o, "x", 1, MSG_DONTWAIT, (void *)&a, l) == 1)
		n++;
	say("%d\n", n);
	watch("full", ep);
	watch("full", ep);
	R(read(to, &n, 1));
	watch("room", ep);
	watch("room", ep);
	R(send(u, "x", 1, MSG_DONTWAIT));
	watch("full", ep);
	close(to);
	watch("gone", ep);
}

/* What a peer sent that is gone: lost when one finds out. */
static void died(void)
{
	int s[2], v;

	pair(SOCK_DGRAM, s);
	R(send(s[0], "abc", 3, 0));
	R(send(s[0], "abc", 3, 0));
	close(s[0]);
	R(recv(s[1], &v, 3, 0));
	R(send(s[1], "x", 1, 0));
	R(recv(s[1], &v, 3, MSG_DONTWAIT));
	R(send(s[1], "x", 1, 0));
	say_poll("alone", s[1]);
}

int main(void)
{
	died();
	leave(false);
	leave(true);
	filled();
	return 0;
}

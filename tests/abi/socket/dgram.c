/* Datagrams: to names and peers, cut, full, gone. */
#include "sock.h"

int main(void)
{
	struct sockaddr_un a, n, ca;
	socklen_t len = name_abstract(&a, "abi-dgram"), l, cl = name_abstract(&ca, "abi-dgram-c");
	int s = socket(AF_UNIX, SOCK_DGRAM, 0), c = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), k, p[2];
	char b[64];
	struct msghdr m = { 0 };
	struct iovec v = { b, 3 };

	R(send(c, "x", 1, 0));
	R(sendto(c, "x", 1, 0, (void *)&a, len));
	R(bind(s, (void *)&a, len));
	R(bind(c, (void *)&a, len));
	R(sendto(c, "one", 3, 0, (void *)&a, len));
	l = sizeof n;
	R(recvfrom(s, b, sizeof b, 0, (void *)&n, &l));
	say("no name: %u\n", l);
	R(bind(c, (void *)&ca, cl));
	R(connect(c, (void *)&a, len));
	R(send(c, "second", 6, 0));
	R(send(c, "", 0, 0));
	R(ioctl(s, FIONREAD, &k));
	say("next: %d\n", k);
	m.msg_iov = &v;
	m.msg_iovlen = 1;
	R(recvmsg(s, &m, MSG_PEEK));
	say("flags %x\n", m.msg_flags);
	l = sizeof n;
	R(recvfrom(s, b, 2, MSG_TRUNC, (void *)&n, &l));
	say_name("from", &n, l);
	R(recv(s, b, sizeof b, 0));
	R(recv(s, b, sizeof b, MSG_DONTWAIT));
	for (k = 0; send(c, "y", 1, 0) == 1; k++)
		;
	say("%d until %s\n", k, errno_name(errno));
	say_poll("full", c);
	R(recv(s, b, sizeof b, 0));
	say_poll("room", c);
	R(send(s, "x", 1, 0));
	R(listen(s, 1));
	R(accept(s, NULL, NULL));
	k = socket(AF_UNIX, SOCK_DGRAM, 0);
	R(connect(s, (void *)&ca, cl));
	R(sendto(k, "z", 1, 0, (void *)&a, len));
	R(connect(k, (void *)&a, len));
	close(s);
	say_poll("gone", c);
	R(send(c, "x", 1, MSG_NOSIGNAL));
	R(send(c, "x", 1, MSG_NOSIGNAL));
	a.sun_family = AF_UNSPEC;
	R(connect(c, (void *)&a, 2));
	R(connect(c, (void *)&a, 1));
	pair(SOCK_DGRAM | SOCK_NONBLOCK, p);
	for (k = 0; send(p[0], "y", 1, 0) == 1; k++)
		;
	say("pair: %d until %s\n", k, errno_name(errno));
	R(shutdown(p[1], SHUT_RD));
	say_poll("shut", p[1]);
	R(send(p[0], "x", 1, MSG_NOSIGNAL));
	R(send(p[1], b, sizeof b, 0));
	R(send(p[1], malloc(300000), 300000, 0));
	return 0;
}

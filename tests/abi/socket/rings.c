/*
 * Sockets that only messages hold, in each other's queues: they go, and what waits in them. A pipe's writing end goes
 * along, so the reading end sees when. Rings that can still be reached stay whole.
 */
#include "sock.h"

static int take(int s)
{
	char control[CMSG_SPACE(sizeof(int))], b;
	struct iovec v = { &b, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };

	if (recvmsg(s, &m, MSG_DONTWAIT) != 1 || m.msg_controllen < CMSG_LEN(sizeof(int)))
		return -1;
	return *(int *)CMSG_DATA(CMSG_FIRSTHDR(&m));
}

/* Has every writer of the pipe gone? Closing a socket makes the kernel look. */
static void gone(const char *what, int reader)
{
	struct pollfd p = { reader, POLLIN, 0 };

	for (int n = 0; n < 100 && !poll(&p, 1, 0); n++) {
		close(socket(AF_UNIX, SOCK_STREAM, 0));
		sleep_ms(10);
	}
	say("%s: %s\n", what, p.revents & POLLHUP ? "gone" : "there");
	close(reader);
}

static void ring(const char *what, int type, bool both)
{
	int s[2], p[2];

	(void)!pipe(p);
	pair(type, s);
	pass_fds(s[0], &p[1], 1);
	pass_fds(s[0], s, both ? 2 : 1);
	pass_fds(s[1], s, 2);
	close(p[1]), close(s[0]), close(s[1]);
	gone(what, p[0]);
}

static void listener(void)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-rings");
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), p[2], fd[3];

	(void)!pipe(p);
	bind(l, (void *)&a, len);
	listen(l, 3);
	connect(c, (void *)&a, len);
	fd[0] = l, fd[1] = c, fd[2] = p[1];
	R(pass_fds(c, fd, 3));
	close(l), close(c), close(p[1]);
	gone("a listener in its own connection", p[0]);
}

static void chain(void)
{
	int s[2], t[2], p[2];

	(void)!pipe(p);
	pair(SOCK_STREAM, s);
	pass_fds(s[0], &p[1], 1);
	close(p[1]);
	for (int n = 0; n < 20; n++) {
		pair(SOCK_STREAM, t);
		pass_fds(t[0], s, 2);
		close(s[0]), close(s[1]);
		memcpy(s, t, sizeof s);
	}
	pass_fds(s[0], s, 2);
	close(s[0]), close(s[1]);
	gone("what hangs on a ring", p[0]);
}

static void reachable(void)
{
	int s[2], t[2], p[2], fd;
	struct pollfd w;

	(void)!pipe(p);
	pair(SOCK_DGRAM, s);
	pair(SOCK_DGRAM, t);
	pass_fds(s[0], &p[1], 1);
	pass_fds(s[0], s, 2);
	pass_fds(t[0], &s[1], 1);
	close(p[1]), close(s[0]), close(s[1]);
	for (int n = 0; n < 5; n++) {
		close(socket(AF_UNIX, SOCK_STREAM, 0));
		sleep_ms(5);
	}
	w = (struct pollfd){ p[0], POLLIN, 0 };
	R(poll(&w, 1, 0));
	fd = take(t[1]);
	judge("received", fd >= 0);
	close(take(fd));
	close(fd);
	gone("now", p[0]);
}

int main(void)
{
	ring("one end in its own queue", SOCK_STREAM, false);
	ring("both", SOCK_STREAM, true);
	ring("both, datagrams", SOCK_DGRAM, true);
	ring("both, packets", SOCK_SEQPACKET, true);
	listener();
	chain();
	reachable();
	return 0;
}

/* What comes first of two things that are wrong; what counts as whose; a read of no bytes. */
#include "sock.h"

static char b[4000];

static void unconnected(int type)
{
	int s = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);

	say("type %d\n", type);
	R(send(s, "a", 1, MSG_OOB));
	R(recv(s, b, 1, MSG_OOB));
	R(recv(s, b, 1, 0));
	R(send(s, "", 0, 0));
	close(s);
}

static void memory(int s)
{
	unsigned v[9] = { 0 };
	socklen_t l = sizeof v;

	getsockopt(s, SOL_SOCKET, 55, v, &l);
	say("memory: %u %u %u %u\n", v[0], v[1], v[2], v[3]);
}

static void nothing(int type)
{
	struct sockaddr_un from;
	socklen_t l = sizeof from;
	int s[2], on = 1;

	say("nothing, type %d\n", type);
	pair(type, s);
	setsockopt(s[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on);
	R(send(s[0], "abc", 3, 0));
	memory(s[0]);
	memory(s[1]);
	R(recvfrom(s[1], b, 0, 0, (void *)&from, &l));
	say("name of %u\n", l);
	R(recv(s[1], b, 9, MSG_DONTWAIT));
	close(s[1]);
	R(send(s[0], "abc", 3, MSG_NOSIGNAL));
	l = sizeof from;
	R(getsockname(s[0], (void *)&from, &l));
	say("name of %u\n", l);
	close(s[0]);
}

int main(void)
{
	struct sockaddr_un a;
	socklen_t l = name_abstract(&a, "order");
	int s[2], o = socket(AF_UNIX, SOCK_DGRAM, 0), listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	unconnected(SOCK_STREAM);
	unconnected(SOCK_DGRAM);
	unconnected(SOCK_SEQPACKET);
	nothing(SOCK_STREAM);
	nothing(SOCK_DGRAM);
	nothing(SOCK_SEQPACKET);
	pair(SOCK_DGRAM, s);
	R(bind(s[0], (void *)&a, l));
	R(sendto(o, "a", 1, 0, (void *)&a, l));
	R(shutdown(s[0], SHUT_RD));
	R(sendto(o, "a", 1, 0, (void *)&a, l));
	R(send(s[1], "a", 1, 0));
	close(s[0]);
	R(bind(listener, (void *)&a, l));
	R(connect(listener, (void *)&a, l));
	R(listen(listener, 0));
	R(connect(listener, (void *)&a, l));
	R(connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&a, l));
	R(connect(listener, (void *)&a, l));
	R(shutdown(listener, SHUT_RD));
	R(connect(listener, (void *)&a, l));
	return 0;
}

/* SO_PEEK_OFF: where MSG_PEEK begins, and how it moves. */
#include "sock.h"

static void look(int type)
{
	int s[2], v = 2;
	char b[32] = "";

	pair(type, s);
	R(send(s[0], "0123456789", 10, 0));
	R(send(s[0], "abcdef", 6, 0));
	R(setsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &v, sizeof v));
	for (int n = 0; n < 4; n++) {
		socklen_t l = sizeof v;
		long got = recv(s[1], b, 5, MSG_PEEK | MSG_DONTWAIT);

		getsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &v, &l);
		say("%ld '%.*s' offset %d\n", got < 0 ? -(long)errno : got, got > 0 ? (int)got : 0, b, v);
	}
	R(recv(s[1], b, 3, MSG_DONTWAIT));
	v = -1;
	{
		socklen_t l = sizeof v;

		getsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &v, &l);
		say("offset %d\n", v);
	}
	v = -1;
	R(setsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &v, sizeof v));
	R(recv(s[1], b, 5, MSG_PEEK | MSG_DONTWAIT));
	say("'%.5s'\n", b);
}

int main(void)
{
	look(SOCK_STREAM);
	look(SOCK_DGRAM);
	return 0;
}

/* shutdown(2): each half of each type, seen from both ends. */
#include "sock.h"

static void halves(int type, int how)
{
	int s[2];
	char b[8];

	say("type %d how %d\n", type, how);
	pair(type | SOCK_NONBLOCK, s);
	(void)!write(s[0], "to1", 3);
	(void)!write(s[1], "to0", 3);
	R(shutdown(s[0], how));
	say_poll("its end", s[0]);
	say_poll("the other end", s[1]);
	R(read(s[0], b, 8));
	R(read(s[0], b, 8));
	R(send(s[0], "x", 1, MSG_NOSIGNAL));
	R(read(s[1], b, 8));
	R(read(s[1], b, 8));
	R(send(s[1], "x", 1, MSG_NOSIGNAL));
	R(shutdown(s[0], how));
	close(s[0]);
	R(shutdown(s[1], SHUT_RDWR));
	R(read(s[1], b, 8));
	close(s[1]);
}

int main(void)
{
	struct sockaddr_un a;
	int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = name_abstract(&a, "abi-shutdown");

	for (int how = 0; how < 3; how++) {
		halves(SOCK_STREAM, how);
		halves(SOCK_DGRAM, how);
		halves(SOCK_SEQPACKET, how);
	}
	R(shutdown(c, SHUT_RD));
	bind(l, (void *)&a, len);
	listen(l, 3);
	R(shutdown(l, SHUT_RD));
	say_poll("a listener", l);
	R(accept(l, NULL, NULL));
	R(connect(c, (void *)&a, len));
	return 0;
}

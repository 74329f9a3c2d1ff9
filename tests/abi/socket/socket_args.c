/* Which families, types and protocols there are, in which order they are refused. */
#include "sock.h"

int main(void)
{
	int s[2], *volatile bad = (int *)1;

	for (int type = 0; type < 12; type++) {
		int fd = socket(AF_UNIX, type, 0);

		say("type %d: %s\n", type, fd < 0 ? errno_name(errno) : "made");
		if (fd >= 0)
			close(fd);
	}
	R(socket(AF_UNIX, SOCK_STREAM, 1) >= 0);
	R(socket(AF_UNIX, SOCK_STREAM, 2));
	R(socket(-1, SOCK_STREAM, 0));
	R(socket(46, SOCK_STREAM, 0));
	R(socket(12, SOCK_STREAM, 0));
	R(socket(12, 11, 0));
	R(socket(46, 11, 0));
	R(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
	R(socketpair(AF_UNIX, SOCK_STREAM, 2, s));
	R(socketpair(AF_UNIX, SOCK_STREAM, 0, bad));
	R(socketpair(12, SOCK_STREAM, 0, s));
	R(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, s));
	R(fcntl(s[0], F_GETFD));
	R(fcntl(s[0], F_GETFL));
	R(bind(0, NULL, 0));
	R(bind(99, NULL, 0));
	R(listen(0, 1));
	R(accept4(99, NULL, NULL, 1));
	R(accept4(s[0], NULL, NULL, 0));
	R(shutdown(s[0], 3));
	R(shutdown(s[0], -1));
	R(listen(s[0], 1));
	return 0;
}

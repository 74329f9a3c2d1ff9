/* Datagram sockets that are connected to a full receiver: who may write, and who is told. */
#include "sock.h"

int main(void)
{
	struct sockaddr_un a, b;
	socklen_t la = name_abstract(&a, "abi-pd-a"), lb = name_abstract(&b, "abi-pd-b");
	int r = socket(AF_UNIX, SOCK_DGRAM, 0), x = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), y = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), n;
	char t[8];

	bind(r, (void *)&a, la);
	bind(x, (void *)&b, lb);
	R(connect(x, (void *)&a, la));
	for (n = 0; send(x, "m", 1, 0) == 1; n++)
		;
	say("full after %d: %s\n", n, errno_name(errno));
	say_poll("connected", x);
	say_poll("unconnected", y);
	R(sendto(y, "z", 1, 0, (void *)&a, la));
	R(connect(y, (void *)&a, la));
	say_poll("connected late", y);
	R(recv(r, t, 8, 0));
	say_poll("room for one", x);
	say_poll("room for one, the other", y);
	R(connect(r, (void *)&b, lb));
	R(send(y, "q", 1, 0));
	R(sendto(y, "q", 1, 0, (void *)&a, la));
	R(send(x, "q", 1, 0));
	while (recv(r, t, 8, MSG_DONTWAIT) > 0)
		;
	say_poll("drained", x);
	close(r);
	say_poll("closed", x);
	R(send(x, "q", 1, 0));
	say_poll("after the error", x);
	return 0;
}

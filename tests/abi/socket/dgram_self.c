/* Datagrams to oneself: by name, connected, and how many. */
#include "sock.h"

int main(void)
{
	struct sockaddr_un a, b;
	socklen_t l = name_abstract(&a, "dgram-self"), bl = name_abstract(&b, "dgram-self-not");
	int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), o = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0), n = 0, left = 0;

	R(bind(s, (void *)&a, l));
	while (n < 400 && sendto(s, "x", 1, 0, (void *)&a, l) == 1)
		n++;
	say("%d, then %s\n", n, errno_name(errno));
	say_poll("full", s);
	R(sendto(o, "x", 1, 0, (void *)&a, l));
	while (recv(s, &n, 1, 0) == 1)
		left++;
	say("%d read\n", left);
	R(connect(s, (void *)&a, l));
	for (n = 0; n < 20 && send(s, "y", 1, 0) == 1; n++)
		;
	say("%d connected\n", n);
	say_poll("connected", s);
	R(sendto(o, "x", 1, 0, (void *)&a, l));
	R(connect(o, (void *)&a, l));
	R(bind(o, (void *)&b, bl));
	R(connect(s, (void *)&b, bl));
	say_poll("connected elsewhere", s);
	R(recv(s, &n, 1, 0));
	R(send(s, "z", 1, 0));
	R(recv(o, &n, 1, 0));
	R(send(o, "z", 1, 0));
	R(connect(o, (void *)&a, l));
	R(send(o, "z", 1, 0));
	close(s);
	say_poll("peer gone", o);
	R(send(o, "z", 1, 0));
	R(send(o, "z", 1, 0));
	R(connect(o, (void *)&a, l));
	return 0;
}

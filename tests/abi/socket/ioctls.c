/* ioctl(2) on sockets: what waits to be read, what waits to be taken. */
#include "sock.h"

static void ask(const char *what, int fd)
{
	int in = -1, out = -1;
	int r = ioctl(fd, FIONREAD, &in), w = ioctl(fd, SIOCOUTQ, &out);

	say("%s: in %s %d, out %s, %s\n", what, r ? "error" : "ok", in, w ? "error" : "ok", out > 0 ? "some" : out ? "negative" : "none");
}

int main(void)
{
	int s[2], v = 1, l;
	struct sockaddr_un a;

	pair(SOCK_STREAM, s);
	ask("empty", s[0]);
	(void)!write(s[0], "abcdef", 6);
	(void)!write(s[0], "ghi", 3);
	ask("sender", s[0]);
	ask("receiver", s[1]);
	(void)!read(s[1], &v, 2);
	ask("receiver", s[1]);
	close(s[0]);
	ask("left alone", s[1]);
	pair(SOCK_DGRAM, s);
	(void)!write(s[0], "abcdef", 6);
	(void)!write(s[0], "ghi", 3);
	ask("datagrams", s[1]);
	pair(SOCK_SEQPACKET, s);
	(void)!write(s[0], "abcdef", 6);
	(void)!write(s[0], "ghi", 3);
	ask("packets", s[1]);
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	bind(l, (void *)&a, name_abstract(&a, "abi-ioctls"));
	listen(l, 1);
	R(ioctl(l, FIONREAD, &v));
	R(ioctl(s[0], FIONBIO, &v));
	R(fcntl(s[0], F_GETFL));
	v = 0;
	R(ioctl(s[0], FIONBIO, &v));
	R(fcntl(s[0], F_GETFL));
	R(ioctl(s[0], FIONREAD, NULL));
	R(ioctl(s[0], 0x5401, &v));
	R(ioctl(s[0], 0x12345678, &v));
	R(ioctl(s[0], FIOCLEX));
	R(fcntl(s[0], F_GETFD));
	return 0;
}

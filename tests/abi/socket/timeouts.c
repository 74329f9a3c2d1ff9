/* SO_RCVTIMEO and SO_SNDTIMEO: calls give up in time; without, they wait. */
#include "sock.h"

static void limit(int fd, int option, int ms)
{
	struct timeval t = { ms / 1000, ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, option, &t, sizeof t);
}

#define TIMED(low, call) do { int64_t t0 = now_ns(); R(call); judge("in time", within((now_ns() - t0) / 1000000, low, 1500)); } while (0)

int main(void)
{
	struct sockaddr_un a;
	socklen_t len = name_abstract(&a, "abi-timeouts");
	struct mmsghdr mm[2] = { 0 };
	int s[2], l = socket(AF_UNIX, SOCK_STREAM, 0), c;
	static char b[1 << 20];
	struct iovec v = { b, 10 };

	pair(SOCK_STREAM, s);
	limit(s[0], SO_RCVTIMEO, 30);
	limit(s[0], SO_SNDTIMEO, 30);
	TIMED(29, read(s[0], b, 1));
	TIMED(29, recv(s[0], b, 1, 0));
	TIMED(0, recv(s[0], b, 1, MSG_DONTWAIT));
	R(write(s[1], "abc", 3));
	TIMED(29, recv(s[0], b, 8, MSG_WAITALL));
	judge("a part was sent", write(s[0], b, sizeof b) > 0);
	TIMED(29, write(s[0], b, 10));
	bind(l, (void *)&a, len);
	listen(l, 0);
	limit(l, SO_RCVTIMEO, 30);
	TIMED(29, accept(l, NULL, NULL));
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	R(connect(c, (void *)&a, len));
	c = socket(AF_UNIX, SOCK_STREAM, 0);
	limit(c, SO_SNDTIMEO, 30);
	TIMED(29, connect(c, (void *)&a, len));
	mm[0].msg_hdr.msg_iov = mm[1].msg_hdr.msg_iov = &v;
	mm[0].msg_hdr.msg_iovlen = mm[1].msg_hdr.msg_iovlen = 1;
	pair(SOCK_DGRAM, s);
	limit(s[0], SO_RCVTIMEO, 30);
	TIMED(29, recvmmsg(s[0], mm, 2, 0, NULL));
	R(send(s[1], "x", 1, 0));
	TIMED(29, recvmmsg(s[0], mm, 2, 0, NULL));
	return 0;
}

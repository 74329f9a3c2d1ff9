/* Buffers that end at a page edge: what is read, what stays, stream and datagrams. */
#include "sock.h"

static char text[20000], got[20000];

static void fill(int s, size_t n)
{
	for (size_t k = 0; k < n; k++)
		text[k] = (char)('a' + k % 26);
	say("write: %ld\n", (long)write(s, text, n));
}

static void rest(int s)
{
	long n = recv(s, got, sizeof got, MSG_DONTWAIT);

	say("left: %ld %s %.5s\n", n, n < 0 ? errno_name(errno) : "", n > 0 ? got : "");
}

static void with(int type)
{
	char *edge = page_edge();
	struct iovec v[2] = { { edge - 10, 10 }, { edge, 10 } };
	int s[2], n;

	say("type %d\n", type);
	pair(type, s);
	fill(s[0], 10000);
	show("into a part", recv(s[1], edge - 4000, 9000, 0));
	rest(s[1]);
	fill(s[0], 30);
	show("ten and no more", readv(s[1], v, 2));
	rest(s[1]);
	fill(s[0], 10);
	fill(s[0], 10);
	show("two writes", recv(s[1], edge - 10, 20, 0));
	rest(s[1]);
	fill(s[0], 10);
	fill(s[0], 10);
	show("one and a half", recv(s[1], edge - 15, 20, 0));
	rest(s[1]);
	rest(s[1]);
	fill(s[0], 30);
	show("peeked", recv(s[1], edge - 10, 30, MSG_PEEK));
	rest(s[1]);
	show("waitall", (fill(s[0], 30), recv(s[1], edge - 10, 30, MSG_WAITALL | MSG_DONTWAIT)));
	rest(s[1]);
	show("send from a part", send(s[0], edge - 10, 20, 0));
	rest(s[1]);
	show("send two pieces", writev(s[0], v, 2));
	rest(s[1]);
	show("a long one", send(s[0], edge - PAGE, 2 * PAGE, MSG_DONTWAIT));
	ioctl(s[1], SIOCINQ, &n);
	say("queued %d\n", n);
	rest(s[1]);
}

int main(void)
{
	with(SOCK_STREAM);
	with(SOCK_DGRAM);
	with(SOCK_SEQPACKET);
	return 0;
}

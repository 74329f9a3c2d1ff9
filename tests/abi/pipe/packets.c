/*
 * packets.c - O_DIRECT: each write is a packet, a read ends with it and drops what it has no room for.
 */
#include "../show.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

static void rd(const char *what, int fd, size_t n)
{
	static char buf[65536];
	ssize_t r = read(fd, buf, n);

	if (r < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %ld %.10s\n", what, (long)r, (buf[r < 65535 ? r : 65535] = 0, buf));
}

int main(void)
{
	static char big[10000];
	int p[2], n;
	struct iovec v[2] = { { "iov1", 4 }, { "iov2", 4 } };

	memset(big, 'B', sizeof big);
	show("pipe2", pipe2(p, O_DIRECT | O_NONBLOCK));
	(void)!write(p[1], "one", 3);
	(void)!write(p[1], "two", 3);
	(void)!write(p[1], "three", 5);
	ioctl(p[0], FIONREAD, &n);
	say("bytes: %d\n", n);
	rd("one", p[0], 100);
	rd("part of two", p[0], 2);
	rd("three", p[0], 100);
	rd("empty", p[0], 100);
	show("more than a page", write(p[1], big, 10000));
	rd("first", p[0], 65536);
	rd("second", p[0], 65536);
	rd("third", p[0], 65536);
	rd("no fourth", p[0], 65536);
	show("writev", writev(p[1], v, 2));
	rd("one packet", p[0], 100);
	for (n = 0; write(p[1], "x", 1) == 1; n++)
		;
	say("packets of a byte: %d\n", n);
	struct pollfd q = { p[1], POLLOUT, 0 };
	say("writable: %d\n", poll(&q, 1, 0));
	rd("a packet", p[0], 100);
	say("writable: %d\n", poll(&q, 1, 0));
	while (read(p[0], big, 100) > 0)
		;
	show("turn it off", fcntl(p[1], F_SETFL, O_NONBLOCK));
	(void)!write(p[1], "plain", 5);
	(void)!write(p[1], "more", 4);
	show("turn it on", fcntl(p[1], F_SETFL, O_NONBLOCK | O_DIRECT));
	(void)!write(p[1], "packet", 6);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	(void)!write(p[1], "tail", 4);
	rd("plain bytes and what fits of the packet", p[0], 11);
	rd("tail", p[0], 100);
	(void)!write(p[1], "ab", 2);
	show("size with packets", fcntl(p[0], F_SETPIPE_SZ, 4096));
	rd("after resizing", p[0], 100);
	return 0;
}

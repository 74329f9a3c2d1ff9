/*
 * vmsplice.c - vmsplice(2) into and out of a pipe, and what it refuses.
 */
#include "../show.h"
#include <sys/uio.h>

int main(void)
{
	char a[] = "first ", b[] = "second", out[32] = "", small[4] = "";
	struct iovec v[3] = { { a, 6 }, { b, 6 }, { NULL, 0 } };
	struct iovec back = { out, sizeof out }, bad = { page_edge() - 2, 4 };
	int p[2], null = open("/dev/null", O_RDWR);

	pipe(p);
	say("in: %zd\n", vmsplice(p[1], v, 3, 0));
	say("out: %zd", vmsplice(p[0], &back, 1, 0));
	say(" '%s'\n", out);
	show("empty, not waiting", vmsplice(p[0], &back, 1, SPLICE_F_NONBLOCK));
	show("no segments", vmsplice(p[1], v, 0, 0));
	show("negative count", vmsplice(p[1], v, -1, 0));
	show("flags", vmsplice(p[1], v, 1, 0x40));
	show("no pipe", vmsplice(null, v, 1, 0));
	show("no descriptor", vmsplice(99, v, 1, 0));
	show("bad vector", vmsplice(p[1], (void *)8, 1, 0));
	(void)!write(p[1], "abcdef", 6);
	v[0] = (struct iovec){ small, 4 };
	show("part", vmsplice(p[0], v, 1, 0));
	say("%.4s\n", small);
	show("into a bad page", vmsplice(p[0], &bad, 1, 0));
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	v[0] = (struct iovec){ a, 6 };
	show("no reader", vmsplice(p[1], v, 1, 0));
	return 0;
}

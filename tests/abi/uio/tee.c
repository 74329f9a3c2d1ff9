/*
 * tee.c - tee(2): copies without taking; flags, errors and their order.
 */
#include "../show.h"

static long te(int in, int out, size_t n, unsigned f) { return syscall(SYS_tee, in, out, n, f); }

int main(void)
{
	int p[2], q[2], f = open("f", O_RDWR | O_CREAT, 0600);
	char b[32] = "";

	(void)!pipe(p), (void)!pipe(q);
	(void)!write(p[1], "abcdef", 6);
	(void)!write(p[1], "ghi", 3);
	show("part", te(p[0], q[1], 4, 0));
	show("all", te(p[0], q[1], 100, 0));
	show("copied", read(q[0], b, 31));
	say("%s\n", b);
	memset(b, 0, 32);
	show("still there", read(p[0], b, 31));
	say("%s\n", b);
	show("empty, not waiting", te(p[0], q[1], 4, SPLICE_F_NONBLOCK));
	show("nothing", te(p[0], q[1], 0, 0));
	show("nothing, files", te(f, f, 0, 0));
	show("nothing, bad fd", te(99, 98, 0, 0));
	show("bad flags", te(p[0], q[1], 4, 0x20));
	show("bad flags, bad fd", te(99, q[1], 4, 0x20));
	show("bad in", te(99, q[1], 4, 0));
	show("bad out", te(p[0], 99, 4, 0));
	show("files", te(f, q[1], 4, 0));
	show("to a file", te(p[0], f, 4, 0));
	show("same pipe", te(p[0], p[1], 4, 0));
	show("wrong end in", te(p[1], q[1], 4, 0));
	show("wrong end out", te(p[0], q[0], 4, 0));
	(void)!write(p[1], "xyz", 3);
	close(q[0]);
	signal(SIGPIPE, SIG_IGN);
	show("no reader", te(p[0], q[1], 4, 0));
	read(p[0], b, 31);
	close(p[1]);
	(void)!pipe(q);
	show("no writer", te(p[0], q[1], 4, 0));
	return 0;
}

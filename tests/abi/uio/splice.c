/*
 * splice.c - splice(2): offsets, wrong kinds, flags, order of checks.
 */
#include "../show.h"

static long sp(int in, void *oi, int out, void *oo, size_t n, unsigned f) { return syscall(SYS_splice, in, oi, out, oo, n, f); }

int main(void)
{
	int f = open("f", O_RDWR | O_CREAT, 0600), g = open("g", O_RDWR | O_CREAT, 0600), p[2], q[2];
	int app = open("g", O_WRONLY | O_APPEND), ro = open("g", O_RDONLY), dir = open(".", O_RDONLY), null = open("/dev/null", O_RDWR);
	long off = 3;
	char b[32] = "", *edge = page_edge();

	(void)!pipe(p), (void)!pipe(q);
	(void)!write(f, "0123456789", 10);
	show("file to pipe", sp(f, &off, p[1], NULL, 4, 0));
	say("offset %ld position %ld\n", off, (long)lseek(f, 0, SEEK_CUR));
	show("pipe to pipe", sp(p[0], NULL, q[1], NULL, 2, 0));
	show("pipe to file", sp(p[0], NULL, g, NULL, 100, 0));
	off = 10;
	show("pipe to file at 10", sp(q[0], NULL, g, &off, 100, 0));
	say("offset %ld position %ld\n", off, (long)lseek(g, 0, SEEK_CUR));
	show("size", lseek(g, 0, SEEK_END));
	show("at the end", sp(f, NULL, p[1], NULL, 4, 0));
	show("empty, not waiting", sp(p[0], NULL, q[1], NULL, 4, SPLICE_F_NONBLOCK));
	show("empty to file, not waiting", sp(p[0], NULL, g, NULL, 4, SPLICE_F_NONBLOCK));
	show("no pipe", sp(f, NULL, g, NULL, 4, 0));
	show("nothing, no pipe", sp(f, NULL, g, NULL, 0, 0));
	show("nothing, bad fd", sp(99, NULL, 98, NULL, 0, 0));
	show("nothing, bad flags", sp(f, NULL, p[1], NULL, 0, 0x80));
	show("bad flags", sp(f, NULL, p[1], NULL, 4, 0x10));
	show("bad flags, bad fd", sp(99, NULL, p[1], NULL, 4, 0x10));
	show("bad in", sp(99, NULL, p[1], NULL, 4, 0));
	show("bad out", sp(p[0], NULL, 99, NULL, 4, 0));
	show("offset for a pipe in", sp(p[0], &off, g, NULL, 4, 0));
	show("offset for a pipe out", sp(f, NULL, p[1], &off, 4, 0));
	show("offset for a pipe, bad pointer", sp(f, NULL, p[1], edge, 4, 0));
	show("bad offset pointer", sp(f, edge, p[1], NULL, 4, 0));
	off = -1;
	show("negative", sp(f, &off, p[1], NULL, 4, 0));
	show("same pipe", sp(p[0], NULL, p[1], NULL, 4, 0));
	show("wrong end in", sp(p[1], NULL, q[1], NULL, 4, 0));
	show("wrong end out", sp(f, NULL, p[0], NULL, 4, 0));
	(void)!write(p[1], "abcdef", 6);
	show("to an appender", sp(p[0], NULL, app, NULL, 4, 0));
	show("to a reader", sp(p[0], NULL, ro, NULL, 4, 0));
	show("from a directory", sp(dir, NULL, p[1], NULL, 4, 0));
	show("to a directory", sp(p[0], NULL, dir, NULL, 4, 0));
	show("to /dev/null", sp(p[0], NULL, null, NULL, 4, 0));
	show("from /dev/null", sp(null, NULL, p[1], NULL, 4, 0));
	show("from /dev/zero", sp(open("/dev/zero", O_RDONLY), NULL, p[1], NULL, 4, 0));
	show("the pipe holds", read(p[0], b, 31));
	say("%.2s\n", b);
	close(q[0]);
	signal(SIGPIPE, SIG_IGN);
	off = 0;
	show("no reader", sp(f, &off, q[1], NULL, 4, 0));
	close(p[1]);
	show("no writer", sp(p[0], NULL, g, NULL, 4, 0));
	return 0;
}

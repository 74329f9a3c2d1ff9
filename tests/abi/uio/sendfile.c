/*
 * sendfile.c - sendfile(2): offsets, positions, kinds of files, errors and their order.
 */
#include "../show.h"
#include <sys/sendfile.h>

static long sf(int out, int in, void *off, size_t n) { return syscall(SYS_sendfile, out, in, off, n); }

int main(void)
{
	int in = open("in", O_RDWR | O_CREAT, 0600), out = open("out", O_RDWR | O_CREAT, 0600), p[2];
	int wo = open("in", O_WRONLY), ro = open("out", O_RDONLY), app = open("out", O_WRONLY | O_APPEND), dir = open(".", O_RDONLY);
	char b[32] = "", *edge = page_edge();
	long off = 2;

	(void)!pipe(p);
	(void)!write(in, "0123456789", 10);
	show("with an offset", sf(out, in, &off, 4));
	say("offset %ld in %ld out %ld\n", off, (long)lseek(in, 0, SEEK_CUR), (long)lseek(out, 0, SEEK_CUR));
	lseek(in, 5, SEEK_SET);
	show("without", sf(out, in, NULL, 100));
	say("in %ld out %ld\n", (long)lseek(in, 0, SEEK_CUR), (long)lseek(out, 0, SEEK_CUR));
	show("at the end", sf(out, in, NULL, 100));
	show("read", pread(out, b, 31, 0));
	say("%s\n", b);
	off = 0;
	show("nothing", sf(out, in, &off, 0));
	show("to a pipe", sf(p[1], in, &off, 3));
	show("from a pipe", sf(out, p[0], NULL, 3));
	show("from a pipe with an offset", sf(out, p[0], &off, 3));
	off = -1;
	show("negative offset", sf(out, in, &off, 3));
	off = 1000;
	show("beyond the end", sf(out, in, &off, 3));
	off = 0x7fffffffffffffff;
	show("largest offset", sf(out, in, &off, 3));
	show("bad pointer", sf(out, in, edge, 3));
	show("half a pointer", sf(out, in, edge - 4, 3));
	off = 0;
	show("in is write-only", sf(out, wo, &off, 3));
	show("out is read-only", sf(ro, in, &off, 3));
	show("out appends", sf(app, in, &off, 3));
	show("in is a directory", sf(out, dir, &off, 3));
	show("out is a directory", sf(dir, in, &off, 3));
	show("bad in", sf(out, 99, &off, 3));
	show("bad out", sf(99, in, &off, 3));
	show("count -1", sf(out, in, &off, (size_t)-1));
	off = 0;
	lseek(in, 0, SEEK_SET);
	show("to itself", sf(in, in, &off, 4));
	memset(b, 0, 32);
	show("read", pread(in, b, 31, 0));
	say("%s\n", b);
	off = 0;
	show("from /dev/zero", sf(out, open("/dev/zero", O_RDONLY), &off, 4));
	show("to /dev/null", sf(open("/dev/null", O_WRONLY), in, &off, 4));
	off = 0;
	(void)!read(p[0], b, 31);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	ftruncate(in, 1 << 20);
	show("a pipe that fills", sf(p[1], in, &off, 1 << 20));
	show("a full pipe", sf(p[1], in, &off, 10));
	return 0;
}

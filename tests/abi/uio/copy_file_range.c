/*
 * copy_file_range.c - copy_file_range(2): offsets, overlap, kinds of files, errors and their order.
 */
#include "../show.h"

static long cfr(int in, void *oi, int out, void *oo, size_t n, unsigned f) { return syscall(SYS_copy_file_range, in, oi, out, oo, n, f); }

int main(void)
{
	int f = open("f", O_RDWR | O_CREAT, 0600), g = open("g", O_RDWR | O_CREAT, 0600), p[2];
	int app = open("g", O_WRONLY | O_APPEND), ro = open("g", O_RDONLY), wo = open("f", O_WRONLY), dir = open(".", O_RDONLY);
	long a = 2, o = 5;
	char b[32] = "", *edge = page_edge();

	(void)!pipe(p);
	(void)!write(f, "0123456789", 10);
	show("two offsets", cfr(f, &a, g, &o, 4, 0));
	say("%ld %ld, %ld %ld\n", a, o, (long)lseek(f, 0, SEEK_CUR), (long)lseek(g, 0, SEEK_CUR));
	lseek(f, 7, SEEK_SET);
	show("positions", cfr(f, NULL, g, NULL, 100, 0));
	say("%ld %ld\n", (long)lseek(f, 0, SEEK_CUR), (long)lseek(g, 0, SEEK_CUR));
	show("at the end", cfr(f, NULL, g, NULL, 100, 0));
	show("nothing", cfr(f, NULL, g, NULL, 0, 0));
	show("flags", cfr(f, NULL, g, NULL, 4, 1));
	show("flags, bad fd", cfr(99, NULL, g, NULL, 4, 1));
	show("bad in", cfr(99, NULL, g, NULL, 4, 0));
	show("bad out", cfr(f, NULL, 99, NULL, 4, 0));
	show("pipe in", cfr(p[0], NULL, g, NULL, 4, 0));
	show("pipe out", cfr(f, NULL, p[1], NULL, 4, 0));
	show("directory in", cfr(dir, NULL, g, NULL, 4, 0));
	show("directory out", cfr(f, NULL, dir, NULL, 4, 0));
	show("out appends", cfr(f, NULL, app, NULL, 4, 0));
	show("out read-only", cfr(f, NULL, ro, NULL, 4, 0));
	show("in write-only", cfr(wo, NULL, g, NULL, 4, 0));
	show("device", cfr(open("/dev/zero", O_RDONLY), NULL, g, NULL, 4, 0));
	show("bad pointer", cfr(f, edge, g, NULL, 4, 0));
	show("bad second pointer", cfr(f, NULL, g, edge, 4, 0));
	a = -1;
	show("negative", cfr(f, &a, g, NULL, 4, 0));
	a = 0x7ffffffffffffff0;
	show("sum overflows", cfr(f, &a, g, NULL, 100, 0));
	a = 0, o = 0x7fffffffffffffff;
	show("out overflows", cfr(f, &a, g, &o, 4, 0));
	a = 0, o = 2;
	show("overlap", cfr(f, &a, f, &o, 4, 0));
	a = 0, o = 4;
	show("same file, apart", cfr(f, &a, f, &o, 4, 0));
	show("same file, nothing", cfr(f, &a, f, &a, 0, 0));
	show("read", pread(f, b, 31, 0));
	say("%s\n", b);
	a = 50;
	show("beyond the end", cfr(f, &a, g, NULL, 4, 0));
	a = 0;
	show("count -1", cfr(f, &a, g, NULL, (size_t)-1, 0));
	return 0;
}

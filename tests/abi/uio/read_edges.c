/*
 * read_edges.c - read(2) and write(2): pointers at page edges, lengths beyond all bounds, what has nothing to read.
 */
#include "../show.h"

static long rd(int fd, void *p, size_t n) { return syscall(SYS_read, fd, p, n); }
static long wr(int fd, const void *p, size_t n) { return syscall(SYS_write, fd, p, n); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), dir = open(".", O_RDONLY), p[2], wo = open("f", O_WRONLY);
	int zero = open("/dev/zero", O_RDWR), null = open("/dev/null", O_RDWR), full = open("/dev/full", O_RDWR);
	char *edge = page_edge(), *rom = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)!pipe(p);
	show("write", wr(fd, "0123456789", 10));
	lseek(fd, 0, SEEK_SET);
	show("up to the edge", rd(fd, edge - 4, 4));
	show("across the edge", rd(fd, edge - 4, 6));
	say("%.4s\n", edge - 4);
	show("position", lseek(fd, 0, SEEK_CUR));
	show("behind the edge", rd(fd, edge, 1));
	show("nothing, kernel address", rd(fd, KERNEL_ADDRESS, 0));
	show("kernel address", rd(fd, KERNEL_ADDRESS, 1));
	show("non-canonical", rd(fd, NON_CANONICAL, 1));
	show("just below it", rd(fd, BELOW_NON_CANONICAL, 1));
	show("wraps around", rd(fd, (void *)-8ul, 16));
	show("into read-only memory", rd(fd, rom, 1));
	show("null", rd(fd, NULL, 1));
	show("length -1", rd(fd, edge - 8, (size_t)-1));
	show("length 1 << 63", rd(fd, edge - 8, (size_t)1 << 63));
	lseek(fd, 0, SEEK_SET);
	show("length of 2 GiB", rd(fd, edge - 64, 1u << 31));
	show("2 GiB from /dev/null", wr(null, edge - 64, 0x7fffffff));
	show("write only", rd(wo, edge - 8, 8));
	show("write only, bad pointer", rd(wo, KERNEL_ADDRESS, 8));
	show("directory", rd(dir, edge - 8, 8));
	show("directory, nothing", rd(dir, edge - 8, 0));
	show("directory, bad pointer", rd(dir, KERNEL_ADDRESS, 8));
	show("bad fd", rd(99, edge - 8, 8));
	show("fd -1, nothing", rd(-1, edge - 8, 0));
	show("zero across the edge", rd(zero, edge - 4, 8));
	show("zero behind the edge", rd(zero, edge, 8));
	show("null reads", rd(null, edge, 8));
	show("full writes", wr(full, "x", 1));
	show("full writes nothing", wr(full, "x", 0));
	show("full reads", rd(full, edge - 4, 4));
	show("pipe across the edge", wr(p[1], edge - 4, 8));
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	show("the pipe has", rd(p[0], edge - 16, 16));
	(void)!wr(p[1], "abcdefgh", 8);
	show("pipe into the edge", rd(p[0], edge - 4, 8));
	show("the pipe has still", rd(p[0], edge - 16, 16));
	show("write across the edge", pwrite(fd, edge - 4, 8, 20));
	show("write behind the edge", wr(fd, edge, 8));
	show("write nothing from nowhere", wr(fd, KERNEL_ADDRESS, 0));
	show("write from the kernel", wr(fd, KERNEL_ADDRESS, 1));
	show("write wraps", wr(fd, (void *)-8ul, 16));
	show("size", lseek(fd, 0, SEEK_END));
	return 0;
}

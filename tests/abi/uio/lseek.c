/*
 * lseek.c - lseek(2): every whence, edges of the range, kinds of files that cannot seek.
 */
#include "../show.h"
#include <sys/eventfd.h>
#include <sys/epoll.h>

static long ls(int fd, long off, int w) { return syscall(SYS_lseek, fd, off, w); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2], dir = open(".", O_RDONLY), dup_fd = dup(fd);

	(void)!pipe(p);
	(void)!write(fd, "0123456789", 10);
	show("set", ls(fd, 3, SEEK_SET));
	show("cur", ls(fd, -3, SEEK_CUR));
	show("cur below", ls(fd, -1, SEEK_CUR));
	show("end", ls(fd, 0, SEEK_END));
	show("end below", ls(fd, -11, SEEK_END));
	show("position is kept", ls(fd, 0, SEEK_CUR));
	show("set negative", ls(fd, -1, SEEK_SET));
	show("largest", ls(fd, 0x7fffffffffffffff, SEEK_SET));
	show("beyond the largest", ls(fd, 1, SEEK_CUR));
	show("end and the largest", ls(fd, 0x7fffffffffffffff, SEEK_END));
	show("whence 5", ls(fd, 0, 5));
	show("whence -1", ls(fd, 0, -1));
	show("whence 5, bad fd", ls(99, 0, 5));
	show("whence 5, pipe", ls(p[0], 0, 5));
	show("pipe", ls(p[0], 0, SEEK_CUR));
	show("data at 0", ls(fd, 0, SEEK_DATA));
	show("data at the end", ls(fd, 10, SEEK_DATA));
	show("hole at 4", ls(fd, 4, SEEK_HOLE));
	show("hole at the end", ls(fd, 10, SEEK_HOLE));
	show("data negative", ls(fd, -1, SEEK_DATA));
	show("hole negative", ls(fd, -1, SEEK_HOLE));
	ftruncate(fd, 5 * PAGE);
	(void)!pwrite(fd, "x", 1, 3 * PAGE + 7);
	show("data after the hole", ls(fd, PAGE, SEEK_DATA));
	show("inside the data", ls(fd, 3 * PAGE + 5, SEEK_DATA));
	show("hole after the data", ls(fd, 3 * PAGE, SEEK_HOLE));
	show("hole in a hole", ls(fd, PAGE + 5, SEEK_HOLE));
	show("no data behind", ls(fd, 4 * PAGE, SEEK_DATA));
	show("hole at the end", ls(fd, 5 * PAGE - 1, SEEK_HOLE));
	ls(fd, 77, SEEK_SET);
	show("the duplicate's position", ls(dup_fd, 0, SEEK_CUR));
	show("directory at 0", ls(dir, 0, SEEK_SET));
	show("directory negative", ls(dir, -5, SEEK_SET));
	show("null", ls(open("/dev/null", O_RDONLY), 1234, SEEK_SET));
	show("zero", ls(open("/dev/zero", O_RDONLY), 1234, SEEK_SET));
	show("eventfd", ls(eventfd(0, 0), 0, SEEK_SET));
	show("epoll", ls(epoll_create1(0), 0, SEEK_CUR));
	show("O_PATH", ls(open("f", O_PATH), 0, SEEK_CUR));
	show("proc file to its end", ls(open("/proc/self/stat", O_RDONLY), 0, SEEK_END));
	show("proc file set", ls(open("/proc/self/stat", O_RDONLY), 5, SEEK_SET));
	return 0;
}

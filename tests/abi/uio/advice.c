/*
 * advice.c - posix_fadvise(2), readahead(2), sync_file_range(2), fsync(2) family: what they refuse.
 */
#include "../show.h"

static long fa(int fd, long off, long len, int a) { return syscall(SYS_fadvise64, fd, off, len, a); }
static long sfr(int fd, long off, long len, unsigned f) { return syscall(SYS_sync_file_range, fd, off, len, f); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), wo = open("f", O_WRONLY), dir = open(".", O_RDONLY), p[2], path = open("f", O_PATH);

	(void)!pipe(p);
	for (int i = -1; i < 8; i++) {
		say("advice %d ", i);
		show("", fa(fd, 0, 0, i));
	}
	show("negative offset", fa(fd, -1, 10, 0));
	show("negative length", fa(fd, 0, -1, 0));
	show("pipe", fa(p[0], 0, 0, 0));
	show("pipe, bad advice", fa(p[0], 0, 0, 99));
	show("directory", fa(dir, 0, 0, 0));
	show("bad fd", fa(99, 0, 0, 99));
	show("O_PATH", fa(path, 0, 0, 0));
	show("readahead", syscall(SYS_readahead, fd, 0l, 100));
	show("readahead write-only", syscall(SYS_readahead, wo, 0l, 100));
	show("readahead pipe", syscall(SYS_readahead, p[0], 0l, 100));
	show("readahead directory", syscall(SYS_readahead, dir, 0l, 100));
	show("readahead negative", syscall(SYS_readahead, fd, -1l, 100));
	show("readahead bad fd", syscall(SYS_readahead, 99, 0l, 100));
	show("sync range", sfr(fd, 0, 0, 7));
	show("sync range no flags", sfr(fd, 0, 0, 0));
	show("sync range bad flags", sfr(fd, 0, 0, 8));
	show("sync range negative", sfr(fd, -1, 5, 2));
	show("sync range negative length", sfr(fd, 0, -5, 2));
	show("sync range overflows", sfr(fd, 0x7fffffffffffffff, 5, 2));
	show("sync range pipe", sfr(p[0], 0, 5, 2));
	show("sync range directory", sfr(dir, 0, 5, 2));
	show("sync range bad fd, bad flags", sfr(99, 0, 5, 8));
	show("sync range device", sfr(open("/dev/null", O_RDWR), 0, 5, 2));
	show("fsync", fsync(fd));
	show("fsync directory", fsync(dir));
	show("fdatasync directory", fdatasync(dir));
	show("fsync pipe", fsync(p[0]));
	show("fdatasync pipe", fdatasync(p[0]));
	show("fsync O_PATH", fsync(path));
	show("fsync bad fd", fsync(99));
	show("fsync null", fsync(open("/dev/null", O_RDWR)));
	show("syncfs", syscall(SYS_syncfs, fd));
	show("syncfs pipe", syscall(SYS_syncfs, p[0]));
	show("syncfs O_PATH", syscall(SYS_syncfs, path));
	show("syncfs bad fd", syscall(SYS_syncfs, 99));
	return 0;
}

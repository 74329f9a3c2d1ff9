/*
 * rwf.c - preadv2(2) and pwritev2(2): the flags RWF_*, offset -1, flags that no kernel knows.
 */
#include "../show.h"
#include <sys/uio.h>
#include <linux/fs.h>

static long v2(int nr, int fd, void *buf, size_t len, long off, int flags)
{
	struct iovec v = { buf, len };

	return syscall(nr, fd, &v, 1, off, 0, flags);
}

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2], app;
	char a[16] = "";

	(void)!pipe(p);
	show("write at -1", v2(SYS_pwritev2, fd, "abcdef", 6, -1, 0));
	show("position", lseek(fd, 0, SEEK_CUR));
	show("write at -2", v2(SYS_pwritev2, fd, "abcdef", 6, -2, 0));
	show("write at 2, append", v2(SYS_pwritev2, fd, "XY", 2, 2, RWF_APPEND));
	show("position", lseek(fd, 0, SEEK_CUR));
	show("append at -1", v2(SYS_pwritev2, fd, "Z", 1, -1, RWF_APPEND));
	show("position", lseek(fd, 0, SEEK_CUR));
	show("read at 0", v2(SYS_preadv2, fd, a, 15, 0, 0));
	say("%s\n", a);
	show("DSYNC", v2(SYS_pwritev2, fd, "b", 1, 0, RWF_DSYNC));
	show("SYNC", v2(SYS_pwritev2, fd, "b", 1, 0, RWF_SYNC));
	show("HIPRI", v2(SYS_pwritev2, fd, "b", 1, 0, RWF_HIPRI));
	show("HIPRI read", v2(SYS_preadv2, fd, a, 1, 0, RWF_HIPRI));
	show("NOWAIT read", v2(SYS_preadv2, fd, a, 1, 0, RWF_NOWAIT));
	show("NOWAIT write", v2(SYS_pwritev2, fd, "c", 1, 0, RWF_NOWAIT));
	show("NOWAIT empty pipe", v2(SYS_preadv2, p[0], a, 1, -1, RWF_NOWAIT));
	show("pipe at 0", v2(SYS_preadv2, p[0], a, 1, 0, RWF_NOWAIT));
	show("APPEND to a pipe", v2(SYS_pwritev2, p[1], "c", 1, -1, RWF_APPEND));
	show("APPEND on a read", v2(SYS_preadv2, fd, a, 1, 0, RWF_APPEND));
	show("unknown flag", v2(SYS_preadv2, fd, a, 1, 0, 0x400));
	show("unknown flag, write", v2(SYS_pwritev2, fd, a, 1, 0, 1 << 30));
	show("unknown flag, nothing", v2(SYS_pwritev2, fd, a, 0, 0, 1 << 30));
	show("unknown flag, bad fd", v2(SYS_preadv2, 99, a, 1, 0, 1 << 30));
	show("unknown flag, wrong end", v2(SYS_preadv2, p[1], a, 1, -1, 1 << 30));
	app = open("f", O_WRONLY | O_APPEND);
	show("O_APPEND at 0", v2(SYS_pwritev2, app, "T", 1, 0, 0));
	show("NOAPPEND at 0", v2(SYS_pwritev2, app, "N", 1, 0, 0x20));
	show("NOAPPEND and APPEND", v2(SYS_pwritev2, app, "N", 1, 0, 0x20 | RWF_APPEND));
	memset(a, 0, sizeof a);
	show("all", pread(fd, a, 15, 0));
	say("%s\n", a);
	show("ATOMIC", v2(SYS_pwritev2, fd, "c", 1, 0, 0x40));
	return 0;
}

/*
 * preadv.c - preadv(2), pwritev(2), pread64(2), pwrite64(2): where they read, what they refuse, the position stays.
 */
#include "../show.h"
#include <sys/uio.h>

static long pv(int nr, int fd, struct iovec *v, int n, long lo, long hi) { return syscall(nr, fd, v, n, lo, hi); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), ro = open("f", O_RDONLY), p[2], dir = open(".", O_RDONLY);
	char a[8] = "", *edge = page_edge();
	struct iovec v[2] = { { "hello ", 6 }, { "world", 5 } };

	(void)!pipe(p);
	show("pwritev", pv(SYS_pwritev, fd, v, 2, 3, 0));
	show("position", lseek(fd, 0, SEEK_CUR));
	v[0] = (struct iovec){ a, 5 };
	show("preadv", pv(SYS_preadv, fd, v, 1, 3, 0));
	say("%.5s\n", a);
	show("negative", pv(SYS_preadv, fd, v, 1, -1, 0));
	show("negative in the high half", pv(SYS_preadv, fd, v, 1, 0, -1));
	show("largest", pv(SYS_preadv, fd, v, 1, 0x7fffffffffffffffl, 0));
	show("pwritev at the largest", pv(SYS_pwritev, fd, v, 1, 0x7fffffffffffffffl, 0));
	show("pipe", pv(SYS_preadv, p[0], v, 1, 0, 0));
	show("pipe, negative", pv(SYS_preadv, p[0], v, 1, -1, 0));
	show("bad fd, negative", pv(SYS_preadv, 99, v, 1, -1, 0));
	show("read only", pv(SYS_pwritev, ro, v, 1, 0, 0));
	show("directory", pv(SYS_preadv, dir, v, 1, 0, 0));
	show("1025", pv(SYS_preadv, fd, v, 1025, 0, 0));
	show("pread", syscall(SYS_pread64, fd, a, 3, 9));
	say("%.3s\n", a);
	show("pread negative", syscall(SYS_pread64, fd, a, 3, -1l));
	show("pread at min", syscall(SYS_pread64, fd, a, 3, 1l << 63));
	show("pread beyond", syscall(SYS_pread64, fd, a, 3, 1l << 40));
	show("pread pipe", syscall(SYS_pread64, p[0], a, 3, 0));
	show("pread pipe, negative", syscall(SYS_pread64, p[0], a, 3, -1l));
	show("pread directory", syscall(SYS_pread64, dir, a, 3, 0));
	show("pread nothing into nowhere", syscall(SYS_pread64, fd, KERNEL_ADDRESS, 0, 0));
	show("pread fault", syscall(SYS_pread64, fd, edge, 1, 3));
	show("pread half fault", syscall(SYS_pread64, fd, edge - 2, 5, 3));
	show("pwrite fault", syscall(SYS_pwrite64, fd, edge, 1, 3));
	show("pwrite half fault", syscall(SYS_pwrite64, fd, edge - 2, 5, 3));
	show("pwrite negative", syscall(SYS_pwrite64, fd, a, 1, -5l));
	show("pwrite read-only, negative", syscall(SYS_pwrite64, ro, a, 1, -5l));
	show("pwrite read-only", syscall(SYS_pwrite64, ro, a, 1, 0));
	show("pwrite nothing beyond", syscall(SYS_pwrite64, fd, a, 0, 1000));
	show("size", lseek(fd, 0, SEEK_END));
	return 0;
}

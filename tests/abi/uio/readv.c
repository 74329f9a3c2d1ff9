/*
 * readv.c - readv(2) and writev(2): counts, lengths that overflow, segments that fault, zero segments.
 */
#include "../show.h"
#include <sys/uio.h>

int main(void)
{
	static struct iovec many[1100];
	char a[4] = "", b[4] = "", *edge = page_edge();
	int fd = open("f", O_RDWR | O_CREAT, 0600), p[2];
	struct iovec v[3] = { { "abc", 3 }, { NULL, 0 }, { "defgh", 5 } };

	show("write", writev(fd, v, 3));
	lseek(fd, 0, SEEK_SET);
	v[0] = (struct iovec){ a, 3 }, v[1] = (struct iovec){ b, 3 }, v[2] = (struct iovec){ NULL, 0 };
	show("read", readv(fd, v, 3));
	say("%.3s %.3s\n", a, b);
	show("rest", readv(fd, v, 2));
	show("at the end", readv(fd, v, 2));
	show("count 0", syscall(SYS_readv, fd, v, 0));
	show("count 0, bad vector", syscall(SYS_readv, fd, (void *)8, 0));
	show("count -1", syscall(SYS_readv, fd, v, -1));
	show("count 1024", syscall(SYS_writev, fd, many, 1024));
	show("count 1025", syscall(SYS_writev, fd, many, 1025));
	show("bad vector", syscall(SYS_readv, fd, (void *)8, 1));
	show("bad fd before bad vector", syscall(SYS_readv, 99, (void *)8, 1));
	show("bad fd before count", syscall(SYS_readv, 99, v, 5000));
	show("vector across the edge", syscall(SYS_readv, fd, edge - 16, 2));
	v[0] = (struct iovec){ a, (size_t)-1 };
	show("negative length", syscall(SYS_readv, fd, v, 1));
	v[0] = (struct iovec){ a, 1 }, v[1] = (struct iovec){ a, (size_t)1 << 63 };
	show("second is negative", syscall(SYS_readv, fd, v, 2));
	lseek(fd, 0, SEEK_SET);
	v[0] = (struct iovec){ a, 2 }, v[1] = (struct iovec){ edge, 4 };
	show("second faults", readv(fd, v, 2));
	show("position", lseek(fd, 0, SEEK_CUR));
	v[0] = (struct iovec){ edge, 2 }, v[1] = (struct iovec){ a, 2 };
	show("first faults", readv(fd, v, 2));
	v[0] = (struct iovec){ edge - 2, 6 };
	show("half of it faults", readv(fd, v, 1));
	v[0] = (struct iovec){ KERNEL_ADDRESS, 2 };
	show("kernel address", readv(fd, v, 1));
	v[0] = (struct iovec){ KERNEL_ADDRESS, 0 };
	show("kernel address, nothing", readv(fd, v, 1));
	v[0] = (struct iovec){ a, 2 }, v[1] = (struct iovec){ KERNEL_ADDRESS, 1 };
	lseek(fd, 0, SEEK_SET);
	show("second in the kernel", readv(fd, v, 2));
	v[0] = (struct iovec){ edge - 2, 4 };
	show("write what faults in half", writev(fd, v, 1));
	v[0] = (struct iovec){ edge, 4 };
	show("write what faults", writev(fd, v, 1));
	(void)!pipe(p);
	v[0] = (struct iovec){ "xy", 2 }, v[1] = (struct iovec){ edge, 4 };
	show("pipe, second faults", writev(p[1], v, 2));
	v[0] = (struct iovec){ a, 4 };
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	show("what the pipe holds", readv(p[0], v, 1));
	show("wrong end", readv(p[1], v, 1));
	show("wrong end to write", writev(p[0], v, 1));
	return 0;
}

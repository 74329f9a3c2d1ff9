/*
 * eventfd.c - eventfd2(2): counter, semaphore, overflow, sizes, flags, blocking.
 */
#include "../show.h"
#include <poll.h>
#include <sys/eventfd.h>

static void rd(const char *what, int fd)
{
	uint64_t v = 77;
	ssize_t n = read(fd, &v, 8);

	if (n < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %ld, value %lu\n", what, (long)n, (unsigned long)v);
}

static void wr(const char *what, int fd, uint64_t v) { show(what, write(fd, &v, 8)); }

int main(void)
{
	int fd = eventfd(3, EFD_NONBLOCK), sem = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE), blocking = eventfd(0, 0);
	uint64_t two[2] = { 1, 2 };
	char buf[16];
	int status = -1;

	show("unknown flag", eventfd(0, 2));
	show("cloexec", fcntl(eventfd(0, EFD_CLOEXEC), F_GETFD));
	show_ok("largest start", eventfd(0xffffffff, 0));
	rd("initial value", fd);
	rd("empty", fd);
	wr("write", fd, 5);
	wr("write", fd, 6);
	rd("sum", fd);
	wr("write 0", fd, 0);
	rd("still empty", fd);
	wr("largest", fd, 0xfffffffffffffffe);
	wr("one more", fd, 1);
	wr("zero more", fd, 0);
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	poll(&p, 1, 0);
	say("full: %#x\n", p.revents);
	wr("all bits", fd, -1ul);
	rd("largest", fd);
	poll(&p, 1, 0);
	say("empty: %#x\n", p.revents);
	rd("semaphore", sem);
	rd("semaphore", sem);
	rd("semaphore", sem);
	show("read, 4 bytes", read(fd, buf, 4));
	show("write, 4 bytes", write(fd, buf, 4));
	show("write, 0 bytes", write(fd, buf, 0));
	show("write, 16 bytes", write(fd, two, 16));
	show("read, 16 bytes", read(fd, buf, 16));
	show("read, bad pointer", read(sem, KERNEL_ADDRESS, 8));
	wr("write", fd, 9);
	show("read, bad pointer, value there", read(fd, KERNEL_ADDRESS, 8));
	rd("after it", fd);
	show("write, bad pointer", write(fd, KERNEL_ADDRESS, 8));
	show("lseek", lseek(fd, 0, SEEK_SET));
	show("pread", pread(fd, buf, 8, 0));
	show("ftruncate", ftruncate(fd, 0));
	if (fork() == 0) {
		sleep_ms(20);
		eventfd_write(blocking, 4);
		_exit(0);
	}
	rd("blocking", blocking);
	wait(NULL);
	wr("fill", blocking, 0xfffffffffffffffe);
	if (fork() == 0) {
		sleep_ms(20);
		uint64_t v = 0;

		_exit(read(blocking, &v, 8) == 8 && v == 0xfffffffffffffffe ? 0 : 1);
	}
	wr("blocking write", blocking, 2);
	wait(&status);
	say("child read it: %d\n", status);
	rd("rest", blocking);
	return 0;
}

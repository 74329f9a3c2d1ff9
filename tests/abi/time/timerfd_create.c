/* timerfd_create.c - clocks and flags of timerfds, and what they are not. */
#include <sys/timerfd.h>
#include "../show.h"

static void unprivileged(void)
{
	if (setuid(4711))
		fatal("setuid");
	show_ok("REALTIME_ALARM", timerfd_create(CLOCK_REALTIME_ALARM, 0));
	show_ok("BOOTTIME_ALARM", timerfd_create(CLOCK_BOOTTIME_ALARM, 0));
	show_ok("BOOTTIME", timerfd_create(CLOCK_BOOTTIME, 0));
}

int main(void)
{
	struct itimerspec t = { { 0, 0 }, { 100, 0 } };
	char name[64], link[64] = "", path[64];
	uint64_t v;
	int fd;

	for (int c = -1; c < 13; c++) {
		snprintf(name, sizeof name, "clock %d", c);
		fd = show_ok(name, timerfd_create(c, 0));
		if (fd >= 0)
			close(fd);
	}
	in_child("unprivileged", unprivileged);
	show("flag 1", timerfd_create(1, 1));
	fd = timerfd_create(1, TFD_NONBLOCK | TFD_CLOEXEC);
	say("status flags %#x, descriptor flags %d\n", fcntl(fd, F_GETFL), fcntl(fd, F_GETFD));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	(void)!readlink(path, link, sizeof link - 1);
	say("%s\n", link);
	show("read, not armed", read(fd, &v, 8));
	show("read of 7 bytes", read(fd, &v, 7));
	show("write", write(fd, &v, 8));
	show("lseek", lseek(fd, 0, SEEK_SET));
	show("pread", pread(fd, &v, 8, 0));
	show("settime bad flags", timerfd_settime(fd, 4, &t, NULL));
	show("settime bad value", timerfd_settime(fd, 0, &(struct itimerspec){ { 0, 0 }, { 0, -1 } }, NULL));
	show("settime bad interval", timerfd_settime(fd, 0, &(struct itimerspec){ { -1, 0 }, { 0, 0 } }, NULL));
	show("settime bad address", syscall(SYS_timerfd_settime, fd, 0, KERNEL_ADDRESS, NULL));
	show("settime bad old", syscall(SYS_timerfd_settime, fd, 0, &t, KERNEL_ADDRESS));
	show("settime of a file", timerfd_settime(1, 0, &t, NULL));
	show("settime of nothing", timerfd_settime(99, 0, &t, NULL));
	show("settime of nothing, bad flags", timerfd_settime(99, 4, &t, NULL));
	show("gettime of a file", timerfd_gettime(1, &t));
	show("gettime of nothing", timerfd_gettime(99, &t));
	show("gettime bad address", syscall(SYS_timerfd_gettime, fd, KERNEL_ADDRESS));
	show("mmap", mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0);
	show("gettime", timerfd_gettime(fd, &t));
	judge("armed by the failed call", t.it_value.tv_sec > 90);
	return 0;
}

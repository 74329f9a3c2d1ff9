/*
 * setfl.c - F_GETFL, F_SETFL, F_GETFD, F_SETFD: which bits change, which are refused.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <sys/stat.h>

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0644), p[2], on = 1, off = 0;

	say("open %#o\n", fcntl(fd, F_GETFL));
	show("set all", fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_NOATIME));
	say("now %#o\n", fcntl(fd, F_GETFL));
	show("set what cannot be", fcntl(fd, F_SETFL, O_WRONLY | O_CREAT | O_TRUNC | O_SYNC | O_CLOEXEC | O_EXCL));
	say("now %#o\n", fcntl(fd, F_GETFL));
	show("set -1 without direct", fcntl(fd, F_SETFL, -1 & ~O_DIRECT & ~O_ASYNC));
	say("now %#o\n", fcntl(fd, F_GETFL));
	show("direct", fcntl(fd, F_SETFL, O_DIRECT));
	say("now %#o\n", fcntl(fd, F_GETFL));
	show("async", fcntl(fd, F_SETFL, O_ASYNC));
	say("now %#o\n", fcntl(fd, F_GETFL));
	(void)!pipe(p);
	say("pipe %#o %#o\n", fcntl(p[0], F_GETFL), fcntl(p[1], F_GETFL));
	show("pipe async", fcntl(p[0], F_SETFL, O_ASYNC));
	say("now %#o\n", fcntl(p[0], F_GETFL));
	show("pipe direct", fcntl(p[1], F_SETFL, O_DIRECT));
	say("now %#o\n", fcntl(p[1], F_GETFL));
	show("fionbio", ioctl(p[0], FIONBIO, &on));
	say("now %#o\n", fcntl(p[0], F_GETFL));
	show("fionbio off", ioctl(p[0], FIONBIO, &off));
	show("fioasync off", ioctl(p[0], FIOASYNC, &off));
	say("now %#o\n", fcntl(p[0], F_GETFL));
	show("fioasync of a file", ioctl(fd, FIOASYNC, &on));
	show("fionbio, bad pointer", ioctl(p[0], FIONBIO, KERNEL_ADDRESS));
	show("fioclex", ioctl(fd, FIOCLEX));
	show("getfd", fcntl(fd, F_GETFD));
	show("fionclex", ioctl(fd, FIONCLEX));
	show("getfd", fcntl(fd, F_GETFD));
	show("setfd 3", fcntl(fd, F_SETFD, 3));
	show("getfd", fcntl(fd, F_GETFD));
	show("setfd 2", fcntl(fd, F_SETFD, 2));
	show("getfd", fcntl(fd, F_GETFD));
	show("shared by dup", (fcntl(dup(fd), F_SETFL, O_APPEND), fcntl(fd, F_GETFL) & O_APPEND));
	show("unknown command", fcntl(fd, 77, 0));
	show("unknown command, bad fd", fcntl(99, 77, 0));
	show("ioctl, bad fd", ioctl(99, FIOCLEX));
	show("ioctl unknown", ioctl(fd, 0x1234));
	show("ioctl FIONREAD", (write(fd, "12345", 5), lseek(fd, 2, SEEK_SET), ioctl(fd, FIONREAD, &on)) ? -1 : on);
	show("ioctl FIOQSIZE", ioctl(fd, FIOQSIZE, (long[1]){ 0 }));
	show("ioctl TCGETS", ioctl(fd, 0x5401, &on));
	fchmod(fd, 0666);
	fd = open("f", O_RDONLY | O_APPEND | O_DSYNC);
	say("open %#o\n", fcntl(fd, F_GETFL));
	chmod(".", 0777);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		show("another's, NOATIME", fcntl(fd, F_SETFL, O_NOATIME));
		_exit(0);
	}
	wait(NULL);
	return 0;
}

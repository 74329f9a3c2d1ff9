/*
 * size.c - F_SETPIPE_SZ, F_GETPIPE_SZ, and how much fits.
 */
#include "../show.h"

static long fill(int fd, size_t piece)
{
	static char buf[65536];
	long n = 0, r;

	while ((r = write(fd, buf, piece)) > 0)
		n += r;
	return n;
}

int main(void)
{
	static char buf[1 << 20];
	int p[2], file = open("f", O_RDWR | O_CREAT, 0600);

	(void)!pipe2(p, O_NONBLOCK);
	show("size", fcntl(p[0], F_GETPIPE_SZ));
	say("single bytes fit: %ld\n", fill(p[1], 1));
	say("read %ld\n", (long)read(p[0], buf, sizeof buf));
	say("pages fit: %ld\n", fill(p[1], 4096));
	show("shrink a full one", fcntl(p[0], F_SETPIPE_SZ, 4096));
	show("grow", fcntl(p[1], F_SETPIPE_SZ, 100000));
	show("size", fcntl(p[0], F_GETPIPE_SZ));
	say("more fits: %ld\n", fill(p[1], 4096));
	say("read %ld\n", (long)read(p[0], buf, sizeof buf));
	show("to a byte", fcntl(p[0], F_SETPIPE_SZ, 1));
	say("fits: %ld\n", fill(p[1], 4096));
	say("read %ld\n", (long)read(p[0], buf, sizeof buf));
	show("to 0", fcntl(p[0], F_SETPIPE_SZ, 0));
	show("to -1", fcntl(p[0], F_SETPIPE_SZ, -1));
	show("to 2 GiB", fcntl(p[0], F_SETPIPE_SZ, 0x80000000));
	show("to 1 MiB", fcntl(p[0], F_SETPIPE_SZ, 1 << 20));
	show("beyond pipe-max-size, root", fcntl(p[0], F_SETPIPE_SZ, (1 << 20) + 1));
	show("back", fcntl(p[0], F_SETPIPE_SZ, 65536));
	show("of a file", fcntl(file, F_GETPIPE_SZ));
	show("set of a file", fcntl(file, F_SETPIPE_SZ, 4096));
	say("256 bytes at a time fit: %ld\n", fill(p[1], 256));
	if (setuid(1000))
		fatal("setuid");
	show("user, a MiB", fcntl(p[0], F_SETPIPE_SZ, 1 << 20));
	show("user, more", fcntl(p[0], F_SETPIPE_SZ, (1 << 20) + 1));
	return 0;
}

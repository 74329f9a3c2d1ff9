/*
 * lock_ofd_own.c - F_OFD_GETLK with F_UNLCK asks for locks of the file description itself.
 */
#include "../show.h"

static void ask(const char *what, int fd, int cmd, long start, long len)
{
	struct flock l = { .l_type = F_UNLCK, .l_start = start, .l_len = len };
	int r = fcntl(fd, cmd, &l);

	if (r)
		say("%s: %s\n", what, errno_name(errno));
	else if (l.l_type == F_UNLCK)
		say("%s: none, %ld+%ld\n", what, (long)l.l_start, (long)l.l_len);
	else
		say("%s: %s %ld+%ld of %d\n", what, l.l_type == F_RDLCK ? "read" : "write", (long)l.l_start, (long)l.l_len, (int)l.l_pid);
}

static void set(int fd, int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_start = start, .l_len = len };

	show("set", fcntl(fd, cmd, &l));
}

int main(void)
{
	int a = open("f", O_CREAT | O_RDWR, 0600), b = open("f", O_RDWR), c = dup(a);

	ask("nothing locked", a, F_OFD_GETLK, 0, 0);
	set(a, F_OFD_SETLK, F_RDLCK, 10, 10);
	set(a, F_OFD_SETLK, F_WRLCK, 40, 0);
	set(b, F_OFD_SETLK, F_RDLCK, 0, 15);
	ask("whole", a, F_OFD_GETLK, 0, 0);
	ask("by a duplicate", c, F_OFD_GETLK, 0, 0);
	ask("first byte", a, F_OFD_GETLK, 10, 1);
	ask("before it", a, F_OFD_GETLK, 0, 10);
	ask("behind it", a, F_OFD_GETLK, 20, 20);
	ask("the last one", a, F_OFD_GETLK, 1000, 1);
	ask("of the other", b, F_OFD_GETLK, 0, 0);
	ask("of the other, elsewhere", b, F_OFD_GETLK, 15, 0);
	ask("not of a process", a, F_GETLK, 0, 0);
	set(a, F_SETLK, F_WRLCK, 1000, 1);
	set(b, F_SETLK, F_WRLCK, 30, 1);
	ask("its process's locks are others'", a, F_OFD_GETLK, 25, 10);
	return 0;
}

/*
 * lock_ofd.c - F_OFD_SETLK: belongs to the open file, conflicts within a process, lives across fork and close.
 */
#include "../show.h"
#include <sys/file.h>

static long lk(int fd, int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
	long r = fcntl(fd, cmd, &l);

	if (!r && (cmd == F_OFD_GETLK || cmd == F_GETLK))
		say("[type %d %ld+%ld pid %d] ", l.l_type, (long)l.l_start, (long)l.l_len, l.l_pid == -1 ? -1 : l.l_pid > 0);
	return r;
}

int main(void)
{
	int a = open("f", O_RDWR | O_CREAT, 0600), b = open("f", O_RDWR), c;

	show("first", lk(a, F_OFD_SETLK, F_WRLCK, 0, 10));
	show("second", lk(b, F_OFD_SETLK, F_WRLCK, 5, 10));
	show("second, beside", lk(b, F_OFD_SETLK, F_WRLCK, 10, 10));
	show("posix against it", lk(b, F_SETLK, F_RDLCK, 0, 1));
	show("even by the same file", lk(a, F_SETLK, F_RDLCK, 0, 1));
	show("get", lk(b, F_OFD_GETLK, F_RDLCK, 0, 0));
	show("posix get", lk(a, F_GETLK, F_RDLCK, 0, 0));
	show("flock is apart", flock(b, LOCK_EX | LOCK_NB));
	c = dup(a);
	show("by a duplicate", lk(c, F_OFD_SETLK, F_RDLCK, 0, 10));
	close(a);
	show("kept by the duplicate", lk(b, F_OFD_SETLK, F_WRLCK, 0, 5));
	if (!fork()) {
		show("child converts", lk(c, F_OFD_SETLK, F_WRLCK, 0, 10));
		_exit(0);
	}
	wait(NULL);
	show("still held", lk(b, F_OFD_SETLK, F_RDLCK, 0, 5));
	close(c);
	show("gone with the last", lk(b, F_OFD_SETLK, F_RDLCK, 0, 5));
	show("posix lock", lk(b, F_SETLK, F_WRLCK, 50, 5));
	c = open("f", O_RDWR);
	show("against a posix lock", lk(c, F_OFD_SETLK, F_WRLCK, 50, 1));
	show("get it", lk(c, F_OFD_GETLK, F_WRLCK, 50, 1));
	close(c);
	c = open("f", O_RDWR);
	show("posix lock gone by a close", lk(c, F_OFD_SETLK, F_WRLCK, 50, 1));
	show("waiting, free", lk(c, F_OFD_SETLKW, F_WRLCK, 70, 1));
	return 0;
}

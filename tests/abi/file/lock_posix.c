/*
 * lock_posix.c - F_SETLK, F_GETLK: conflicts, splitting and joining, what a close drops.
 */
#include "../show.h"

static int fd;

static long lk(int cmd, int type, long start, long len)
{
	struct flock l = { .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };

	return fcntl(fd, cmd, &l);
}

/* What another process finds in the way of a write lock, from start to the end. */
static void others(const char *when)
{
	pid_t owner = getpid(), pid = fork();

	if (!pid) {
		say("%s:", when);
		for (long at = 0; at < 100;) {
			struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 0 };

			if (fcntl(fd, F_GETLK, &l))
				fatal("F_GETLK");
			if (l.l_type == F_UNLCK)
				break;
			say(" %s %ld+%ld%s", l.l_type == F_RDLCK ? "r" : "w", (long)l.l_start, (long)l.l_len, l.l_pid == owner ? "" : " ?");
			if (!l.l_len)
				break;
			at = l.l_start + l.l_len;
		}
		say("\n");
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void tries(void)
{
	show("read on read", lk(F_SETLK, F_RDLCK, 60, 5));
	show("write on read", lk(F_SETLK, F_WRLCK, 60, 5));
	show("read on write", lk(F_SETLK, F_RDLCK, 0, 1));
	show("beside", lk(F_SETLK, F_WRLCK, 200, 1));
}

int main(void)
{
	fd = open("f", O_RDWR | O_CREAT, 0600);
	show("write lock", lk(F_SETLK, F_WRLCK, 0, 30));
	others("one");
	show("unlock the middle", lk(F_SETLK, F_UNLCK, 10, 10));
	others("split");
	show("turn a part", lk(F_SETLK, F_RDLCK, 22, 3));
	others("turned");
	show("join", lk(F_SETLK, F_WRLCK, 5, 20));
	others("joined");
	show("neighbour", lk(F_SETLK, F_WRLCK, 30, 10));
	others("merged");
	show("read lock", lk(F_SETLK, F_RDLCK, 50, 20));
	in_child("child", tries);
	show("to the end", lk(F_SETLK, F_RDLCK, 90, 0));
	others("to the end");
	show("own lock is no conflict", lk(F_GETLK, F_WRLCK, 0, 0));
	show("unlock all", lk(F_SETLK, F_UNLCK, 0, 0));
	others("none");
	lk(F_SETLK, F_WRLCK, 0, 5);
	close(dup(fd));
	others("closed a duplicate");
	lk(F_SETLK, F_WRLCK, 0, 5);
	close(open("f", O_RDONLY));
	others("closed another");
	lk(F_SETLK, F_WRLCK, 7, 5);
	dup2(open("/dev/null", O_RDONLY), open("f", O_RDONLY));
	others("dup2 over another");
	return 0;
}

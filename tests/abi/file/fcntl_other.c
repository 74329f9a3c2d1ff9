/*
 * fcntl_other.c - fcntl(2): F_NOTIFY, hints, F_DUPFD_QUERY, F_CREATED_QUERY, F_*_SEALS and pipe sizes of what has none.
 */
#include "../show.h"

#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY (1024 + 3)
#endif
#define CREATED_QUERY (1024 + 4)

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0600), d = dup(fd), e = open("f", O_RDWR), p[2], n = open("new", O_RDWR | O_CREAT, 0600);
	uint64_t hint = 77;
	int x = open("x", O_RDWR | O_CREAT | O_EXCL, 0600);

	(void)!pipe(p);
	show("query self", fcntl(fd, F_DUPFD_QUERY, fd));
	show("query dup", fcntl(fd, F_DUPFD_QUERY, d));
	show("query other", fcntl(fd, F_DUPFD_QUERY, e));
	show("query bad", fcntl(fd, F_DUPFD_QUERY, 99));
	show("query by bad", fcntl(99, F_DUPFD_QUERY, fd));
	show("created", fcntl(n, CREATED_QUERY));
	show("created exclusively", fcntl(x, CREATED_QUERY));
	show("opened", fcntl(e, CREATED_QUERY));
	show("pipe created", fcntl(p[0], CREATED_QUERY));
	show("get hint", fcntl(fd, F_GET_RW_HINT, &hint));
	say("hint %d\n", (int)hint);
	hint = RWH_WRITE_LIFE_LONG;
	show("set hint", fcntl(fd, F_SET_RW_HINT, &hint));
	hint = 0;
	show("get hint by another", fcntl(e, F_GET_RW_HINT, &hint));
	say("hint %d\n", (int)hint);
	hint = 99;
	show("bad hint", fcntl(fd, F_SET_RW_HINT, &hint));
	show("bad pointer", fcntl(fd, F_SET_RW_HINT, KERNEL_ADDRESS));
	show("hint of a pipe", fcntl(p[0], F_GET_RW_HINT, &hint));
	show("file hint", fcntl(fd, F_GET_FILE_RW_HINT, &hint));
	show("seals of a file", fcntl(fd, F_GET_SEALS));
	show("seal a file", fcntl(fd, F_ADD_SEALS, 1));
	show("seals of a pipe", fcntl(p[0], F_GET_SEALS));
	show("pipe size of a file", fcntl(fd, F_GETPIPE_SZ));
	show("set pipe size of a file", fcntl(fd, F_SETPIPE_SZ, 4096));
	show("notify on a file", fcntl(fd, F_NOTIFY, DN_CREATE));
	show("notify on a directory", fcntl(open(".", O_RDONLY), F_NOTIFY, DN_CREATE));
	return 0;
}

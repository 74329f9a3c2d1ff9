/*
 * limits.c - fs.epoll.max_user_watches: ENOSPC for a user, given back by close.
 */
#include "../show.h"
#include <sys/epoll.h>

static const char path[] = "/proc/sys/fs/epoll/max_user_watches";

static long add(int ep, int fd)
{
	struct epoll_event e = { .events = EPOLLIN };

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static void as_user(void)
{
	int ep, ep2, p[2];

	if (setuid(1000))
		fatal("setuid");
	ep = epoll_create1(0), ep2 = epoll_create1(0);
	(void)!pipe(p);
	show("first", add(ep, p[0]));
	show("second", add(ep, p[1]));
	show("third", add(ep2, p[0]));
	show("fourth", add(ep2, p[1]));
	show("exists already", add(ep, p[0]));
	close(ep);
	show("one given back", add(ep2, p[1]));
	show("not readable to write", open(path, O_WRONLY));
}

int main(void)
{
	int fd = open(path, O_RDWR);
	char old[32] = "";

	judge("a limit there is", read(fd, old, 31) > 1 && atol(old) > 1000);
	show("set", pwrite(fd, "3", 1, 0));
	in_child("user", as_user);
	show("reset", pwrite(fd, old, strlen(old), 0) == (ssize_t)strlen(old) ? 0 : -1);
	return 0;
}

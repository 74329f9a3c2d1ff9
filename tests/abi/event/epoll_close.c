/*
 * epoll_close.c - an item lives as long as its file: dup, close, fork, passing on; EPOLLEXCLUSIVE with two epolls.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int ready(int ep)
{
	struct epoll_event e[4];

	return epoll_wait(ep, e, 4, 0);
}

static long add(int ep, int fd, unsigned events)
{
	struct epoll_event e = { .events = events, .data.fd = fd };

	return epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

int main(void)
{
	int ep = epoll_create1(0), fd = eventfd(1, 0), copy = dup(fd), ep2 = epoll_create1(0), ev;
	struct epoll_event e = { .events = EPOLLIN };

	show("add", add(ep, fd, EPOLLIN));
	close(fd);
	show("closed, a copy lives", ready(ep));
	show("delete by the old number", epoll_ctl(ep, EPOLL_CTL_DEL, fd, &e));
	show("delete by the copy", epoll_ctl(ep, EPOLL_CTL_DEL, copy, &e));
	show("open elsewhere", dup2(copy, fd) == fd ? 0 : -1);
	show("delete by the number again", epoll_ctl(ep, EPOLL_CTL_DEL, fd, &e));
	show("gone", ready(ep));
	close(copy);
	show("add", add(ep, fd, EPOLLIN));
	close(fd);
	show("last one closed", ready(ep));
	fd = eventfd(1, 0);
	add(ep, fd, EPOLLIN);
	if (fork() == 0) {
		sleep_ms(20);
		_exit(0);
	}
	close(fd);
	show("a child has it", ready(ep));
	wait(NULL);
	show("child ended", ready(ep));
	ev = eventfd(0, 0);
	show("exclusive in one", add(ep, ev, EPOLLIN | EPOLLEXCLUSIVE));
	show("exclusive in another", add(ep2, ev, EPOLLIN | EPOLLEXCLUSIVE));
	eventfd_write(ev, 1);
	say("reported: %d\n", ready(ep) + ready(ep2) > 0);
	close(ep2);
	show("epoll closed", ready(ep));
	return 0;
}

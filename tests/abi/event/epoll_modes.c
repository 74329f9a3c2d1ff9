/*
 * epoll_modes.c - level, edge and oneshot: what a wait reports, and how often.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static int ep;

static void wait_for(const char *what)
{
	struct epoll_event e[8];
	int n = epoll_wait(ep, e, 8, 0);

	if (n < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %d", what, n);
	for (int i = 0; i < n; i++)
		say(" [%lu %#x]", (unsigned long)e[i].data.u64, e[i].events);
	say("\n");
}

static void set(int op, int fd, unsigned events, unsigned long data)
{
	struct epoll_event e = { .events = events, .data.u64 = data };

	if (epoll_ctl(ep, op, fd, &e))
		fatal("epoll_ctl");
}

int main(void)
{
	int p[2];
	char buf[8];

	ep = epoll_create1(0);
	(void)!pipe2(p, O_NONBLOCK);
	set(EPOLL_CTL_ADD, p[0], EPOLLIN, 1);
	wait_for("empty");
	(void)!write(p[1], "abc", 3);
	wait_for("level");
	wait_for("level again");
	(void)!read(p[0], buf, 8);
	wait_for("drained");
	set(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET, 2);
	wait_for("edge, empty");
	(void)!write(p[1], "abc", 3);
	wait_for("edge");
	wait_for("edge again");
	(void)!write(p[1], "d", 1);
	wait_for("edge, more");
	(void)!read(p[0], buf, 1);
	wait_for("edge, some read");
	set(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLET, 3);
	wait_for("edge, modified");
	wait_for("edge, modified, again");
	set(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT, 4);
	wait_for("oneshot");
	wait_for("oneshot again");
	(void)!write(p[1], "e", 1);
	wait_for("oneshot, more");
	set(EPOLL_CTL_MOD, p[0], EPOLLIN | EPOLLONESHOT, 5);
	wait_for("oneshot, armed again");
	set(EPOLL_CTL_MOD, p[0], 0, 6);
	wait_for("no events");
	set(EPOLL_CTL_ADD, p[1], EPOLLOUT | EPOLLET, 7);
	wait_for("writing end");
	close(p[0]);
	wait_for("reading end closed");
	wait_for("again");
	close(p[1]);
	wait_for("all closed");
	(void)!pipe2(p, O_NONBLOCK);
	set(EPOLL_CTL_ADD, p[0], EPOLLIN | EPOLLRDHUP, 8);
	close(p[1]);
	wait_for("writing end closed");
	set(EPOLL_CTL_MOD, p[0], EPOLLET, 9);
	wait_for("hang-up, edge");
	wait_for("hang-up, edge, again");
	set(EPOLL_CTL_DEL, p[0], 0, 0);
	wait_for("deleted");
	return 0;
}

/* timerfd_poll.c - readiness by poll and epoll (level, edge); a signal interrupts the read; two readers. */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include "../show.h"

static void handler(int sig) { (void)sig; }

int main(void)
{
	struct itimerspec once = { { 0, 0 }, { 0, 5000000 } }, long_time = { { 0, 0 }, { 100, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), ep = epoll_create1(0), status;
	struct epoll_event e = { EPOLLIN | EPOLLET, { 0 } }, got;
	struct pollfd p = { fd, POLLIN | POLLOUT, 0 };
	struct sigaction sa = { .sa_handler = handler };
	uint64_t v;

	show("poll", poll(&p, 1, 0));
	timerfd_settime(fd, 0, &once, NULL);
	show("poll", poll(&p, 1, 1000));
	say("events %#x\n", p.revents);
	show("read", read(fd, &v, 8));
	show("poll", poll(&p, 1, 0));
	show("epoll_ctl", epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	timerfd_settime(fd, 0, &once, NULL);
	show("epoll_wait", epoll_wait(ep, &got, 1, 1000));
	show("edge: no more", epoll_wait(ep, &got, 1, 0));
	e.events = EPOLLIN;
	epoll_ctl(ep, EPOLL_CTL_MOD, fd, &e);
	show("level", epoll_wait(ep, &got, 1, 0));
	show("level", epoll_wait(ep, &got, 1, 0));
	show("read", read(fd, &v, 8));
	show("read", read(fd, &v, 8));
	show("level", epoll_wait(ep, &got, 1, 0));

	fcntl(fd, F_SETFL, 0);
	sigaction(SIGALRM, &sa, NULL);
	timerfd_settime(fd, 0, &long_time, NULL);
	tick_every(10);
	show("interrupted", read(fd, &v, 8));
	tick_every(0);
	/* Two readers, one expiry: the second one waits for the next. */
	timerfd_settime(fd, 0, &once, NULL);
	if (!fork()) {
		show("child", read(fd, &v, 8));
		_exit(0);
	}
	wait(&status);
	timerfd_settime(fd, 0, &once, NULL);
	show("parent", read(fd, &v, 8));
	return 0;
}

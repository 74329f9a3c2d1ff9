/*
 * epoll_ctl.c - epoll_create(2), epoll_ctl(2): arguments, and which error comes first.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static void ctl(const char *what, int ep, int op, int fd, void *e) { show(what, syscall(SYS_epoll_ctl, ep, op, fd, e)); }

int main(void)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = 7 };
	int ep = epoll_create1(0), p[2], file = open("f", O_RDWR | O_CREAT, 0600), dir = open(".", O_RDONLY), path = open("f", O_PATH);

	(void)!pipe(p);
	show("epoll_create 0", epoll_create(0));
	show("epoll_create -1", epoll_create(-1));
	show_ok("epoll_create", epoll_create(1));
	show("epoll_create1, unknown flag", epoll_create1(1));
	show("cloexec", fcntl(epoll_create1(EPOLL_CLOEXEC), F_GETFD));
	ctl("add", ep, EPOLL_CTL_ADD, p[0], &e);
	ctl("add again", ep, EPOLL_CTL_ADD, p[0], &e);
	ctl("add, other fd of the same file", ep, EPOLL_CTL_ADD, dup(p[0]), &e);
	ctl("modify what is not there", ep, EPOLL_CTL_MOD, p[1], &e);
	ctl("delete what is not there", ep, EPOLL_CTL_DEL, p[1], &e);
	ctl("delete, no event", ep, EPOLL_CTL_DEL, p[0], NULL);
	ctl("add, no event", ep, EPOLL_CTL_ADD, p[0], NULL);
	ctl("add, bad event", ep, EPOLL_CTL_ADD, p[0], KERNEL_ADDRESS);
	ctl("add, bad event, bad fd", ep, EPOLL_CTL_ADD, 99, KERNEL_ADDRESS);
	ctl("bad epoll", 99, EPOLL_CTL_ADD, p[0], &e);
	ctl("bad fd", ep, EPOLL_CTL_ADD, 99, &e);
	ctl("not an epoll", p[1], EPOLL_CTL_ADD, p[0], &e);
	ctl("not an epoll, regular file", p[1], EPOLL_CTL_ADD, file, &e);
	ctl("itself", ep, EPOLL_CTL_ADD, ep, &e);
	ctl("regular file", ep, EPOLL_CTL_ADD, file, &e);
	ctl("directory", ep, EPOLL_CTL_ADD, dir, &e);
	ctl("O_PATH", ep, EPOLL_CTL_ADD, path, &e);
	ctl("/dev/null", ep, EPOLL_CTL_ADD, open("/dev/null", O_RDWR), &e);
	ctl("/proc/self/maps", ep, EPOLL_CTL_ADD, open("/proc/self/maps", O_RDONLY), &e);
	ctl("/proc/self/mounts", ep, EPOLL_CTL_ADD, open("/proc/self/mounts", O_RDONLY), &e);
	ctl("operation 0", ep, 0, p[0], &e);
	ctl("operation 4", ep, 4, p[0], &e);
	ctl("operation 4, no event", ep, 4, p[0], NULL);
	e.events = EPOLLIN | EPOLLEXCLUSIVE;
	ctl("exclusive", ep, EPOLL_CTL_ADD, p[0], &e);
	ctl("exclusive modify", ep, EPOLL_CTL_MOD, p[0], &e);
	e.events = EPOLLIN;
	ctl("modify an exclusive one", ep, EPOLL_CTL_MOD, p[0], &e);
	ctl("delete it", ep, EPOLL_CTL_DEL, p[0], &e);
	e.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
	ctl("exclusive and oneshot", ep, EPOLL_CTL_ADD, p[0], &e);
	e.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLRDNORM;
	ctl("exclusive, EPOLLRDNORM", ep, EPOLL_CTL_ADD, p[0], &e);
	e.events = EPOLLIN | EPOLLEXCLUSIVE;
	ctl("exclusive epoll", ep, EPOLL_CTL_ADD, epoll_create1(0), &e);
	e.events = 0;
	ctl("no events at all", ep, EPOLL_CTL_ADD, p[0], &e);
	return 0;
}

/*
 * kcmp_epoll.c - KCMP_EPOLL_TFD: is a descriptor's file the one that an epoll watches?
 */
#include "../show.h"
#include <linux/kcmp.h>
#include <sys/epoll.h>

static void compare(const char *what, int fd, unsigned efd, unsigned tfd, unsigned toff)
{
	struct kcmp_epoll_slot slot = { efd, tfd, toff };
	long r = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, fd, &slot);

	say("%s: %s\n", what, r < 0 ? errno_name(errno) : r ? "another" : "the same");
}

int main(void)
{
	struct epoll_event e = { .events = EPOLLIN };
	int ep = epoll_create1(0), p[2], q[2], kept;

	if (pipe(p) || pipe(q) || epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e))
		fatal("set up");
	compare("watched", p[0], ep, p[0], 0);
	compare("other end", p[1], ep, p[0], 0);
	compare("second of the number", p[0], ep, p[0], 1);
	compare("not watched", p[0], ep, p[1], 0);
	compare("no epoll", p[0], p[0], p[0], 0);
	compare("no descriptor", 99, ep, p[0], 0);
	compare("no epoll descriptor", p[0], 99, p[0], 0);
	show("bad pointer", syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, p[0], KERNEL_ADDRESS));

	/* The number names another file now, the epoll still watches the old one: two items of one number. */
	kept = dup(p[0]);
	dup2(q[0], p[0]);
	compare("number reused", p[0], ep, p[0], 0);
	compare("old file", kept, ep, p[0], 0);
	show("add", epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &e));
	compare("third of two", kept, ep, p[0], 2);
	say("each once: %s\n", syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, kept, &(struct kcmp_epoll_slot){ ep, p[0], 0 }) == 0 ?
	    (compare("second is", q[0], ep, p[0], 1), "old first or new first") :
	    (compare("second is", kept, ep, p[0], 1), "old first or new first"));
	return 0;
}

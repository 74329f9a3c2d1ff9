/*
 * epoll_shared.c - one epoll asked by several threads and processes at once: a file that is ready by
 * level is ready for each of them, every time, also while another is being told.
 */
#include "../show.h"
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define ROUNDS 3000

static int ep, outer;

/* How many of ROUNDS looks did not see the one ready file. */
static unsigned long misses(void)
{
	struct pollfd p = { ep, POLLIN, 0 };
	struct epoll_event e;
	unsigned long n = 0;

	for (int i = 0; i < ROUNDS; i++) {
		n += epoll_wait(ep, &e, 1, 0) != 1;
		n += epoll_wait(outer, &e, 1, 0) != 1;
		n += poll(&p, 1, 0) != 1;
	}
	return n;
}

static void *body(void *arg)
{
	*(unsigned long *)arg = misses();
	return NULL;
}

int main(void)
{
	struct epoll_event in = { .events = EPOLLIN };
	pthread_t t[3];
	unsigned long missed[3] = { 0 };
	int fd = eventfd(1, 0), status;

	ep = epoll_create1(0);
	outer = epoll_create1(0);
	show("add", epoll_ctl(ep, EPOLL_CTL_ADD, fd, &in));
	show("nest", epoll_ctl(outer, EPOLL_CTL_ADD, ep, &in));
	for (int i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, body, &missed[i]);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	say("threads missed %lu\n", missed[0] + missed[1] + missed[2]);
	if (!fork())
		_exit(misses() != 0);
	say("parent missed %lu\n", misses());
	wait(&status);
	say("child missed %s\n", status ? "some" : "none");
	return 0;
}

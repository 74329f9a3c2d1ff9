/*
 * epoll_threads.c - several waiters: one event wakes one, EPOLLONESHOT goes to one; changes while another waits.
 */
#include "../show.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#define N 4
static int ep, ev;
static atomic_int got, timeouts;

static void *waiter(void *arg)
{
	struct epoll_event e;

	if (epoll_wait(ep, &e, 1, 400) == 1)
		got++;
	else
		timeouts++;
	return NULL;
}

static void round_of(const char *what, void (*act)(void))
{
	pthread_t t[N];

	got = timeouts = 0;
	for (int i = 0; i < N; i++)
		pthread_create(&t[i], NULL, waiter, NULL);
	sleep_ms(120);
	act();
	for (int i = 0; i < N; i++)
		pthread_join(t[i], NULL);
	say("%s: %d got it, %d timed out\n", what, got, timeouts);
}

static void set(int op, unsigned events)
{
	struct epoll_event e = { .events = events };

	if (epoll_ctl(ep, op, ev, &e))
		fatal("epoll_ctl");
}

static void signal_it(void) { eventfd_write(ev, 1); }
static void arm(void) { set(EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT); }
static void add(void) { set(EPOLL_CTL_ADD, EPOLLIN | EPOLLET); }
static void nothing(void) { }

int main(void)
{
	ep = epoll_create1(0);
	ev = eventfd(0, EFD_NONBLOCK);
	set(EPOLL_CTL_ADD, EPOLLIN | EPOLLET);
	round_of("edge", signal_it);
	set(EPOLL_CTL_MOD, EPOLLIN | EPOLLONESHOT);
	round_of("oneshot", nothing);
	round_of("oneshot armed", arm);
	epoll_ctl(ep, EPOLL_CTL_DEL, ev, NULL);
	round_of("added while they wait", add);
	set(EPOLL_CTL_MOD, EPOLLIN);
	round_of("level", signal_it);
	return 0;
}

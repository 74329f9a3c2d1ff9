/* signalfd_poll.c - waiting: poll, epoll, blocking reads, threads, a changed set, a process that inherited the file. */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include "../show.h"

static int fd;

static void *reader(void *arg)
{
	struct signalfd_siginfo s;

	(void)arg;
	if (read(fd, &s, sizeof s) == sizeof s)
		return (void *)(long)s.ssi_signo;
	return NULL;
}

static void *killer(void *arg)
{
	sleep_ms(20);
	kill(getpid(), (int)(long)arg);
	return NULL;
}

static void handler(int sig) { (void)sig; }

int main(void)
{
	struct signalfd_siginfo s;
	struct epoll_event e = { EPOLLIN, { 0 } };
	struct pollfd p;
	pthread_t a, b, k;
	void *ra, *rb;
	int ep, status;
	sigset_t set;

	sigfillset(&set);
	sigdelset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, 0);
	p = (struct pollfd){ fd, POLLIN | POLLOUT, 0 };
	show("poll", poll(&p, 1, 0));
	pthread_create(&k, NULL, killer, (void *)(long)SIGUSR1);
	show("poll, waiting", poll(&p, 1, 2000));
	say("events %#x\n", p.revents);
	show("read", read(fd, &s, sizeof s));
	pthread_join(k, NULL);
	pthread_create(&k, NULL, killer, (void *)(long)SIGUSR2);
	show("read, waiting", read(fd, &s, sizeof s));
	say("signo %u\n", s.ssi_signo);
	pthread_join(k, NULL);

	ep = epoll_create1(0);
	show("epoll_ctl", epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e));
	show("epoll", epoll_wait(ep, &e, 1, 0));
	pthread_create(&k, NULL, killer, (void *)(long)SIGRTMIN);
	show("epoll, waiting", epoll_wait(ep, &e, 1, 2000));
	pthread_join(k, NULL);
	show("read", read(fd, &s, sizeof s));
	show("epoll", epoll_wait(ep, &e, 1, 0));

	/* Two readers, two signals: one each. */
	pthread_create(&a, NULL, reader, NULL);
	pthread_create(&b, NULL, reader, NULL);
	sleep_ms(20);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	pthread_join(a, &ra);
	pthread_join(b, &rb);
	judge("one each", (long)ra + (long)rb == SIGUSR1 + SIGUSR2 && ra && rb);

	/* A signal for another thread is not ours. */
	pthread_create(&a, NULL, reader, NULL);
	sleep_ms(20);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	pthread_kill(a, SIGUSR2);
	pthread_join(a, &ra);
	say("the thread read %ld\n", (long)ra);
	show("we", read(fd, &s, sizeof s));

	/* Interrupted by what is not in the set. */
	fcntl(fd, F_SETFL, 0);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = handler }, NULL);
	tick_every(10);
	show("interrupted", read(fd, &s, sizeof s));
	tick_every(0);

	/* A child reads its own signals, not its parent's. */
	kill(getpid(), SIGUSR1);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (!fork()) {
		show("child", read(fd, &s, sizeof s));
		show("child polls", poll(&p, 1, 0));
		kill(getpid(), SIGTERM);
		show("child", read(fd, &s, sizeof s));
		_exit(0);
	}
	wait(&status);
	show("parent", read(fd, &s, sizeof s));
	say("signo %u\n", s.ssi_signo);
	show("parent", read(fd, &s, sizeof s));
	say("signo %u\n", s.ssi_signo);

	/* The set shrinks and grows. */
	sigemptyset(&set);
	judge("change", signalfd(fd, &set, 0) == fd);
	kill(getpid(), SIGUSR1);
	show("empty set", read(fd, &s, sizeof s));
	sigaddset(&set, SIGUSR1);
	signalfd(fd, &set, 0);
	show("with it", read(fd, &s, sizeof s));
	return 0;
}

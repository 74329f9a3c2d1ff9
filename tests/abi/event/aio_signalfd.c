/* aio_signalfd.c - a request that polls a signalfd sees what is pending when it is made; later signals do not complete it. */
#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "../show.h"

static void poll_it(const char *what, int fd, int sig)
{
	struct timespec soon = { 0, 60000000 };
	struct iocb cb = { .aio_lio_opcode = IOCB_CMD_POLL, .aio_fildes = (unsigned)fd, .aio_buf = 1 /* POLLIN */ }, *list = &cb;
	struct io_event event = { 0 };
	aio_context_t ring = 0;
	long n;

	syscall(SYS_io_setup, 4, &ring);
	printf("%s: submitted %ld\n", what, syscall(SYS_io_submit, ring, 1, &list));
	if (sig)
		kill(getpid(), sig);
	n = syscall(SYS_io_getevents, ring, 1, 1, &event, &soon);
	printf("%s: %ld events, result %lld\n", what, n, (long long)event.res);
	syscall(SYS_io_destroy, ring);
}

int main(void)
{
	struct epoll_event watch = { .events = EPOLLIN };
	sigset_t set;
	int fd, in;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	poll_it("none", fd, 0);
	poll_it("comes later", fd, SIGUSR1);
	poll_it("is pending", fd, 0);
	in = epoll_create1(0);
	epoll_ctl(in, EPOLL_CTL_ADD, fd, &watch);
	poll_it("by epoll", in, SIGUSR2);
	return 0;
}

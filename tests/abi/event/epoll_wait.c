/*
 * epoll_wait.c - epoll_wait(2), epoll_pwait, epoll_pwait2: arguments, timeouts, order, signal masks.
 */
#include "../show.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static volatile int caught;
static void on_signal(int sig) { caught++; }

static void later(int ms, int sig)
{
	if (fork() == 0) {
		sleep_ms(ms);
		kill(getppid(), sig);
		_exit(0);
	}
}

int main(void)
{
	struct epoll_event e[8] = { 0 }, ev = { .events = EPOLLIN };
	int ep = epoll_create1(0), fd[5];
	struct timespec ts = { 0, 20000000 }, bad = { 0, 1000000000 }, neg = { -1, 0 };
	uint64_t set = 1ul << (SIGUSR1 - 1);
	int64_t start;

	show("max 0", epoll_wait(ep, e, 0, 0));
	show("max -1", epoll_wait(ep, e, -1, 0));
	show("max too large", epoll_wait(ep, e, 0x7fffffff / 12 + 1, 0));
	show("not an epoll", epoll_wait(1, e, 8, 0));
	show("bad fd", epoll_wait(99, e, 8, 0));
	show("bad fd, max 0", epoll_wait(99, e, 0, 0));
	show("bad events, nothing ready", epoll_wait(ep, (void *)0x10, 8, 0));
	show("events in the kernel", epoll_wait(ep, KERNEL_ADDRESS, 8, 0));
	start = now_ns();
	show("timeout", epoll_wait(ep, e, 8, 20));
	judge("20 ms at least", now_ns() - start >= 20000000);
	for (int i = 0; i < 5; i++) {
		fd[i] = eventfd(1, EFD_NONBLOCK);
		ev.data.u32 = i;
		epoll_ctl(ep, EPOLL_CTL_ADD, fd[i], &ev);
	}
	show("at most two", epoll_wait(ep, e, 2, -1));
	say("%u %u\n", e[0].data.u32, e[1].data.u32);
	show("at most two", epoll_wait(ep, e, 2, -1));
	say("%u %u\n", e[0].data.u32, e[1].data.u32);
	show("at most two", epoll_wait(ep, e, 2, -1));
	say("%u %u\n", e[0].data.u32, e[1].data.u32);
	show("bad events, ready", epoll_wait(ep, (void *)0x10, 8, 0));
	show("half of the events fit", epoll_wait(ep, (void *)(page_edge() - 24), 8, 0));
	show("all", epoll_wait(ep, e, 8, 0));
	for (int i = 0; i < 5; i++)
		epoll_ctl(ep, EPOLL_CTL_DEL, fd[i], NULL);
	signal(SIGUSR1, on_signal);
	later(20, SIGUSR1);
	show("interrupted", epoll_wait(ep, e, 8, -1));
	wait(NULL);
	sigprocmask(SIG_BLOCK, (sigset_t *)&set, NULL);
	raise(SIGUSR1);
	show("blocked signal", epoll_wait(ep, e, 8, 1));
	uint64_t none = 0;
	show("pwait lets it in", syscall(SYS_epoll_pwait, ep, e, 8, 1000, &none, 8));
	say("caught %d\n", caught);
	show("pwait, bad size", syscall(SYS_epoll_pwait, ep, e, 8, 0, &none, 4));
	show("pwait, bad mask", syscall(SYS_epoll_pwait, ep, e, 8, 0, KERNEL_ADDRESS, 8));
	show("pwait, no mask, bad size", syscall(SYS_epoll_pwait, ep, e, 8, 0, NULL, 4));
	start = now_ns();
	show("pwait2", syscall(441, ep, e, 8, &ts, NULL, 8));
	judge("20 ms at least", now_ns() - start >= 20000000);
	show("pwait2, bad time", syscall(441, ep, e, 8, &bad, NULL, 8));
	show("pwait2, negative time", syscall(441, ep, e, 8, &neg, NULL, 8));
	show("pwait2, bad pointer", syscall(441, ep, e, 8, KERNEL_ADDRESS, NULL, 8));
	show("pwait2, bad fd", syscall(441, 99, e, 8, &ts, NULL, 8));
	return 0;
}

/* signalfd_read.c - the form of what is read for each kind of signal; order, several at once, partial addresses. */
#include <stddef.h>
#include <sys/signalfd.h>
#include "../show.h"

static int fd;

static void one(const char *what)
{
	struct signalfd_siginfo s;
	char *c = (char *)&s + offsetof(struct signalfd_siginfo, ssi_addr_lsb), *end = (char *)(&s + 1);
	int rest = 0;

	memset(&s, 0xff, sizeof s);
	if (show(what, read(fd, &s, sizeof s)) < 0)
		return;
	say("  signo %u errno %d code %d pid %s uid %u fd %d tid %u band %u\n", s.ssi_signo, s.ssi_errno, s.ssi_code,
	    !s.ssi_pid ? "0" : s.ssi_pid == (uint32_t)getpid() ? "self" : "other", s.ssi_uid, s.ssi_fd, s.ssi_tid, s.ssi_band);
	say("  overrun %u trapno %u status %d int %d ptr %#lx addr %#lx\n", s.ssi_overrun, s.ssi_trapno, s.ssi_status, s.ssi_int,
	    (long)s.ssi_ptr, (long)s.ssi_addr);
	for (; c < end; c++)
		rest |= *c;
	judge("  the rest is zero", !rest);
}

int main(void)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR2, .sigev_value.sival_ptr = (void *)0x123456789a };
	struct itimerspec t = { { 0, 0 }, { 0, 1000000 } };
	struct signalfd_siginfo many[4];
	int p[2], id, n;
	siginfo_t i = { 0 };
	sigset_t s;

	sigfillset(&s);
	sigprocmask(SIG_BLOCK, &s, NULL);
	fd = signalfd(-1, &s, SFD_NONBLOCK);
	kill(getpid(), SIGUSR1);
	one("kill");
	syscall(SYS_tkill, getpid(), SIGUSR1);
	one("tkill");
	sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_ptr = (void *)0xabcdef1234 });
	one("sigqueue");
	i.si_code = -77, i.si_errno = 5, i.si_pid = 1, i.si_uid = 2;
	show("rt_sigqueueinfo", syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &i));
	one("code -77");
	if (!fork())
		_exit(7);
	sleep_ms(30);
	one("child");
	syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id);
	syscall(SYS_timer_settime, id, 0, &t, NULL);
	sleep_ms(30);
	one("timer");
	t.it_interval.tv_nsec = 1000000;
	syscall(SYS_timer_settime, id, 0, &t, NULL);
	sleep_ms(30);
	judge("periodic", read(fd, many, sizeof many[0]) == sizeof many[0] && many[0].ssi_overrun > 3);
	syscall(SYS_timer_delete, id);
	while (read(fd, many, sizeof many) > 0)
		;
	(void)!pipe(p);
	close(p[0]);
	(void)!write(p[1], "x", 1);
	one("pipe");
	tick_every(1);
	sleep_ms(20);
	tick_every(0);
	one("itimer");
	one("none");

	/* Lowest number first; as many as fit. */
	sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ 1 });
	sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ 2 });
	sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ 3 });
	kill(getpid(), SIGTERM);
	kill(getpid(), SIGHUP);
	kill(getpid(), SIGHUP);
	n = show("read", read(fd, many, sizeof many));
	for (int k = 0; k < n / (int)sizeof many[0]; k++)
		say("  signo %u int %d\n", many[k].ssi_signo, many[k].ssi_int);
	n = show("read", read(fd, many, sizeof many));
	for (int k = 0; k < n / (int)sizeof many[0]; k++)
		say("  signo %u int %d\n", many[k].ssi_signo, many[k].ssi_int);

	/* The second one falls off the page: it is lost, as on Linux. */
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	show("over the edge", read(fd, page_edge() - sizeof many[0], sizeof many));
	kill(getpid(), SIGUSR1);
	show("all bad", read(fd, KERNEL_ADDRESS, sizeof many));
	one("what is left");
	return 0;
}

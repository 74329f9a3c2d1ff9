/*
 * sigio.c - O_ASYNC on pipes, sockets and terminals: who gets SIGIO, while a writer sleeps, after close, by group.
 */
#include "../show.h"
#include <sys/ioctl.h>
#include <sys/socket.h>

static volatile int signals, last_fd, last_code;
static volatile long last_band;

static void on_io(int sig, siginfo_t *si, void *uc)
{
	(void)sig, (void)uc;
	signals++;
	last_fd = si->si_fd, last_code = si->si_code, last_band = si->si_band;
}

static void arm(int fd)
{
	fcntl(fd, F_SETOWN, getpid());
	fcntl(fd, F_SETSIG, SIGRTMIN);
	show("O_ASYNC", fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
}

static void await_signal(void)
{
	for (int i = 0; !signals && i < 5000; i++)
		sleep_ms(1);
}

static void tell(const char *what, int fd)
{
	await_signal();
	say("%s: %s, code %d, band %#lx, fd %s\n", what, signals ? "told" : "not told", last_code, last_band, last_fd == fd ? "right" : "wrong");
	signals = last_code = last_band = 0;
}

/* A megabyte fits into no pipe: the writer sleeps, and the reader reads only once it was told. */
static void sleeping_writer(void)
{
	static char b[1 << 20];
	int p[2], status;
	size_t got = 0;
	ssize_t n;
	pid_t pid;

	(void)!pipe(p);
	arm(p[0]);
	pid = fork();
	if (!pid) {
		close(p[0]);
		_exit(write(p[1], b, sizeof b) == sizeof b ? 0 : 1);
	}
	close(p[1]);
	tell("writer sleeps", p[0]);
	while ((n = read(p[0], b, sizeof b)) > 0 || (n < 0 && errno == EINTR))
		got += n > 0 ? (size_t)n : 0;
	waitpid(pid, &status, 0);
	close(p[0]);
	sleep_ms(5);                            /* the writer's end was news, too */
	say("read %zu, writer %s\n", got, ending(status));
}

int main(void)
{
	struct sigaction sa = { .sa_sigaction = on_io, .sa_flags = SA_SIGINFO };
	int p[2], s[2], on = 1, fd, status;
	char c[64];

	sigaction(SIGRTMIN, &sa, NULL), sigaction(SIGIO, &sa, NULL);
	(void)!pipe(p);
	arm(p[0]);
	show("write", write(p[1], "x", 1));
	tell("written", p[0]);
	show("read", read(p[0], c, 1));
	if (!fork()) {
		(void)!write(p[1], "y", 1);
		_exit(0);
	}
	while (wait(&status) < 0)               /* told in its midst */
		;
	tell("a child writes", p[0]);
	fd = dup(p[0]);
	close(p[0]);
	show("write", write(p[1], "z", 1));
	tell("the first descriptor closed", p[0]);
	signals = 0;
	close(fd);
	sleep_ms(5);
	signals = 0;
	show("nobody reads", (signal(SIGPIPE, SIG_IGN), write(p[1], "z", 1)));
	judge("no more of it", !signals);
	sleeping_writer();
	signals = 0;
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	arm(s[0]);
	show("send", write(s[1], "ab", 2));
	tell("sent", s[0]);
	show("FIOASYNC", ioctl(s[1], FIOASYNC, &on));
	fcntl(s[1], F_SETOWN, -getpgrp());
	show("send back", write(s[0], "cd", 2));
	await_signal();
	say("group: %s, code %s\n", signals ? "told" : "not told", last_code == SI_KERNEL ? "SI_KERNEL" : "other");
	fcntl(s[1], F_SETFL, 0), fcntl(s[0], F_SETFL, 0);
	sleep_ms(5);
	signals = 0;
	show("send", write(s[1], "ab", 2));
	sleep_ms(5);
	judge("off", !signals);
	fd = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	on = 0;
	ioctl(fd, TIOCSPTLCK, &on), ioctl(fd, TIOCGPTN, &on);
	snprintf(c, sizeof c, "/dev/pts/%d", on);
	on = open(c, O_RDWR | O_NOCTTY);
	arm(on);
	signals = 0;
	show("type", write(fd, "line\n", 5));
	await_signal();
	judge("terminal tells", signals > 0);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		(void)!pipe(p);
		fcntl(p[0], F_SETOWN, getppid());
		fcntl(p[0], F_SETFL, O_ASYNC);
		(void)!write(p[1], "x", 1);
		_exit(0);
	}
	signals = 0;
	while (wait(&status) < 0)
		;
	sleep_ms(5);
	judge("not by a stranger", !signals);
	return 0;
}

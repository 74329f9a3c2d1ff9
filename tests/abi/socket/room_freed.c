/* Datagrams that are never read give their sender's room back: when their receiver ends, connects elsewhere, is unreachable. */
#include "sock.h"

#define BIG 110000

static char big[BIG];
static struct sockaddr_un a, mine;
static socklen_t len, mine_len;
static int to;

static void leave_closed(void) { close(to); }
static void leave_elsewhere(void)
{
	struct sockaddr none = { .sa_family = AF_UNSPEC };

	connect(to, &none, sizeof none);
}

/* A child has the receiver alone, and leaves while we sleep. */
static void case_of(const char *what, void (*leave)(void), bool by_poll)
{
	int from = socket(AF_UNIX, SOCK_DGRAM, 0), status, ready[2];
	struct timeval limit = { 5, 0 };
	struct pollfd p = { from, POLLOUT, 0 };
	int64_t start;
	pid_t pid;
	long n;

	(void)!pipe(ready);
	bind(from, (void *)&mine, mine_len);
	start = now_ns();
	pid = fork();
	if (!pid) {
		to = socket(AF_UNIX, SOCK_DGRAM, 0);
		close(from);
		bind(to, (void *)&a, len);
		connect(to, (void *)&mine, mine_len);
		(void)!write(ready[1], "", 1);
		sleep_ms(60);
		leave();
		pause();
	}
	(void)!read(ready[0], &status, 1);
	setsockopt(from, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	say("%s\n", what);
	for (n = 0; n < 2; n++)
		show("big", sendto(from, big, BIG, 0, (void *)&a, len));
	if (by_poll) {
		show("poll", poll(&p, 1, 5000));
		say("%x\n", p.revents);
	} else {
		show("a third", sendto(from, big, BIG, 0, (void *)&a, len));
	}
	judge("soon", now_ns() - start < 4000000000);
	for (int k = 0; k < 200 && !ioctl(from, SIOCOUTQ, &status) && status > 200000; k++)     /* they are let go one by one */
		sleep_ms(5);
	show("outstanding", ioctl(from, SIOCOUTQ, &status) ?: status);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(from);
}

/* The receiver is in a message to itself, closed. */
static void unreachable(void)
{
	int from = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct pollfd p = { from, POLLOUT, 0 };

	to = socket(AF_UNIX, SOCK_DGRAM, 0);
	bind(to, (void *)&a, len);
	connect(from, (void *)&a, len);
	pass_fds(from, &to, 1);
	show("big", send(from, big, BIG, 0));
	show("poll", poll(&p, 1, 0));
	close(to);
	for (int n = 0; n < 500 && p.revents != POLLOUT; n++) {         /* Linux collects when somebody closes or sends */
		close(socket(AF_UNIX, SOCK_DGRAM, 0));
		poll(&p, 1, 10);
	}
	say("%x\n", p.revents);
}

int main(void)
{
	len = name_abstract(&a, "room-freed");
	mine_len = name_abstract(&mine, "room-freed-sender");
	case_of("closed, a sender sleeps", leave_closed, false);
	case_of("closed, a sender polls", leave_closed, true);
	case_of("connected elsewhere, a sender sleeps", leave_elsewhere, false);
	case_of("connected elsewhere, a sender polls", leave_elsewhere, true);
	unreachable();
	return 0;
}

/*
 * ring_long.c - rings of many sockets that nobody can reach: they go while others open and close sockets of their
 * own, pass some of theirs on, look into queues, and accept connections; of those that can still be reached nothing goes.
 */
#include "sock.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#define LENGTH 1000

static atomic_bool stop;

static int take(int s, int flags)
{
	char control[CMSG_SPACE(4 * sizeof(int))], b;
	struct iovec v = { &b, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(sizeof(int)) };

	if (recvmsg(s, &m, MSG_DONTWAIT | flags) != 1 || m.msg_controllen < CMSG_LEN(sizeof(int)))
		return -1;
	return *(int *)CMSG_DATA(CMSG_FIRSTHDR(&m));
}

/* Each waits in the next one's queue. The last waits in the first one's, or is returned; `end` goes along with the first. */
static int chain(int length, int end, bool is_ring)
{
	int first[2], s[2], t[2];

	pair(SOCK_STREAM, first);
	pass_fds(first[1], &end, 1);
	s[0] = first[0], s[1] = first[1];
	for (int n = 1; n < length; n++) {
		pair(SOCK_STREAM, t);
		pass_fds(t[1], &s[0], 1);
		if (n > 1)
			close(s[0]), close(s[1]);
		s[0] = t[0], s[1] = t[1];
	}
	if (is_ring)
		pass_fds(first[1], &s[0], 1);
	close(first[0]), close(first[1]), close(s[1]);
	if (!is_ring)
		return s[0];
	close(s[0]);
	return -1;
}

static const char *gone(int reader)
{
	struct pollfd p = { reader, POLLIN, 0 };

	poll(&p, 1, 10000);
	return p.revents & POLLHUP ? "gone" : "there";
}

/* Sockets in queues of others, closed, looked at and taken out again, all the time. */
static void *busy(void *bad)
{
	int a[2], b[2], x, y;

	while (!stop) {
		pair(SOCK_STREAM, a);
		pair(SOCK_STREAM, b);
		pass_fds(a[1], &b[0], 1);
		close(b[0]);
		x = take(a[0], MSG_PEEK);
		y = take(a[0], 0);
		if (x < 0 || y < 0 || write(b[1], "y", 1) != 1)
			*(bool *)bad = true;
		close(x), close(y), close(a[0]), close(a[1]), close(b[1]);
	}
	return NULL;
}

static void rings(void)
{
	pthread_t t[2];
	bool bad = false;
	int p[2];

	for (int n = 0; n < 2; n++)
		pthread_create(&t[n], NULL, busy, &bad);
	for (int n = 0; n < 2; n++) {
		(void)!pipe(p);
		chain(n ? 10 : LENGTH, p[1], true);
		close(p[1]);
		say("ring: %s\n", gone(p[0]));
		close(p[0]);
	}
	stop = true;
	for (int n = 0; n < 2; n++)
		pthread_join(t[n], NULL);
	judge("others kept theirs", !bad);
}

/* The whole chain hangs on its last: it is there, link by link, until that is closed. */
static void reachable(void)
{
	struct pollfd look = { .events = POLLIN };
	int p[2], last, s;

	(void)!pipe(p);
	last = chain(LENGTH, p[1], false);
	close(p[1]);
	look.fd = p[0];
	show("while the last is open", poll(&look, 1, 50));
	for (int n = 0; n < LENGTH / 2; n++) {
		s = take(last, 0);
		if (s < 0)
			fatal("link %d", n);
		close(last);
		last = s;
	}
	show("after half of it", poll(&look, 1, 0));
	close(last);
	say("the rest: %s\n", gone(p[0]));
}

int main(void)
{
	struct rlimit l = { 20000, 20000 };

	setrlimit(RLIMIT_NOFILE, &l);
	rings();
	reachable();
	return 0;
}

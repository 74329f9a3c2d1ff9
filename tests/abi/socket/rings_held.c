/*
 * rings_held.c - a ring of sockets that nobody can reach, but that a system call still holds when its last descriptor is
 * closed: it goes when the call has ended and some socket is closed.
 */
#include "sock.h"
#include <pthread.h>

static int s[2];

/* For nothing but the other side's end. */
static void *watcher(void *unused)
{
	struct pollfd p = { .fd = s[0] };

	poll(&p, 1, 150);
	return unused;
}

static void held(const char *what, int type)
{
	struct pollfd look = { .events = POLLIN };
	pthread_t t;
	int p[2], fd[3];

	(void)!pipe(p);
	pair(type, s);
	pthread_create(&t, NULL, watcher, NULL);
	sleep_ms(30);
	fd[0] = s[0], fd[1] = s[1], fd[2] = p[1];
	show("send", pass_fds(s[1], fd, 3));
	close(p[1]), close(s[0]), close(s[1]);
	look.fd = p[0];
	pthread_join(t, NULL);
	for (int n = 0; n < 100 && !poll(&look, 1, 0); n++) {
		close(socket(AF_UNIX, SOCK_STREAM, 0));
		sleep_ms(10);
	}
	say("%s: %s\n", what, look.revents & POLLHUP ? "gone" : "there");
	close(p[0]);
}

int main(void)
{
	held("stream", SOCK_STREAM);
	held("datagrams", SOCK_DGRAM);
	held("packets", SOCK_SEQPACKET);
	return 0;
}

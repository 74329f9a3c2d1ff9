/*
 * ring_race.c - a socket that is sent into its own queue while another thread closes it: nobody can reach it afterwards,
 * and its user may send as many files as before.
 */
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include "../show.h"

#define TURNS 3000
#define LIMIT 64

static pthread_barrier_t start, end;
static volatile int victim;

static void *closes(void *arg)
{
	for (int i = 0; i < TURNS; i++) {
		pthread_barrier_wait(&start);
		for (volatile int spin = 0; spin < i % 64 * 8; spin++)
			;
		close(victim);
		pthread_barrier_wait(&end);
	}
	return arg;
}

/* Send `count` times descriptor fd through `via`; 0 or errno. */
static int send_fds(int via, int fd, int count)
{
	union { char room[CMSG_SPACE(LIMIT * sizeof(int))]; struct cmsghdr align; } control;
	char byte = 'x';
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE((size_t)count * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
	for (int i = 0; i < count; i++)
		memcpy(CMSG_DATA(c) + (size_t)i * sizeof(int), &fd, sizeof fd);
	return sendmsg(via, &m, 0) < 0 ? errno : 0;
}

int main(void)
{
	const struct rlimit limit = { LIMIT, LIMIT };
	int pair[2], err = 0, sent = 0, closed = 0;
	pthread_t t;

	setrlimit(RLIMIT_NOFILE, &limit);
	if (setgid(60123) || setuid(60123))
		return 1;
	pthread_barrier_init(&start, NULL, 2);
	pthread_barrier_init(&end, NULL, 2);
	pthread_create(&t, NULL, closes, NULL);
	for (int i = 0; i < TURNS; i++) {
		if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)) {
			say("socketpair: %s\n", strerror(errno));
			return 1;
		}
		victim = pair[0];
		pthread_barrier_wait(&start);
		err = send_fds(pair[1], pair[0], 1);
		sent += !err;
		closed += err == EBADF;
		if (err == ETOOMANYREFS)                /* those before are not yet let go */
			usleep(1000);
		pthread_barrier_wait(&end);
		close(pair[1]);
	}
	pthread_join(t, NULL);
	note("sent %d, closed before %d of %d", sent, closed, TURNS);
	socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
	for (int i = 0; i < 120; i++) {
		err = send_fds(pair[0], pair[0], LIMIT - 2);
		if (err != ETOOMANYREFS)
			break;
		usleep(100000);
	}
	say("as many as at first: %s\n", err ? strerror(err) : "sent");
	return 0;
}

/*
 * ring_race.c - a socket that is sent into its own queue while another thread closes it: nobody can reach it afterwards,
 * and its user may send as many files as before.
 */
#include <pthread.h>
#include <sys/resource.h>
#include "sock.h"

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

/* Send descriptor fd `count` times through `via`; 0 or errno. */
static int send_often(int via, int fd, unsigned count)
{
	int fds[LIMIT];

	for (unsigned i = 0; i < count; i++)
		fds[i] = fd;
	return pass_fds(via, fds, count) < 0 ? errno : 0;
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
		err = send_often(pair[1], pair[0], 1);
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
		err = send_often(pair[0], pair[0], LIMIT - 2);
		if (err != ETOOMANYREFS)
			break;
		usleep(100000);
	}
	say("as many as at first: %s\n", err ? strerror(err) : "sent");
	return 0;
}

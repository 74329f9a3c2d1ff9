/*
 * splice_waits.c - splice and tee that wait for room in their target: others read the source meanwhile.
 */
#include "../show.h"
#include <pthread.h>
#include <poll.h>
#include <sys/ioctl.h>

static int from[2], to[2];
static long moved;
static bool tees;

static void *moves(void *arg)
{
	moved = tees ? syscall(SYS_tee, from[0], to[1], 100, 0) : splice(from[0], NULL, to[1], NULL, 100, 0);
	return NULL;
}

static void each(bool is_tee)
{
	static char b[70000] = { 0 };
	struct pollfd p;
	pthread_t t;
	int n = 0;

	tees = is_tee;
	(void)!pipe2(from, O_NONBLOCK), (void)!pipe2(to, O_NONBLOCK);
	fcntl(from[0], F_SETFL, 0), fcntl(to[1], F_SETFL, O_NONBLOCK);
	show("filled", write(to[1], b, sizeof b));
	fcntl(to[1], F_SETFL, 0);
	(void)!write(from[1], "abcdefgh", 8);
	pthread_create(&t, NULL, moves, NULL);
	usleep(50000);
	p = (struct pollfd){ .fd = from[0], .events = POLLIN };
	show("poll", poll(&p, 1, 0));
	fcntl(from[0], F_SETFL, O_NONBLOCK);
	show("read of the source", read(from[0], b, 5));
	fcntl(from[0], F_SETFL, 0);
	show("read of the target", read(to[0], b, sizeof b));
	pthread_join(t, NULL);
	show(is_tee ? "tee" : "splice", moved);
	show("FIONREAD", ioctl(to[0], FIONREAD, &n));
	show("has", n);
	show("got", read(to[0], b, 100));
	say("%.*s\n", n, b);
}

int main(void)
{
	each(false);
	each(true);
	return 0;
}

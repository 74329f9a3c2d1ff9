/*
 * reprint_flood.c - bytes that have a whole line echoed each (^R): they hold up nobody else on the CPU.
 */
#include "../show.h"
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>

#define REPRINTS 1500

static volatile bool is_over;
static int64_t longest;

static void *tick(void *arg)
{
	int64_t before = now_ns(), now;

	for (; !is_over; before = now) {
		sleep_ms(1);
		now = now_ns();
		if (now - before > longest)
			longest = now - before;
	}
	return arg;
}

static void feed(int fd, int c, int n, int last)
{
	char text[4096];

	memset(text, c, n);
	if (last)
		text[n - 1] = last;
	if (write(fd, text, n) != n)
		fatal("write");
}

int main(void)
{
	int m = open("/dev/ptmx", O_RDWR | O_NOCTTY), no = 0, nr, s;
	char name[32], line[5000];
	int64_t from, span;
	pthread_t t;
	cpu_set_t one;

	CPU_ZERO(&one), CPU_SET(0, &one);
	sched_setaffinity(0, sizeof one, &one);
	ioctl(m, TIOCSPTLCK, &no), ioctl(m, TIOCGPTN, &nr);
	sprintf(name, "/dev/pts/%d", nr);
	s = open(name, O_RDWR | O_NOCTTY);
	feed(m, 'x', 4095, '\n');               /* until it is read, what follows waits */
	feed(m, 'y', 4000, 0);
	feed(m, 'R' - '@', REPRINTS, '\n');
	pthread_create(&t, NULL, tick, NULL);
	sleep_ms(20);
	from = now_ns();
	show("read", read(s, line, sizeof line));
	show("read", read(s, line, sizeof line));
	span = now_ns() - from;
	is_over = true;
	pthread_join(t, NULL);
	judge("the other thread ran meanwhile", longest < 50000000 || longest < span / 2);
	note("%ld us, of these at once %ld us\n", (long)(span / 1000), (long)(longest / 1000));
	return 0;
}

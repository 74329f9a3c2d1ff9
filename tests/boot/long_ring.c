/*
 * long_ring.c - how late a real-time thread may be while the kernel looks for unreachable sockets and lets them go.
 *
 * On one CPU whose time counts instructions: what is late is what ran with preemption off. Prints the latest wake-up, in
 * nanoseconds, for a short ring of sockets and for a long one.
 */
#include "../abi/show.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>

#define PERIOD_NS 300000

static atomic_bool stop;
static long latest;

static void *punctual(void *unused)
{
	int64_t at = now_ns();

	while (!stop) {
		struct timespec t = { (at += PERIOD_NS) / 1000000000, at % 1000000000 };
		long late;

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
		late = now_ns() - at;
		if (late > latest)
			latest = late;
	}
	return unused;
}

static void pass(int to, int fd)
{
	char control[CMSG_SPACE(sizeof fd)] = { 0 };
	struct iovec v = { "x", 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	*c = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	if (sendmsg(to, &m, 0) != 1)
		fatal("sendmsg");
}

/* Many files in the first one's queue, each socket in the next one's, the last in the first one's: nobody has any. */
static void ring(int length, int end)
{
	int first[2], s[2], t[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, first);
	pass(first[1], end);
	s[0] = first[0], s[1] = first[1];
	for (int n = 1; n < length; n++) {
		socketpair(AF_UNIX, SOCK_STREAM, 0, t);
		pass(t[1], s[0]);
		if (n > 1)
			close(s[0]), close(s[1]);
		s[0] = t[0], s[1] = t[1];
	}
	pass(first[1], s[0]);
	close(first[0]), close(first[1]), close(s[0]), close(s[1]);
}

static void measure(int length)
{
	struct pollfd look = { .events = POLLIN };
	pthread_t t;
	int p[2];

	stop = false;
	latest = 0;
	pthread_create(&t, NULL, punctual, NULL);
	pthread_setschedparam(t, SCHED_FIFO, &(struct sched_param){ .sched_priority = 50 });
	(void)!pipe(p);
	ring(length, p[1]);
	close(p[1]);
	look.fd = p[0];
	poll(&look, 1, 20000);
	stop = true;
	pthread_join(t, NULL);
	say("%d sockets: %s, %ld ns\n", length, look.revents & POLLHUP ? "gone" : "there", latest);
	close(p[0]);
}

int main(void)
{
	struct rlimit l = { 20000, 20000 };

	setrlimit(RLIMIT_NOFILE, &l);
	measure(20);
	measure(20);
	measure(4000);
	return 0;
}

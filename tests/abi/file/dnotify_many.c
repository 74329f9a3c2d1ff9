/*
 * dnotify_many.c - F_NOTIFY: many watches of one directory, events of two threads at once: each watch is told once of each event.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/stat.h>

#define WATCHES 20
#define EVENTS 10
#define ROUNDS 20

static pthread_barrier_t start;

static void *creates(void *arg)
{
	char name[32];

	pthread_barrier_wait(&start);
	for (int i = 0; i < EVENTS; i++) {
		snprintf(name, sizeof name, "d/%s%d", (char *)arg, i);
		close(open(name, O_RDWR | O_CREAT, 0600));
		unlink(name);
	}
	return NULL;
}

static long round_of_two(const sigset_t *s)
{
	struct timespec zero = { 0 };
	pthread_t a, b;
	long n = 0;

	pthread_create(&a, NULL, creates, "a"), pthread_create(&b, NULL, creates, "b");
	pthread_join(a, NULL), pthread_join(b, NULL);
	while (sigtimedwait(s, NULL, &zero) > 0)
		n++;
	return n;
}

int main(void)
{
	long n = 0;
	sigset_t s;

	sigemptyset(&s), sigaddset(&s, SIGRTMIN), sigprocmask(SIG_BLOCK, &s, NULL);
	pthread_barrier_init(&start, NULL, 2);
	mkdir("d", 0700);
	for (int i = 0; i < WATCHES; i++) {
		int fd = open("d", O_RDONLY);

		if (fcntl(fd, F_SETSIG, SIGRTMIN) || fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT))
			fatal("F_NOTIFY");
	}
	for (int i = 0; i < ROUNDS; i++)
		n += round_of_two(&s);
	show("told", n);
	return 0;
}

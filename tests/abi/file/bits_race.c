/*
 * bits_race.c - F_SETFL while flock() and F_NOTIFY note what close has to take back; F_NOTIFY while another thread closes.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>

#define ROUNDS 4000

static volatile int fd = -1, signals;
static volatile bool done;

static void on_note(int sig) { signals++; }

static void *set_flags(void *arg)
{
	while (!done) {
		fcntl(fd, F_SETFL, O_NONBLOCK);
		fcntl(fd, F_SETFL, 0);
	}
	return NULL;
}

static void *notify(void *arg)
{
	while (!done)
		fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT);
	return NULL;
}

static void start(pthread_t *t, void *(*fn)(void *))
{
	done = false;
	pthread_create(t, NULL, fn, NULL);
}

static void finish(pthread_t t)
{
	done = true;
	pthread_join(t, NULL);
}

static void locks(void)
{
	pthread_t t;

	start(&t, set_flags);
	for (int i = 0; i < ROUNDS; i++) {
		fd = open("file", O_RDWR);
		flock(fd, LOCK_EX | LOCK_NB);
		close(fd);
	}
	finish(t);
	show("lock after all", flock(open("file", O_RDWR), LOCK_EX | LOCK_NB));
}

static void watches(const char *what, void *(*other)(void *), bool notifies)
{
	pthread_t t;

	start(&t, other);
	for (int i = 0; i < ROUNDS; i++) {
		fd = open("d", O_RDONLY | O_DIRECTORY);
		if (notifies)
			fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT);
		close(fd);
	}
	finish(t);
	signals = 0;
	close(open("d/f", O_RDWR | O_CREAT, 0600));
	unlink("d/f");
	show(what, signals);
}

int main(void)
{
	signal(SIGIO, on_note);
	mkdir("d", 0700);
	close(open("file", O_RDWR | O_CREAT, 0600));
	locks();
	watches("told after close, with F_SETFL", set_flags, true);
	watches("told after close, with F_NOTIFY", notify, false);
	return 0;
}

/*
 * lock_closed.c - a record lock that is got after another thread has closed the descriptor: it is given back at once.
 */
#include "../show.h"
#include <pthread.h>

static int fd, ready[2], go[2];

static struct flock whole(int type) { return (struct flock){ .l_type = type }; }

static void holds(void)
{
	struct flock l = whole(F_WRLCK);
	int f = open("file", O_RDWR);
	char c;

	show("child locks", fcntl(f, F_SETLK, &l));
	(void)!write(ready[1], "x", 1), (void)!read(go[0], &c, 1);
	_exit(0);
}

static void *waits(void *arg)
{
	struct flock l = whole(F_WRLCK);

	show("lock of a closed descriptor", fcntl(fd, F_SETLKW, &l));
	return NULL;
}

static void tries(void)
{
	struct flock l = whole(F_WRLCK);

	show("another child locks", fcntl(open("file", O_RDWR), F_SETLK, &l));
	_exit(0);
}

int main(void)
{
	pthread_t t;
	char c;

	(void)!pipe(ready), (void)!pipe(go);
	fd = open("file", O_RDWR | O_CREAT, 0600);
	if (fork() == 0)
		holds();
	(void)!read(ready[0], &c, 1);
	pthread_create(&t, NULL, waits, NULL);
	usleep(50000);
	close(fd);
	(void)!write(go[1], "x", 1);
	wait(NULL), pthread_join(t, NULL);
	if (fork() == 0)
		tries();
	wait(NULL);
	return 0;
}

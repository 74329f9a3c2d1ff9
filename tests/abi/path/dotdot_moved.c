/* ".." in a bind mount leads to nothing outside of what it shows, while directories are moved out of there and back. */
#include "../mount/mount.h"
#include <pthread.h>
#include <time.h>

static volatile int stop;

static void *mover(void *arg)
{
	while (!stop) {
		rename("all/in/d", "all/d");
		rename("all/d", "all/in/d");
	}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

/* Looks until the time is over: was what stands beside all/in ever met through shown? */
static void *walker(void *arg)
{
	double end = now() + 0.4;
	struct stat st;
	int fd = open("all/in/d", O_PATH);
	long outside = 0;

	while (now() < end) {
		for (int i = 0; i < 50; i++) {
			outside += !stat("shown/d/../secret", &st);
			outside += !stat("shown/d/../in/inside", &st);
		}
	}
	close(fd);
	return (void *)outside;
}

int main(void)
{
	pthread_t m, w[2];
	struct stat st;
	int fd;

	begin();
	dirs("all", "all/in", "all/in/d", "shown", NULL);
	touch("all/secret", "");
	touch("all/in/inside", "");
	mount("all/in", "shown", NULL, MS_BIND, NULL);
	chdir("shown/d");
	fd = open(".", O_PATH);
	rename(AT "/all/in/d", AT "/all/d");
	show("moved out", stat("..", &st));
	show("from a descriptor", fstatat(fd, "../secret", &st, 0));
	show("itself", stat(".", &st));
	rename(AT "/all/d", AT "/all/in/d");
	show("moved back", stat("../inside", &st));
	show("and no further", stat("../secret", &st));
	close(fd);
	chdir(AT);
	pthread_create(&m, NULL, mover, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&w[i], NULL, walker, NULL);
	for (int i = 0; i < 2; i++) {
		void *n;

		pthread_join(w[i], &n);
		judge("nothing outside was met", !n);
	}
	stop = 1;
	pthread_join(m, NULL);
	return 0;
}

/* RESOLVE_IN_ROOT and RESOLVE_BENEATH while what the walk stands on is moved out of its root and back: never past it. */
#include "../mount/mount.h"
#include <linux/openat2.h>
#include <pthread.h>
#include <time.h>

static volatile int stop;

static void *renamer(void *arg)
{
	while (!stop) {
		rename("all/root/d", "all/d");
		rename("all/d", "all/root/d");
	}
	return NULL;
}

static void *mounter(void *arg)
{
	while (!stop) {
		mount("all/root/m", "all/root/n", NULL, MS_MOVE, NULL);
		mount("all/root/n", "all/out", NULL, MS_MOVE, NULL);
		mount("all/out", "all/root/m", NULL, MS_MOVE, NULL);
	}
	return NULL;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int outside(int dir, const char *path, unsigned long resolve)
{
	struct open_how how = { .flags = O_PATH, .resolve = resolve };
	int fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void *walker(void *arg)
{
	double end = now() + 0.4;
	int dir = open("all/root", O_PATH);
	long met = 0;

	while (now() < end)
		for (int i = 0; i < 20; i++) {
			met += outside(dir, "d/e/../../../secret", RESOLVE_IN_ROOT);
			met += outside(dir, "d/e/../../../secret", RESOLVE_BENEATH);
			met += outside(dir, "m/e/../../../secret", RESOLVE_IN_ROOT);
			met += outside(dir, "m/e/../../../secret", RESOLVE_BENEATH);
			met += outside(dir, "up/secret", RESOLVE_IN_ROOT);
		}
	close(dir);
	return (void *)met;
}

int main(void)
{
	pthread_t r, m, w[2];

	begin();
	dirs("all", "all/root", "all/root/d", "all/root/d/e", "all/root/m", "all/root/n", "all/out", NULL);
	touch("all/secret", "");
	touch("secret", "");
	symlink("d/e/../../..", "all/root/up");
	mount("m", "all/root/m", "tmpfs", 0, NULL);
	mkdir("all/root/m/e", 0755);
	pthread_create(&r, NULL, renamer, NULL);
	pthread_create(&m, NULL, mounter, NULL);
	for (int i = 0; i < 2; i++)
		pthread_create(&w[i], NULL, walker, NULL);
	for (int i = 0; i < 2; i++) {
		void *n;

		pthread_join(w[i], &n);
		judge("nothing outside was met", !n);
	}
	stop = 1;
	pthread_join(r, NULL);
	pthread_join(m, NULL);
	return 0;
}

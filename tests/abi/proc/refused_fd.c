/* Calls that refuse a descriptor, in a process of several threads: nothing is given back that was not taken. */
#include "../show.h"
#include <linux/stat.h>
#include <pthread.h>
#include <sched.h>

static volatile int stop;
static void *spin(void *arg) { (void)arg; while (!stop) sched_yield(); return NULL; }

int main(void)
{
	struct statx x;
	pthread_t t;
	char buf[256];
	int path = open("/", O_PATH);

	pthread_create(&t, NULL, spin, NULL);
	for (int i = 0; i < 50; i++) {
		errno = 0;
		syscall(SYS_statx, -1, "x", 0, STATX_ALL, &x);
		syscall(SYS_statx, 99, "x", 0, STATX_ALL, &x);
		syscall(SYS_statx, -1, "", AT_EMPTY_PATH, STATX_ALL, &x);
		syscall(SYS_newfstatat, 99, "x", buf, 0);
		syscall(SYS_openat, 99, "x", O_RDONLY);
		syscall(SYS_read, path, buf, 1);
		syscall(SYS_getdents64, path, buf, sizeof buf);
		syscall(SYS_fchmod, path, 0755);
		syscall(SYS_ioctl, path, 0, 0);
	}
	show("statx of none", syscall(SYS_statx, -1, "x", 0, STATX_ALL, &x));
	show("statx of a closed one", syscall(SYS_statx, 99, "", AT_EMPTY_PATH, STATX_ALL, &x));
	show("read of a path", read(path, buf, 1));
	stop = 1;
	pthread_join(t, NULL);
	show("close", close(path));
}

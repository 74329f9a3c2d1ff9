/*
 * tsync.c - SECCOMP_FILTER_FLAG_TSYNC: filters reach threads that run, unless they have others.
 */
#include "../show.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int stage;

static long install(unsigned flags, int err)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &prog);
}

static void *other(void *arg)
{
	while (stage == 0)
		if (syscall(SYS_getppid) < 0)
			break;
	stage = 2;
	while (stage != 3)
		;
	say("thread: %ld errno %d\n", syscall(SYS_getppid), errno);
	say("own filter: %ld\n", install(0, 44));
	stage = 4;
	while (stage != 5)
		;
	return NULL;
}

int main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, other, NULL);
	say("all: %ld\n", install(SECCOMP_FILTER_FLAG_TSYNC, 33));
	while (stage != 2)
		;
	stage = 3;
	while (stage != 4)
		;
	long r = install(SECCOMP_FILTER_FLAG_TSYNC, 55);

	say("diverged: %s\n", r > 0 ? "a thread's id" : r ? strerror(errno) : "0");
	r = install(SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_TSYNC_ESRCH, 55);
	say("diverged: %ld %s\n", r, strerror(errno));
	say("own: %ld errno %d\n", syscall(SYS_getppid), errno);
	stage = 5;
	pthread_join(t, NULL);
	return 0;
}

/* RLIMIT_NPROC: per user, not for root; set*uid and exec over the limit. */
#include "../show.h"
#include <pthread.h>
#include <sys/resource.h>

static void *sleeper(void *arg) { (void)arg; sleep_ms(50); return NULL; }

static void user(void)
{
	struct rlimit l = { 2, 2 };
	pthread_t t;
	pid_t pid, second;

	setrlimit(RLIMIT_NPROC, &l);
	show("setuid", syscall(SYS_setuid, 4321));
	pid = fork();
	if (!pid) {
		for (;;)
			pause();
	}
	show_ok("one child", pid);
	second = fork();
	if (!second)
		_exit(0);
	show_ok("a second", second);
	say("a thread: %s\n", pthread_create(&t, NULL, sleeper, NULL) ? "EAGAIN" : "ok");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	pid = fork();
	if (!pid)
		_exit(0);
	show_ok("after one has gone", pid);
}

static void over(void)
{
	struct rlimit l = { 0, 0 };
	pid_t pid = fork();

	if (!pid) {
		(void)!syscall(SYS_setuid, 4321);
		for (;;)
			pause();
	}
	sleep_ms(20);
	setrlimit(RLIMIT_NPROC, &l);
	show("setuid beyond the limit", syscall(SYS_setuid, 4321));
	execl("/proc/self/exe", "x", "done", (char *)NULL);
	show("exec beyond the limit", -1);
	kill(pid, SIGKILL);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct rlimit l = { 1, 1 };
	pid_t pid;

	(void)argv;
	if (argc > 1) {
		say("exec went on\n");
		return 0;
	}
	in_child("user", user);
	in_child("over", over);
	setrlimit(RLIMIT_NPROC, &l);
	pid = fork();
	if (!pid)
		_exit(0);
	show_ok("root", pid);
}

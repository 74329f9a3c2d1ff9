/*
 * stat_rights.c - what /proc/PID/stat hides from who may not look into the process: addresses, where it sleeps, how it ends.
 */
#include "text.h"
#include <pthread.h>
#include <sys/prctl.h>

static const int hidden[] = { 26, 27, 28, 29, 30, 35, 45, 46, 47, 48, 49, 50, 51, 52 };

/* Fields as 0, 1 or more. */
static void look(const char *who, const char *path)
{
	char *rest;
	int n = 3;
	unsigned at = 0;

	if (slurp(path) < 0) {
		say("%s: %s\n", who, errno_name(errno));
		return;
	}
	rest = strrchr(proc_text, ')') + 2;
	say("%s:", who);
	for (char *p = strtok(rest, " \n"); p; p = strtok(NULL, " \n"), n++)
		if (at < sizeof hidden / sizeof *hidden && n == hidden[at]) {
			unsigned long v = strtoul(p, NULL, 10);

			say(" %d=%s", n, v == 0 ? "0" : v == 1 ? "1" : "much");
			at++;
		}
	say("\n");
}

static void *thread(void *arg)
{
	(void)arg;
	pause();
	return NULL;
}

int main(void)
{
	char path[64];
	siginfo_t info;
	pid_t pid, user;
	pthread_t t;

	prctl(PR_SET_DUMPABLE, 1);
	look("self", "/proc/self/stat");
	look("own thread", "/proc/thread-self/stat");
	pid = fork();
	if (!pid)
		for (;;)
			pause();
	sleep_ms(50);
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	look("root of its child", path);
	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, pid);
	look("root of its child's thread", path);
	user = fork();
	if (!user) {
		if (setgid(1000) || setuid(1000))
			fatal("setuid");
		look("a user of root's thread", path);
		snprintf(path, sizeof path, "/proc/%d/stat", pid);
		look("a user of root's", path);
		look("a user of himself", "/proc/self/stat");
		_exit(0);
	}
	waitpid(user, NULL, 0);
	kill(pid, SIGKILL);
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	look("root of a dead one", path);
	user = fork();
	if (!user) {
		if (setgid(1000) || setuid(1000))
			fatal("setuid");
		look("a user of a dead one", path);
		_exit(0);
	}
	waitpid(user, NULL, 0);
	waitpid(pid, NULL, 0);
	pid = fork();
	if (!pid) {
		pthread_create(&t, NULL, thread, NULL);
		pause();
	}
	sleep_ms(50);
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	look("root of two threads", path);
	snprintf(path, sizeof path, "/proc/%d/task/%d/stat", pid, pid);
	look("root of one of two", path);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

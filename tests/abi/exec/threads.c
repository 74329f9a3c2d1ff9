/* exec in a process of several threads: the others end, the caller takes the leader's number. */
#include "run.h"
#include <pthread.h>

static int gate[2];

static void *sleeper(void *arg) { (void)arg; for (;;) pause(); return NULL; }
static void *spinner(void *arg) { (void)arg; for (;;) ; return NULL; }
static void *execer(void *arg)
{
	char old[16];

	snprintf(old, sizeof old, "%d", getpid());
	execl("/proc/self/exe", "after", (char *)arg, old, (char *)NULL);
	say("exec: %s\n", errno_name(errno));
	_exit(1);
}
static void *joined(void *arg) { (void)arg; (void)!read(gate[0], &(char){ 0 }, 1); return NULL; }

static int count_tasks(void)
{
	int n = 0;
	char path[64];

	for (int i = getpid(); i < getpid() + 20; i++) {
		snprintf(path, sizeof path, "/proc/self/task/%d", i);
		n += !access(path, F_OK);
	}
	return n;
}

static void probe(const char *what, bool by_leader)
{
	pthread_t t;
	pid_t pid = fork();
	int status;

	if (!pid) {
		for (int i = 0; i < 2; i++)
			pthread_create(&t, NULL, sleeper, NULL);
		pthread_create(&t, NULL, spinner, NULL);
		pthread_create(&t, NULL, joined, NULL);
		sleep_ms(10);
		if (by_leader)
			execer((void *)what);
		pthread_create(&t, NULL, execer, (void *)what);
		for (;;)
			pause();
	}
	waitpid(pid, &status, 0);
	say("%s: %s\n", what, ending(status));
}

int main(int argc, char **argv)
{
	if (argc > 2) {
		judge(argv[1], getpid() == atoi(argv[2]) && syscall(SYS_gettid) == getpid());
		say("tasks: %d\n", count_tasks());
		return 5;
	}
	(void)!pipe(gate);
	probe("by the leader", true);
	probe("by another", false);
}

/*
 * exec_thread.c - a process whose leader is traced calls execve() in another thread: the leader goes without news,
 * and so does its tracer's hold on it; a thread that is traced keeps its tracer and changes its number.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/ptrace.h>

static int ready[2], go[2];

static void *execs(void *path)
{
	char c;
	pid_t tid = (pid_t)syscall(SYS_gettid);

	(void)!write(ready[1], &tid, sizeof tid);
	(void)!read(go[0], &c, 1);
	execl(path, path, "exit", (char *)NULL);
	_exit(99);
}

static void child(char *path)
{
	pthread_t t;

	pthread_create(&t, NULL, execs, path);
	pthread_join(t, NULL);
	_exit(98);
}

static void news(pid_t pid)
{
	int status;
	pid_t got;

	while ((got = waitpid(-1, &status, __WALL)) > 0) {
		if (WIFSTOPPED(status)) {
			say("  %s stops: %d event %d\n", got == pid ? "process" : "thread", WSTOPSIG(status), status >> 16);
			ptrace(PTRACE_CONT, got, 0, 0);
		} else {
			say("  %s ends: %x\n", got == pid ? "process" : "thread", status);
		}
	}
	say("  then errno %d\n", errno);
}

static void run(char *path, const char *what, bool leader, bool thread)
{
	pid_t pid, tid;

	say("%s\n", what);
	(void)!pipe(ready);
	(void)!pipe(go);
	pid = fork();
	if (!pid)
		child(path);
	(void)!read(ready[0], &tid, sizeof tid);
	if (leader)
		say("  seize leader: %ld\n", ptrace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACEEXEC));
	if (thread)
		say("  seize thread: %ld\n", ptrace(PTRACE_SEIZE, tid, 0, PTRACE_O_TRACEEXEC));
	(void)!write(go[1], "", 1);
	news(pid);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 5;
	run(argv[0], "nobody traced", false, false);
	run(argv[0], "leader traced", true, false);
	run(argv[0], "thread traced", false, true);
	run(argv[0], "both traced", true, true);
	return 0;
}

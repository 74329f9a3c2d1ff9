/*
 * traceme_thread.c - PTRACE_TRACEME below a process whose first thread is gone: the thread that forked traces, and
 * when it dies nobody does.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

static int go[2];

static void child(void)
{
	char c;

	say("traceme: %ld\n", ptrace(PTRACE_TRACEME, 0, 0, 0));
	raise(SIGSTOP);
	(void)!read(go[0], &c, 1);              /* until the whole parent is gone */
	_exit(7);
}

static void *maker(void *leader)
{
	int status;
	pid_t pid, got;

	usleep(50000);                          /* the leader is dead by then */
	pid = fork();
	if (!pid)
		child();
	got = waitpid(pid, &status, 0);
	say("waited: %s, stop %d\n", got == pid ? "child" : "nobody", WIFSTOPPED(status) ? WSTOPSIG(status) : 0);
	say("cont: %ld\n", ptrace(PTRACE_CONT, pid, 0, 0));
	(void)leader;
	return NULL;
}

static void parent(void)
{
	pthread_t t;

	pthread_create(&t, NULL, maker, NULL);
	syscall(SYS_exit, 0);
}

int main(void)
{
	pid_t pid, got;
	int status;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)!pipe(go);
	pid = fork();
	if (!pid)
		parent();
	waitpid(pid, &status, 0);
	say("parent: exit %d\n", WEXITSTATUS(status));
	(void)!write(go[1], "", 1);
	alarm(3);
	got = waitpid(-1, &status, 0);
	say("orphan: %s, exit %d\n", got > 0 ? "reaped" : "not there", WEXITSTATUS(status));
	return 0;
}

/* exec_thread_ns.c - a thread in a pid namespace becomes its process's leader by exec: its tracer outside knows it by its own number. */
#include "../show.h"
#include <pthread.h>
#include <sched.h>
#include <sys/ptrace.h>

static char *self;
static void *execs(void *arg) { (void)arg; execl(self, self, "again", NULL); return NULL; }

int main(int argc, char **argv)
{
	int leader, got, status;
	pthread_t t;

	if (argc > 1)
		return 3;
	self = argv[0];
	show("namespace", unshare(CLONE_NEWPID));
	leader = fork();
	if (!leader) {
		say("inside %d\n", getpid());
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		kill(getpid(), SIGSTOP);
		pthread_create(&t, NULL, execs, NULL);
		for (;;)
			pause();
	}
	do {
		got = waitpid(-1, &status, __WALL);
		if (got != leader)
			continue;
		if (WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP)
			ptrace(PTRACE_SETOPTIONS, got, 0, PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
		if (WIFSTOPPED(status) && status >> 16 == PTRACE_EVENT_EXEC)
			say("exec\n");
		if (!WIFSTOPPED(status))
			say("leader ends %x\n", status);
	} while (got > 0 && (!WIFSTOPPED(status) || !ptrace(PTRACE_CONT, got, 0, 0)) && !(got == leader && !WIFSTOPPED(status)));
	say("last wait %s\n", got == leader ? "the leader" : got < 0 ? "none" : "another");
	return 0;
}

/*
 * killed_while_read.c - a stopped tracee is killed by others while its tracer reads and writes its registers: each
 * request answers, or says ESRCH, and the end is SIGKILL's.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <elf.h>

static volatile pid_t victim;
static volatile int turn;

static void *killer(void *unused)
{
	for (int seen = 0; ; ) {
		while (turn == seen)
			if (turn < 0)
				return NULL;
			else
				sched_yield();
		seen = turn;
		if (seen < 0)
			return NULL;
		for (volatile int i = 0; i < seen % 50 * 200; i++)
			;
		kill(victim, SIGKILL);
	}
}

static bool fine(long r) { return r >= 0 || errno == ESRCH; }

/* True: every answer was one of the two. */
static bool look(pid_t pid, char *fresh)
{
	struct iovec iov = { fresh, 8 * PAGE };
	struct user_regs_struct regs;
	struct user_fpregs_struct fp;
	bool ok = true;

	for (int i = 0; ok && i < 20; i++) {
		madvise(fresh, 8 * PAGE, MADV_DONTNEED);        /* the copy out faults */
		ok = fine(ptrace(PTRACE_GETREGS, pid, 0, &regs)) && fine(ptrace(PTRACE_GETFPREGS, pid, 0, &fp)) &&
		     fine(ptrace(PTRACE_SETFPREGS, pid, 0, &fp)) && fine(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov));
		iov.iov_len = 8 * PAGE;
	}
	return ok;
}

int main(void)
{
	char *fresh = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_t t;
	int good = 0, killed = 0;

	pthread_create(&t, NULL, killer, NULL);
	for (int n = 1; n <= 60; n++) {
		pid_t pid = fork();
		int status;

		if (!pid) {
			ptrace(PTRACE_TRACEME, 0, 0, 0);
			for (;;)
				raise(SIGSTOP);
		}
		waitpid(pid, &status, 0);
		victim = pid;
		turn = n;
		good += look(pid, fresh);
		while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
			;
		killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	}
	turn = -1;
	pthread_join(t, NULL);
	say("60 tracees: %d answered well, %d killed\n", good, killed);
	return 0;
}

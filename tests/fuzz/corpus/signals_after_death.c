/* signals_after_death.c - signals for a dead leader were queued for ever; exec's dead leader left its tracer's link. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t leader;

static void *sends(void *path)
{
	siginfo_t info;

	usleep(2000);
	for (int i = 0; i < 5; i++) {
		memset(&info, 0, sizeof info);
		info.si_code = SI_QUEUE;
		syscall(SYS_rt_tgsigqueueinfo, leader, leader, SIGUSR1, &info);
		syscall(SYS_rt_tgsigqueueinfo, leader, leader, SIGRTMIN + 3, &info);
	}
	execl(path, path, "end", (char *)NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return 0;
	for (int i = 0; i < 60; i++) {
		pid_t pid = fork();

		if (!pid) {
			sigset_t all;
			pthread_t t;

			sigfillset(&all);
			sigprocmask(SIG_BLOCK, &all, NULL);
			leader = getpid();
			pthread_create(&t, NULL, sends, argv[0]);
			syscall(SYS_exit, 0);
		}
		if (i % 2)
			ptrace(PTRACE_SEIZE, pid, 0, 0);
		waitpid(pid, NULL, 0);
	}
	return 0;
}

/*
 * dead_leader.c - signals for a thread that is dead while its process lives: taken, never delivered, and gone with the
 * process: they count against RLIMIT_SIGPENDING no longer.
 */
#include "../show.h"
#include <pthread.h>
#include <sys/resource.h>

static pid_t leader;

static void *sends(void *unused)
{
	siginfo_t info;
	int taken = 0;

	usleep(20000);                          /* the leader is dead by then */
	for (int i = 0; i < 5; i++) {
		memset(&info, 0, sizeof info);
		info.si_code = SI_QUEUE;
		info.si_pid = leader;
		taken += !syscall(SYS_rt_tgsigqueueinfo, leader, leader, SIGRTMIN + 3, &info);
	}
	_exit(taken);
}

int main(void)
{
	struct rlimit limit = { 24, 24 };
	union sigval value = { 0 };
	int status, taken = 0;
	sigset_t set;

	setrlimit(RLIMIT_SIGPENDING, &limit);
	for (int i = 0; i < 8; i++) {
		pid_t pid = fork();

		if (!pid) {
			pthread_t t;

			signal(SIGRTMIN + 3, SIG_DFL);
			sigemptyset(&set);
			sigaddset(&set, SIGRTMIN + 3);
			sigprocmask(SIG_BLOCK, &set, NULL);
			leader = getpid();
			pthread_create(&t, NULL, sends, NULL);
			syscall(SYS_exit, 0);
		}
		waitpid(pid, &status, 0);
		taken += WEXITSTATUS(status);
	}
	say("taken: %d\n", taken);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (taken = 0; taken < 20 && !sigqueue(getpid(), SIGRTMIN + 3, value); taken++)
		;
	say("then, for itself: %d\n", taken);
	return 0;
}

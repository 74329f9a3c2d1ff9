/* PR_SET_PDEATHSIG: sent when the parent's thread ends; cleared by fork, by exec of a set-user-ID file, and by a change of ids. */
#include "../show.h"
#include <pthread.h>
#include <sys/prctl.h>

static int out[2];
static volatile int got;
static void handler(int sig, siginfo_t *si, void *u) { (void)u; (void)si; got = sig; }

static void child_of(const char *what, bool by_thread, int action)
{
	char c = 0;
	int status;
	pid_t pid = fork();

	(void)by_thread;
	if (!pid) {
		if (!fork()) {
			struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
			pid_t old = getppid();
			int sig = -1;

			sigaction(SIGUSR1, &sa, NULL);
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
			if (action == 1)
				(void)!setresuid(-1, 1000, -1);
			if (action == 2)
				prctl(PR_SET_PDEATHSIG, 0);
			prctl(PR_GET_PDEATHSIG, &sig);
			(void)!write(out[1], &(char){ (char)sig }, 1);
			for (int i = 0; i < 200 && (getppid() == old || (!got && i < 100)); i++)
				sleep_ms(1);
			(void)!write(out[1], &(char){ (char)got }, 1);
			_exit(0);
		}
		(void)!read(out[0], &c, 1);
		say("%s: set to %d\n", what, c);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	(void)!read(out[0], &c, 1);
	say("  got %d\n", c);
}

static void *maker(void *arg)
{
	(void)arg;
	if (!fork()) {
		struct sigaction sa = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

		sigaction(SIGUSR1, &sa, NULL);
		prctl(PR_SET_PDEATHSIG, SIGUSR1);
		(void)!write(out[1], "r", 1);
		for (int i = 0; i < 300 && !got; i++)
			sleep_ms(1);
		(void)!write(out[1], got ? "y" : "n", 1);
		_exit(0);
	}
	char c;
	(void)!read(out[0], &c, 1);
	return NULL;
}

int main(void)
{
	int sig = -1;
	pthread_t t;
	char c = 0;

	(void)!pipe(out);
	show("get", prctl(PR_GET_PDEATHSIG, &sig));
	say("%d\n", sig);
	show("set 65", prctl(PR_SET_PDEATHSIG, 65));
	show("set -1", prctl(PR_SET_PDEATHSIG, -1));
	show("get to nowhere", prctl(PR_GET_PDEATHSIG, 8));
	prctl(PR_SET_PDEATHSIG, SIGHUP);
	if (!fork()) {
		prctl(PR_GET_PDEATHSIG, &sig);
		say("in a child: %d\n", sig);
		_exit(0);
	}
	wait(NULL);
	child_of("set", false, 0);
	child_of("another effective uid", false, 1);
	child_of("unset", false, 2);
	pthread_create(&t, NULL, maker, NULL);
	pthread_join(t, NULL);
	(void)!read(out[0], &c, 1);
	say("the thread that forked ended, its process did not: %c\n", c);
	wait(NULL);
}

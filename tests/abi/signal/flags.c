/* SA_NODEFER, SA_RESETHAND, sa_mask, SA_NOCLDSTOP, SA_NOCLDWAIT. */
#include "raw.h"

static int depth, left;

static void nest(int sig)
{
	say("%d at depth %d, blocked %#lx\n", sig, depth, mask_now());
	depth++;
	if (left-- > 0) {
		raise(sig);
		say("back\n");
	}
	depth--;
}
static void plain(int sig) { say("caught %d\n", sig); }
static void child_news(int sig, siginfo_t *si, void *u)
{
	(void)sig, (void)u;
	say("SIGCHLD code %d status %d\n", si->si_code, si->si_status);
}

static void reset(void)
{
	struct ksigaction a;

	on(SIGUSR1, plain, SA_RESETHAND | SA_NODEFER, 0);
	raise(SIGUSR1);
	raw_action(SIGUSR1, NULL, &a);
	say("handler %p, flags %#lx\n", a.handler, a.flags);
	raise(SIGUSR1);
}

static void family(unsigned long flags)
{
	int status;
	pid_t pid;

	on(SIGCHLD, child_news, SA_SIGINFO | SA_RESTART | flags, 0);
	pid = fork();
	if (!pid) {
		raise(SIGSTOP);
		_exit(3);
	}
	show("stopped", waitpid(pid, &status, WUNTRACED) == pid ? WSTOPSIG(status) : -1);
	kill(pid, SIGCONT);
	show("ended", waitpid(pid, &status, 0) == pid ? status : -1);
}

int main(void)
{
	on(SIGUSR1, nest, 0, 0);
	left = 1;
	raise(SIGUSR1);
	left = 1;
	on(SIGUSR1, nest, SA_NODEFER, BIT_OF(SIGUSR2));
	raise(SIGUSR1);
	left = 0;
	on(SIGUSR1, nest, 0, BIT_OF(SIGUSR2) | BIT_OF(SIGKILL));
	raise(SIGUSR1);
	say("after: %#lx\n", mask_now());
	in_child("reset", reset);
	say("SA_NOCLDSTOP\n");
	family(SA_NOCLDSTOP);
	say("SA_NOCLDWAIT\n");
	family(SA_NOCLDWAIT | SA_NOCLDSTOP);
	signal(SIGCHLD, SIG_IGN);
	say("ignored\n");
	if (!fork())
		_exit(0);
	show("wait", wait(NULL));
}

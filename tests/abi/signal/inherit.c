/* What fork and exec keep of signals. */
#include "raw.h"

static void handler(int sig) { (void)sig; }

static void tell(void)
{
	struct ksigaction a;
	stack_t s;

	raw_action(SIGUSR1, NULL, &a);
	say("USR1 %s flags %#lx mask %#lx\n", a.handler == SIG_DFL ? "default" : a.handler == SIG_IGN ? "ignored" : "handled", a.flags, a.mask);
	raw_action(SIGUSR2, NULL, &a);
	say("USR2 %s flags %#lx mask %#lx\n", a.handler == SIG_DFL ? "default" : a.handler == SIG_IGN ? "ignored" : "handled", a.flags, a.mask);
	raw_action(SIGCHLD, NULL, &a);
	say("CHLD %s\n", a.handler == SIG_DFL ? "default" : a.handler == SIG_IGN ? "ignored" : "handled");
	sigaltstack(NULL, &s);
	say("blocked %#lx pending %#lx altstack flags %d\n", mask_now(), pending_now(), s.ss_flags);
}

int main(int argc, char **argv)
{
	static char alt[16384];
	stack_t s = { .ss_sp = alt, .ss_size = sizeof alt };
	struct ksigaction ign = { SIG_IGN, SA_RESTART | SA_NODEFER | SA_RESTORER_, restore_rt, BIT_OF(SIGHUP) };

	if (argc > 1) {
		tell();
		return 0;
	}
	on(SIGUSR1, handler, SA_RESTART | SA_ONSTACK, BIT_OF(SIGHUP));
	raw_action(SIGUSR2, &ign, NULL);
	raw_action(SIGCHLD, &ign, NULL);
	sigaltstack(&s, NULL);
	raw_mask(SIG_SETMASK, BIT_OF(SIGUSR1) | BIT_OF(40), NULL);
	raise(SIGUSR1);
	kill(getpid(), 40);
	kill(getpid(), 40);
	say("before\n");
	tell();
	if (!fork()) {
		say("after fork\n");
		tell();
		_exit(0);
	}
	wait(NULL);
	say("after exec\n");
	execv("/proc/self/exe", (char *[]){ argv[0], "x", NULL });
	fatal("exec");
}

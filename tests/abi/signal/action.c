/* rt_sigaction(2): errors, what reads back, which flags a kernel knows. */
#include "raw.h"

static void handler(int sig) { (void)sig; }

int main(void)
{
	struct ksigaction a = { handler, SA_RESTORER_, restore_rt, ~0ul }, old;
	char *edge = page_edge();

	show("signal 0", raw_action(0, &a, NULL));
	show("signal 65", raw_action(65, &a, NULL));
	show("signal -1", raw_action(-1, &a, NULL));
	show("read 65", raw_action(65, NULL, &old));
	show("SIGKILL", raw_action(SIGKILL, &a, NULL));
	show("SIGSTOP", raw_action(SIGSTOP, &a, NULL));
	show("SIGKILL, read", raw_action(SIGKILL, NULL, &old));
	say("  handler %p flags %#lx mask %#lx\n", old.handler, old.flags, old.mask);
	show("size 4", syscall(SYS_rt_sigaction, SIGUSR1, &a, NULL, 4));
	show("bad new", syscall(SYS_rt_sigaction, SIGUSR1, edge, NULL, 8));
	show("bad old", syscall(SYS_rt_sigaction, SIGUSR1, &a, edge, 8));
	show("read", raw_action(SIGUSR1, NULL, &old));
	judge("set nevertheless", old.handler == handler);
	say("  mask %#lx\n", old.mask);
	a.flags = ~0ul;
	show("all flags", raw_action(SIGUSR1, &a, NULL));
	raw_action(SIGUSR1, NULL, &old);
	say("  flags %#lx\n", old.flags);
	a.flags = SA_RESTORER_ | SA_SIGINFO | SA_NODEFER | SA_RESETHAND | SA_ONSTACK | SA_RESTART | SA_NOCLDSTOP | SA_NOCLDWAIT;
	show("known flags", raw_action(SIGUSR1, &a, &old));
	raw_action(SIGUSR1, NULL, &old);
	say("  flags %#lx\n", old.flags);
	judge("restorer reads back", old.restorer == restore_rt);
	a.flags = SA_NODEFER;
	show("no restorer", raw_action(SIGUSR1, &a, NULL));
	show("then the signal is deadly", 0);
	fflush(stdout);
	pid_t pid = fork();
	int status;

	if (!pid) {
		raise(SIGUSR1);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%s\n", ending(status & ~0x80));
	a.handler = (void *)1;
	show("ignore", raw_action(SIGUSR1, &a, NULL));
	show("real-time 64", raw_action(64, &a, NULL));
}

/* rt_sigsuspend(2) and rt_sigtimedwait(2). */
#include "raw.h"

static void handler(int sig)
{
	say("handler of %d, blocked %#lx\n", sig, mask_now());
}

static void child_sends(int sig, int ms)
{
	if (!fork()) {
		sleep_ms(ms);
		kill(getppid(), sig);
		_exit(0);
	}
}

int main(void)
{
	uint64_t m = 0, both = BIT_OF(SIGUSR1) | BIT_OF(SIGUSR2);
	struct timespec zero = { 0, 0 }, bad = { 0, 1000000000 }, some = { 0, 30000000 }, minus = { -1, 0 };
	char *edge = page_edge();
	siginfo_t si;

	on(SIGUSR1, handler, SA_RESTART, 0);
	on(SIGUSR2, handler, 0, 0);
	raw_mask(SIG_SETMASK, both | BIT_OF(SIGCHLD), NULL);
	show("suspend, size 4", syscall(SYS_rt_sigsuspend, &m, 4));
	show("suspend, bad set", syscall(SYS_rt_sigsuspend, edge, 8));
	raise(SIGUSR1);
	raise(SIGUSR2);
	m = BIT_OF(SIGUSR2);
	show("suspend: USR1 pends", syscall(SYS_rt_sigsuspend, &m, 8));
	say("blocked %#lx\n", mask_now());
	m = 0;
	show("suspend: USR2 pends", syscall(SYS_rt_sigsuspend, &m, 8));
	child_sends(SIGUSR1, 20);
	show("suspend: comes later", syscall(SYS_rt_sigsuspend, &m, 8));
	raise(SIGUSR1);
	raise(SIGUSR2);
	show("suspend: both at once", syscall(SYS_rt_sigsuspend, &m, 8));
	say("blocked %#lx, pending %#lx\n", mask_now(), pending_now() & both);

	show("wait, size 4", syscall(SYS_rt_sigtimedwait, &both, NULL, NULL, 4));
	show("wait, bad set", syscall(SYS_rt_sigtimedwait, edge, NULL, &zero, 8));
	show("wait, bad time", syscall(SYS_rt_sigtimedwait, &both, NULL, &bad, 8));
	show("wait, negative time", syscall(SYS_rt_sigtimedwait, &both, NULL, &minus, 8));
	show("wait, bad time pointer", syscall(SYS_rt_sigtimedwait, &both, NULL, edge, 8));
	show("nothing pends", syscall(SYS_rt_sigtimedwait, &both, NULL, &zero, 8));
	show("nothing comes", syscall(SYS_rt_sigtimedwait, &both, NULL, &some, 8));
	raise(SIGUSR2);
	show("bad info, signal is taken", syscall(SYS_rt_sigtimedwait, &both, edge, &zero, 8));
	show("nothing pends", syscall(SYS_rt_sigtimedwait, &both, NULL, &zero, 8));
	kill(getpid(), SIGUSR2);
	syscall(SYS_tkill, getpid(), SIGUSR1);
	show("both pend", syscall(SYS_rt_sigtimedwait, &both, &si, &zero, 8));
	say("code %d\n", si.si_code);
	show("the other", syscall(SYS_rt_sigtimedwait, &both, &si, &zero, 8));
	say("code %d from us: %d\n", si.si_code, si.si_pid == getpid());
	child_sends(SIGUSR2, 20);
	show("comes later", syscall(SYS_rt_sigtimedwait, &both, &si, NULL, 8));
	raw_mask(SIG_UNBLOCK, BIT_OF(SIGUSR1), NULL);
	child_sends(SIGUSR1, 20);
	m = BIT_OF(SIGUSR2);
	show("another, unblocked, comes", syscall(SYS_rt_sigtimedwait, &m, &si, NULL, 8));
	m = BIT_OF(SIGUSR1);
	child_sends(SIGUSR1, 20);
	show("waited for though not blocked", syscall(SYS_rt_sigtimedwait, &m, &si, NULL, 8));
	m = BIT_OF(SIGKILL);
	show("SIGKILL is not waited for", syscall(SYS_rt_sigtimedwait, &m, &si, &zero, 8));
	m = BIT_OF(SIGTERM);
	signal(SIGTERM, SIG_IGN);
	raw_mask(SIG_BLOCK, m, NULL);
	raise(SIGTERM);
	show("ignored and blocked", syscall(SYS_rt_sigtimedwait, &m, &si, &zero, 8));
}

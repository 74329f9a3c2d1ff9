/* Who a signal is from, across pid and user namespaces. */
#include "ns.h"

static int wait_signal(int sig, siginfo_t *i)
{
	struct timespec t = { 2, 0 };
	sigset_t s;

	sigemptyset(&s);
	sigaddset(&s, sig);
	return sigtimedwait(&s, i, &t);
}

int main(void)
{
	siginfo_t i;
	sigset_t s;
	pid_t pid;
	int up[2];
	char c;

	pipe(up);
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigaddset(&s, SIGUSR2);
	sigaddset(&s, SIGCHLD);
	sigprocmask(SIG_BLOCK, &s, NULL);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		siginfo_t q;

		(void)!write(up[1], "x", 1);
		show("  got", wait_signal(SIGUSR1, &i));
		say("  from above: code %d pid %d uid %d\n", i.si_code, i.si_pid, i.si_uid);
		show("  got", wait_signal(SIGUSR2, &i));
		say("  queued from above: code %d pid %d uid %d value %d\n", i.si_code, i.si_pid, i.si_uid, i.si_int);
		if (!fork()) {
			kill(1, SIGUSR1);
			_exit(0);
		}
		show("  got", wait_signal(SIGUSR1, &i));
		say("  from inside: pid %d\n", i.si_pid);
		show("  got", wait_signal(SIGCHLD, &q));
		say("  SIGCHLD: pid %d status %d\n", q.si_pid, q.si_status);
		_exit(3);
	}
	(void)!read(up[0], &c, 1);
	kill(pid, SIGUSR1);
	sleep_ms(20);
	sigqueue(pid, SIGUSR2, (union sigval){ 42 });
	show("SIGCHLD", wait_signal(SIGCHLD, &i));
	judge("its pid is ours of it", i.si_pid == pid);
	memset(&i, 0, sizeof i);
	show("waitid", waitid(P_PID, pid, &i, WEXITED));
	judge("pid", i.si_pid == pid);
	return 0;
}

/* kill(2), tkill(2), tgkill(2): whom they reach, and each error. */
#include "raw.h"

static volatile int count;
static void handler(int sig) { (void)sig; count++; }

static void as_user(void)
{
	show("becoming 1000", setresuid(1000, 1000, 1000));
	show("kill init", kill(1, 0));
	show("kill own group", kill(0, SIGURG));
	show("SIGCONT to parent of another user", kill(getppid(), SIGCONT));
	show("SIGTERM to parent", kill(getppid(), SIGTERM));
	setsid();
	show("SIGCONT across sessions", kill(getppid(), SIGCONT));
}

static void saved_uid(void)
{
	pid_t pid = fork();

	if (!pid) {
		(void)!setresuid(1000, 0, 2000);
		pause();
		_exit(0);
	}
	sleep_ms(30);
	(void)!setresuid(3000, 2000, 3000);
	show("euid is the target's saved uid", kill(pid, SIGUSR1));
	show("then it is gone", waitpid(pid, NULL, 0) == pid ? 0 : -1);
}
static void saved_uid_no(void)
{
	pid_t pid = fork();

	if (!pid) {
		(void)!setresuid(1000, 2000, 1000);
		pause();
		_exit(0);
	}
	sleep_ms(30);
	(void)!setresuid(3000, 2000, 3000);
	show("euid is the target's euid only", kill(pid, SIGUSR1));
	(void)!setresuid(-1, 1000, -1);
}

int main(void)
{
	int me = getpid(), tid = (int)syscall(SYS_gettid);

	on(SIGUSR1, handler, 0, 0);
	setpgid(0, 0);
	show("signal 0", kill(me, 0));
	show("signal 65", kill(me, 65));
	show("signal -1", kill(me, -1));
	show("nobody", kill(4000000, 0));
	show("nobody, bad signal", kill(4000000, 65));
	show("no group", kill(-4000000, 0));
	show("INT_MIN", kill(INT32_MIN, 0));
	show("own group", kill(0, SIGUSR1));
	show("own group by number", kill(-me, SIGUSR1));
	show("tkill", syscall(SYS_tkill, tid, SIGUSR1));
	show("tkill 0", syscall(SYS_tkill, 0, SIGUSR1));
	show("tkill -1", syscall(SYS_tkill, -1, SIGUSR1));
	show("tkill nobody", syscall(SYS_tkill, 4000000, SIGUSR1));
	show("tgkill", syscall(SYS_tgkill, me, tid, SIGUSR1));
	show("tgkill wrong group", syscall(SYS_tgkill, 1, tid, SIGUSR1));
	show("tgkill 0 group", syscall(SYS_tgkill, 0, tid, SIGUSR1));
	show("tgkill -1 group", syscall(SYS_tgkill, -1, tid, SIGUSR1));
	show("tgkill signal 0", syscall(SYS_tgkill, me, tid, 0));
	show("tgkill signal 65", syscall(SYS_tgkill, me, tid, 65));
	say("handled: %d\n", count);
	in_child("as a user", as_user);
	in_child("saved uid", saved_uid);
	in_child("effective uid", saved_uid_no);
}

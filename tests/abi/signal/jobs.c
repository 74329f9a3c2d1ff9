/* Stopping and continuing: what the parent hears, what cancels what. */
#include "raw.h"

static void handler(int sig) { (void)sig; }
static void hear(const char *what, pid_t pid, int options)
{
	int status = 0;
	pid_t r = waitpid(pid, &status, options);

	say("%s: %s\n", what, r == pid ? ending(status) : r ? errno_name(errno) : "nothing");
}

static void loop(void) { for (;;) pause(); }

int main(void)
{
	static const int stops[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
	siginfo_t si;
	pid_t pid;

	setpgid(0, 0);
	pid = fork();
	if (!pid) {
		on(SIGCONT, handler, 0, 0);
		loop();
	}
	setpgid(pid, pid);
	sleep_ms(10);
	for (int i = 0; i < 4; i++) {
		kill(pid, stops[i]);
		hear("stop", pid, WUNTRACED);
		hear("told once", pid, WUNTRACED | WNOHANG);
		kill(pid, stops[(i + 1) % 4]);
		sleep_ms(5);
		hear("a second stop", pid, WUNTRACED | WNOHANG);
		kill(pid, SIGUSR1 == 0 ? 0 : SIGWINCH);
		hear("not WCONTINUED", pid, WNOHANG);
		kill(pid, SIGCONT);
		hear("continue", pid, WCONTINUED);
		hear("told once", pid, WCONTINUED | WNOHANG);
		sleep_ms(5);
	}
	kill(pid, SIGSTOP);
	memset(&si, 0, sizeof si);
	waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOWAIT);
	say("waitid: signo %d code %d status %d\n", si.si_signo, si.si_code, si.si_status);
	waitid(P_PID, (id_t)pid, &si, WSTOPPED);
	memset(&si, 0, sizeof si);
	show("again", waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOHANG));
	say("waitid: signo %d code %d\n", si.si_signo, si.si_code);
	kill(pid, SIGTERM);
	hear("SIGTERM to a stopped one", pid, WNOHANG);
	kill(pid, SIGCONT);
	hear("after SIGCONT", pid, 0);

	pid = fork();
	if (!pid)
		loop();
	kill(pid, SIGSTOP);
	hear("stop", pid, WUNTRACED);
	kill(pid, SIGKILL);
	hear("SIGKILL to a stopped one", pid, 0);

	pid = fork();
	if (!pid) {
		raw_mask(SIG_BLOCK, BIT_OF(SIGTSTP) | BIT_OF(SIGCONT), NULL);
		raise(SIGTSTP);
		say("pending %d\n", (int)(pending_now() >> (SIGTSTP - 1) & 1));
		raise(SIGCONT);
		say("after SIGCONT: TSTP %d CONT %d\n", (int)(pending_now() >> (SIGTSTP - 1) & 1), (int)(pending_now() >> (SIGCONT - 1) & 1));
		raise(SIGTSTP);
		say("after TSTP: TSTP %d CONT %d\n", (int)(pending_now() >> (SIGTSTP - 1) & 1), (int)(pending_now() >> (SIGCONT - 1) & 1));
		_exit(0);
	}
	hear("child", pid, 0);

	pid = fork();
	if (!pid) {
		setsid();
		kill(getpid(), SIGTSTP);
		say("orphaned group: TSTP does nothing\n");
		kill(getpid(), SIGTTIN);
		say("nor TTIN\n");
		_exit(0);
	}
	hear("orphan", pid, WUNTRACED);
}

/* waitid(2): kinds, options, what the siginfo says. */
#include "../show.h"

static long wid(int type, long id, void *si, int options) { return syscall(SYS_waitid, type, id, si, options, NULL); }

static pid_t child(int code)
{
	pid_t pid = fork();

	if (!pid) {
		if (code < 0)
			kill(getpid(), -code);
		_exit(code);
	}
	return pid;
}

static void told(const char *what, long r, siginfo_t *si, pid_t pid)
{
	say("%s: %ld signo %d code %d status %d errno %d %s uid %d\n", what, r, si->si_signo, si->si_code, si->si_status, si->si_errno,
	    si->si_pid == pid ? "it" : si->si_pid ? "another" : "none", (int)si->si_uid);
}

int main(void)
{
	char *edge = page_edge();
	siginfo_t si;
	pid_t pid;
	int fd;

	show("no options", wid(P_ALL, 0, &si, 0));
	show("WNOHANG only", wid(P_ALL, 0, &si, WNOHANG));
	show("unknown option", wid(P_ALL, 0, &si, WEXITED | 0x100));
	show("unknown kind", wid(9, 0, &si, WEXITED));
	show("no children", wid(P_ALL, 0, &si, WEXITED));
	show("P_PID 0", wid(P_PID, 0, &si, WEXITED));
	show("P_PID -1", wid(P_PID, -1, &si, WEXITED));
	show("P_PGID -1", wid(P_PGID, -1, &si, WEXITED));
	show("P_PIDFD bad", wid(P_PIDFD, 99, &si, WEXITED));
	show("P_PIDFD -1", wid(P_PIDFD, -1, &si, WEXITED));
	fd = open("/dev/null", O_RDONLY);
	show("P_PIDFD no pidfd", wid(P_PIDFD, fd, &si, WEXITED));
	pid = child(3);
	memset(&si, 0xff, sizeof si);
	told("WNOWAIT", wid(P_PID, pid, &si, WEXITED | WNOWAIT), &si, pid);
	memset(&si, 0, sizeof si);
	told("not stopped", wid(P_PID, pid, &si, WSTOPPED | WNOHANG), &si, pid);
	told("P_PGID 0", wid(P_PGID, 0, &si, WEXITED), &si, pid);
	pid = child(-SIGTERM);
	told("killed", wid(P_ALL, 0, &si, WEXITED), &si, pid);
	pid = child(4);
	show("no siginfo", wid(P_PID, pid, NULL, WEXITED));
	pid = child(5);
	show("bad siginfo", wid(P_PID, pid, edge, WEXITED));
	show("gone", wid(P_PID, pid, &si, WEXITED));
	pid = fork();
	if (!pid) {
		for (;;)
			pause();
	}
	memset(&si, 0xff, sizeof si);
	told("alive, WNOHANG", wid(P_PID, pid, &si, WEXITED | WNOHANG), &si, pid);
	kill(pid, SIGSTOP);
	told("stopped", wid(P_PID, pid, &si, WSTOPPED), &si, pid);
	kill(pid, SIGCONT);
	told("continued", wid(P_PID, pid, &si, WCONTINUED), &si, pid);
	fd = (int)syscall(SYS_pidfd_open, pid, 0);
	memset(&si, 0, sizeof si);
	told("by pidfd, alive", wid(P_PIDFD, fd, &si, WEXITED | WNOHANG), &si, pid);
	kill(pid, SIGKILL);
	told("by pidfd", wid(P_PIDFD, fd, &si, WEXITED), &si, pid);
	show("by pidfd, gone", wid(P_PIDFD, fd, &si, WEXITED));
	pid = child(6);
	fd = (int)syscall(SYS_pidfd_open, pid, O_NONBLOCK);
	pid_t slow = fork();
	if (!slow) {
		sleep_ms(100);
		_exit(0);
	}
	fd = (int)syscall(SYS_pidfd_open, slow, O_NONBLOCK);
	show("nonblocking pidfd, alive", wid(P_PIDFD, fd, &si, WEXITED));
	show("WNOHANG with it", wid(P_PIDFD, fd, &si, WEXITED | WNOHANG));
	kill(slow, SIGKILL);
	wid(P_ALL, 0, &si, WEXITED);
	wid(P_ALL, 0, &si, WEXITED);
}

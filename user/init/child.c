/*
 * child.c - processes below init: start them, notice their end, reap orphans.
 *
 * Signals become bytes in a pipe, so that one poll() waits for everything and
 * none is lost between looking and sleeping.
 *
 * SIGUSR1, SIGUSR2 and SIGTERM are how BusyBox's halt, poweroff and reboot ask
 * process 1 for the end; in a guest all three end the session.
 */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int watch_read_fd, watch_write_fd;

static void on_signal(int sig)
{
	int saved_errno = errno;
	char byte = (char)sig;

	/* A full pipe is as good as one more byte: there is news already. */
	if (write(watch_write_fd, &byte, 1) < 0)
		errno = saved_errno;
}

static void watch_signal(int sig)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

void child_watch_start(void)
{
	int ends[2];

	if (pipe(ends) < 0) {
		say("no pipe for signals", NULL);
		power_off();
	}
	for (int i = 0; i < 2; i++) {
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
		fcntl(ends[i], F_SETFL, O_NONBLOCK);
	}
	watch_read_fd = ends[0];
	watch_write_fd = ends[1];
	watch_signal(SIGCHLD);
	watch_signal(SIGUSR1);
	watch_signal(SIGUSR2);
	watch_signal(SIGTERM);
	signal(SIGPIPE, SIG_IGN);
}

int child_watch_fd(void)
{
	return watch_read_fd;
}

bool child_watch_read(pid_t pid, int *status)
{
	bool over = false;
	char news[64];
	ssize_t n;
	int st;

	*status = 0;
	while ((n = read(watch_read_fd, news, sizeof news)) > 0)
		for (ssize_t i = 0; i < n; i++)
			over |= news[i] != SIGCHLD;
	for (;;) {
		pid_t dead = waitpid(-1, &st, WNOHANG);

		if (dead < 0 && errno == EINTR)
			continue;
		if (dead <= 0)
			return over;
		if (dead == pid) {
			*status = st;
			over = true;
		}
	}
}

pid_t child_fork(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGPIPE, SIG_DFL);       /* exec resets the caught ones */
	} else if (pid < 0) {
		say("cannot fork: ", strerror(errno), NULL);
		power_off();
	}
	return pid;
}

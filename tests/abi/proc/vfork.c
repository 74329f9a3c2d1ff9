/* vfork(2): the parent sleeps until the child ends or executes; memory is one. */
#include "../show.h"

static volatile int step;

int main(void)
{
	int status;
	pid_t pid;

	pid = vfork();
	if (!pid) {
		sleep_ms(30);
		step = 1;
		_exit(4);
	}
	say("after exit: step %d\n", step);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	pid = vfork();
	if (!pid) {
		step = 2;
		sleep_ms(30);
		execl("/bin/sh", "sh", "-c", "sleep 0.2; exit 6", (char *)NULL);
		_exit(1);
	}
	say("after exec: step %d\n", step);
	show("still running", waitpid(pid, &status, WNOHANG));
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	pid = vfork();
	if (!pid) {
		step = 3;
		kill(getpid(), SIGKILL);
	}
	say("after a kill: step %d\n", step);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	pid = vfork();
	if (!pid) {
		execl("/nowhere", "x", (char *)NULL);
		step = errno == ENOENT ? 4 : -1;
		_exit(0);
	}
	say("after a failed exec: step %d\n", step);
	waitpid(pid, &status, 0);
	say("%s\n", ending(status));
	/* A parent that waits so can be killed. */
	pid = fork();
	if (!pid) {
		if (!vfork()) {
			sleep_ms(300);
			_exit(0);
		}
		_exit(9);
	}
	sleep_ms(30);
	kill(pid, SIGKILL);
	int64_t begin = now_ns();
	waitpid(pid, &status, 0);
	say("the parent killed: %s\n", ending(status));
	judge("at once", now_ns() - begin < 200000000);
}

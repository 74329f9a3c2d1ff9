/* FD_CLOEXEC: whose descriptors close, and that it is done even when several share the table. */
#include "run.h"
#include <sched.h>

int main(int argc, char **argv)
{
	pid_t pid;
	int status, fds[2];

	if (argc > 1) {
		say("%s:", argv[1]);
		for (int i = 30; i < 36; i++)
			say(" %d", fcntl(i, F_GETFD) != -1);
		say("\n");
		return 0;
	}
	for (int i = 30; i < 36; i++)
		dup2(0, i);
	fcntl(30, F_SETFD, FD_CLOEXEC);
	dup3(0, 31, O_CLOEXEC);
	show("fcntl keeps other bits out", fcntl(32, F_SETFD, 6));
	show("F_GETFD", fcntl(32, F_GETFD));
	dup2(30, 33);
	show("dup2 clears it", fcntl(33, F_GETFD));
	show("F_DUPFD_CLOEXEC", fcntl(0, F_DUPFD_CLOEXEC, 34) >= 36);
	run("a table of one's own", "/proc/self/exe", (char *[]){ argv[0], "own", NULL }, NULL);
	pid = (pid_t)syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, 0);
	if (!pid) {
		execl("/proc/self/exe", argv[0], "shared", (char *)NULL);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	say("here, after that:");
	for (int i = 30; i < 36; i++)
		say(" %d", fcntl(i, F_GETFD) != -1);
	say("\n");
	show("pipe2", pipe2(fds, O_CLOEXEC));
	show("is set", fcntl(fds[1], F_GETFD));
	run("a failed exec closes nothing", "/nowhere", (char *[]){ argv[0], "x", NULL }, NULL);
	show("still there", fcntl(30, F_GETFD));
}

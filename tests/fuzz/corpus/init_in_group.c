/* init_in_group.c - the init of a pid namespace, in a group that its child had begun, waited for the group's number for ever. (Linux's does.) */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static void init(int by_parent)
{
	int said[2];
	char byte;
	pid_t c;

	if (pipe(said))
		_exit(2);
	c = fork();
	if (!c) {
		setpgid(0, 0);
		if (write(said[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	if (read(said[0], &byte, 1) != 1)
		_exit(3);
	if (!by_parent && setpgid(0, c))
		_exit(4);
	if (by_parent)
		usleep(20000);                  /* it moves us meanwhile */
	_exit(0);
}

int main(void)
{
	for (int i = 0; i < 20; i++) {
		int status;
		pid_t pid;

		if (unshare(CLONE_NEWPID))
			return 1;
		pid = fork();
		if (!pid)
			init(i & 1);
		if (i & 1)
			for (int n = 0; n < 30; n++) {
				setpgid(pid, pid + 1);
				usleep(1000);
			}
		if (waitpid(pid, &status, 0) != pid || status)
			return 2;
	}
	return 0;
}

/* PR_SET_CHILD_SUBREAPER: who inherits orphans. */
#include "../show.h"
#include <sys/prctl.h>

static int out[2];

static void family(const char *what, pid_t expected)
{
	char c = 0;
	int status;
	pid_t pid = fork();

	if (!pid) {
		pid_t old = getpid();

		if (!fork()) {
			while (getppid() == old)
				sleep_ms(1);
			c = getppid() == expected ? 'y' : getppid() == 1 ? 'i' : 'n';
			(void)!write(out[1], &c, 1);
			_exit(0);
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	(void)!read(out[0], &c, 1);
	say("%s: %s\n", what, c == 'y' ? "as expected" : c == 'i' ? "init" : "another");
}

int main(void)
{
	int is = -1, status;
	pid_t me = getpid(), pid;

	(void)!pipe(out);
	show("get", prctl(PR_GET_CHILD_SUBREAPER, &is));
	say("%d\n", is);
	family("without", 1);
	show("set", prctl(PR_SET_CHILD_SUBREAPER, 1));
	prctl(PR_GET_CHILD_SUBREAPER, &is);
	say("%d\n", is);
	family("with", me);
	show("its zombie comes to us", wait(&status) > 0 ? 0 : -1);
	pid = fork();
	if (!pid) {
		prctl(PR_GET_CHILD_SUBREAPER, &is);
		say("not inherited by fork: %d\n", is);
		family("the grandchild's orphan", me);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	show("wait", wait(&status) > 0 ? 0 : -1);
	show("get to nowhere", prctl(PR_GET_CHILD_SUBREAPER, 8));
	show("set 77", prctl(PR_SET_CHILD_SUBREAPER, 77));
	prctl(PR_GET_CHILD_SUBREAPER, &is);
	say("%d\n", is);
	show("unset", prctl(PR_SET_CHILD_SUBREAPER, 0));
}

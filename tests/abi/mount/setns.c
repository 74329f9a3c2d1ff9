/* Entering a mount namespace: root and working directory go to its root. */
#include "mount.h"
#include <sys/prctl.h>

int main(void)
{
	int up[2], down[2], fd, mine, user;
	char path[64], c, cwd[128];
	pid_t pid;

	begin();
	pipe(up);
	pipe(down);
	dirs("p", NULL);
	mine = open("/proc/self/ns/mnt", O_RDONLY);
	pid = fork_with(CLONE_NEWNS);
	if (!pid) {
		mount("mine", "p", "tmpfs", 0, NULL);
		touch("p/there", "");
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
	fd = open(path, O_RDONLY);
	show("type", ioctl(fd, GET_NSTYPE) == CLONE_NEWNS);
	show("parent", ioctl(fd, GET_PARENT));
	user = ioctl(fd, GET_USERNS);
	judge("owner", user >= 0 && ioctl(user, GET_NSTYPE) == CLONE_NEWUSER);
	show("own user namespace", setns(user, 0));
	judge("not here", !has("p/there"));
	show("setns", setns(fd, CLONE_NEWNS));
	judge("the same now", ns_ino("self", "mnt") != 0);
	getcwd(cwd, sizeof cwd);
	say("working directory %s\n", cwd);
	judge("there", has(AT "/p/there"));
	show("back", setns(mine, 0));
	judge("not here", !has(AT "/p/there"));
	if (!syscall(SYS_clone, CLONE_FS | SIGCHLD, 0, 0, 0, 0)) {
		show("with a shared working directory", setns(fd, 0));
		_exit(0);
	}
	wait(NULL);
	(void)!write(down[1], "x", 1);
	wait_for(pid);
	show("an empty one lives by its file", setns(fd, 0));
	judge("there still", has(AT "/p/there"));
	return 0;
}

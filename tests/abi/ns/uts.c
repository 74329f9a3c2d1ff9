/* UTS namespaces: unshare, clone, setns by /proc/PID/ns and by pidfd. */
#include "../show.h"
#include <sched.h>
#include <sys/utsname.h>

static void name(const char *who)
{
	struct utsname u;
	char text[65] = "";
	int fd = open("/proc/sys/kernel/hostname", O_RDONLY);

	uname(&u);
	(void)!read(fd, text, 64);
	close(fd);
	say("%s: %s %s", who, u.nodename, text);
}

int main(void)
{
	int first = open("/proc/self/ns/uts", O_RDONLY), ends[2], back[2];
	pid_t pid;
	char c;

	sethostname("outer", 5);
	name("first");
	show("unshare", unshare(CLONE_NEWUTS));
	name("copy");
	sethostname("inner", 5);
	name("second");
	show("wrong kind", setns(first, CLONE_NEWIPC));
	show("back", setns(first, CLONE_NEWUTS));
	name("first");
	(void)!pipe(ends);
	(void)!pipe(back);
	pid = syscall(SYS_clone, CLONE_NEWUTS | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		sethostname("child", 5);
		name("child");
		(void)!write(ends[1], "x", 1);
		(void)!read(back[0], &c, 1);
		_exit(0);
	}
	(void)!read(ends[0], &c, 1);
	name("parent");
	int fd = syscall(SYS_pidfd_open, pid, 0);
	show("pidfd, no flags", setns(fd, 0));
	show("by pidfd", setns(fd, CLONE_NEWUTS));
	name("entered");
	show("any kind", setns(first, 0));
	name("left");
	(void)!write(back[1], "x", 1);
	wait(NULL);
	show("not a namespace", setns(open("/dev/null", O_RDONLY), 0));
	show("no file", setns(-1, 0));
	show("unshare nothing known", unshare(1));
	return 0;
}

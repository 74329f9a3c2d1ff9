/* Entering a pid namespace by file and by pidfd: children are born there. */
#include "ns.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

int main(void)
{
	char path[64], c;
	int up[2], down[2], fd, mine, pidfd, parent;
	pid_t pid, child, grand;

	pipe(up);
	pipe(down);
	mine = open("/proc/self/ns/pid", O_RDONLY);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		show("  setns to the parent's", setns(mine, CLONE_NEWPID));
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		(void)!wait(NULL);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/ns/pid", pid);
	fd = open(path, O_RDONLY);
	show("type", ioctl(fd, GET_NSTYPE) == CLONE_NEWPID);
	parent = ioctl(fd, GET_PARENT);
	judge("parent", parent >= 0);
	if (parent >= 0) {
		struct stat a, b;

		fstat(parent, &a);
		fstat(mine, &b);
		judge("parent is ours", a.st_ino == b.st_ino);
	}
	show("parent of ours", ioctl(mine, GET_PARENT));
	judge("owner", ioctl(fd, GET_USERNS) >= 0);
	show("wrong flag", setns(fd, CLONE_NEWUTS));
	show("setns", setns(fd, 0));
	judge("ours stays", ns_ino("self", "pid") != ns_ino("self", "pid_for_children"));
	show("thread now", syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 0, 0, 0, 0));
	show("unshare pid now", unshare(CLONE_NEWPID));
	child = fork();
	if (!child) {
		say("  child %d of %d\n", getpid(), getppid());
		grand = fork();
		if (!grand) {
			say("  grandchild %d of %d\n", getpid(), getppid());
			_exit(0);
		}
		say("  %d: %s\n", grand, wait_for(grand));
		show("  kill(1, 0)", kill(1, 0));
		_exit(6);
	}
	say("%s\n", wait_for(child));
	judge("our number of it", child > 3);
	show("setns back", setns(mine, CLONE_NEWPID));
	child = fork();
	if (!child)
		_exit(getppid() != 0);
	say("back: %s\n", wait_for(child));
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	show("pidfd, no kind", setns(pidfd, 0));
	show("pidfd, bad kind", setns(pidfd, 1));
	show("pidfd", setns(pidfd, CLONE_NEWPID | CLONE_NEWUTS));
	child = fork();
	if (!child)
		_exit(getppid() == 0 ? getpid() : 99);
	say("by pidfd: %s\n", wait_for(child));
	(void)!write(down[1], "x", 1);
	say("init: %s\n", wait_for(pid));
	show("fork into the ended one", fork());
	show("setns by its pidfd", setns(pidfd, CLONE_NEWPID));
	show("bad fd", setns(-1, 0));
	show("not a namespace", setns(up[0], 0));
	return 0;
}

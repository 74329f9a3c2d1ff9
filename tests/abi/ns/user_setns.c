/* Entering a user namespace; the owners and parents of namespaces by ioctl. */
#include "user.h"
#include <pthread.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static void *idle(void *unused) { pause(); return unused; }

static ino_t ino_of(int fd)
{
	struct stat st;

	return fd < 0 || fstat(fd, &st) ? 0 : st.st_ino;
}

int main(void)
{
	int up[2], down[2], user, uts, up_fd, pidfd;
	char path[64], c;
	pid_t pid, other;
	uid_t uid;

	pipe(up);
	pipe(down);
	pid = fork();
	if (!pid) {
		become_user();
		show("unshare", unshare(CLONE_NEWUSER | CLONE_NEWUTS));
		map_self("0 1000 1", "5 1000 1");
		sethostname("inside", 6);
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	user = open(path, O_RDONLY);
	snprintf(path, sizeof path, "/proc/%d/ns/uts", pid);
	uts = open(path, O_RDONLY);
	judge("type", ioctl(user, GET_NSTYPE) == CLONE_NEWUSER);
	up_fd = ioctl(user, GET_PARENT);
	judge("parent is ours", ino_of(up_fd) == ns_ino("self", "user"));
	show("parent of ours", ioctl(up_fd, GET_PARENT));
	show("owner of ours", ioctl(up_fd, GET_USERNS));
	up_fd = ioctl(uts, GET_USERNS);
	judge("uts belongs to it", ino_of(up_fd) == ino_of(user));
	show("parent of uts", ioctl(uts, GET_PARENT));
	show("maker", ioctl(user, GET_OWNER_UID, &uid));
	say("maker is %d\n", uid);
	show("maker of uts", ioctl(uts, GET_OWNER_UID, &uid));
	other = fork();
	if (!other) {
		char name[32];
		pthread_t t;

		show("  uts alone", setns(uts, 0));
		show("  its user", setns(user, 0));
		say("  ids %d %d\n", getuid(), getgid());
		show("  again", setns(user, 0));
		show("  kill our parent", kill(getppid(), 0));
		gethostname(name, sizeof name);
		say("  host %s\n", name);
		show("  setuid(0)", setuid(0));
		say("  uid %d\n", getuid());
		show("  sethostname", sethostname("new", 3));
		show("  unshare uts", unshare(CLONE_NEWUTS));
		show("  owner from inside", ioctl(user, GET_USERNS));
		pthread_create(&t, NULL, idle, NULL);
		show("  unshare user with a thread", unshare(CLONE_NEWUSER));
		_exit(0);
	}
	say("%s\n", wait_for(other));
	other = fork();
	if (!other) {
		pthread_t t;

		pthread_create(&t, NULL, idle, NULL);
		show("  with a thread", setns(user, 0));
		_exit(0);
	}
	wait_for(other);
	other = fork();
	if (!other) {
		pidfd = syscall(SYS_pidfd_open, pid, 0);
		show("  both by pidfd", setns(pidfd, CLONE_NEWUSER | CLONE_NEWUTS));
		say("  ids %d %d\n", getuid(), getgid());
		show("  sethostname", sethostname("z", 1));
		_exit(0);
	}
	wait_for(other);
	other = fork();
	if (!other) {
		setresuid(1001, 1001, 1001);
		show("  by another user", setns(user, 0));
		pidfd = syscall(SYS_pidfd_open, pid, 0);
		show("  by pidfd", setns(pidfd, CLONE_NEWUSER));
		_exit(0);
	}
	wait_for(other);
	(void)!write(down[1], "x", 1);
	wait_for(pid);
	return 0;
}

/*
 * pidfd_ns.c - PIDFD_GET_*_NAMESPACE: the namespaces of a process by its pidfd.
 */
#include "../show.h"
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

static const char *const names[] = { "cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time", "time_for_children", "user", "uts" };

static int pidfd_of(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/* Is each the one that /proc leads to? */
static void all(const char *what, int pidfd, pid_t pid)
{
	say("%s:", what);
	for (int i = 0; i < 10; i++) {
		int fd = ioctl(pidfd, _IO(0xff, i + 1), 0);
		struct stat a, b;
		char path[64];

		snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, names[i]);
		if (fd < 0)
			say(" %s", errno_name(errno));
		else if (!stat(path, &a) && !fstat(fd, &b))
			say(" %s%s", a.st_ino == b.st_ino ? "same" : "other", fcntl(fd, F_GETFD) ? "" : ", inherited");
		else
			say(" ?");
		if (fd >= 0)
			close(fd);
	}
	say("\n");
}

int main(void)
{
	int self = pidfd_of(getpid()), child, fd;
	char host[64] = "";
	pid_t pid;

	all("self", self, getpid());
	show("with an argument", ioctl(self, _IO(0xff, 2), 1));
	show("unknown", ioctl(self, _IO(0xff, 0x63), 0));
	show("terminal's", ioctl(self, 0x5401, 0));
	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWUTS | CLONE_NEWIPC);
		sethostname("inside", 6);
		raise(SIGSTOP);
		_exit(0);
	}
	waitpid(pid, NULL, WUNTRACED);
	child = pidfd_of(pid);
	all("child", child, pid);
	fd = ioctl(child, _IO(0xff, 10), 0);
	show("enter its uts", setns(fd, CLONE_NEWUTS));
	gethostname(host, sizeof host);
	say("%s\n", host);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		show("another user's", ioctl(child, _IO(0xff, 2), 0));
		_exit(0);
	}
	waitpid(-1, NULL, 0);
	kill(pid, SIGKILL);
	for (siginfo_t i = { .si_pid = 0 }; waitid(P_PID, (id_t)pid, &i, WEXITED | WNOWAIT) == 0 && i.si_code != CLD_KILLED;)
		;
	show("of a zombie", ioctl(child, _IO(0xff, 2), 0));
	waitpid(pid, NULL, 0);
	show("of the dead", ioctl(child, _IO(0xff, 2), 0));
	return 0;
}

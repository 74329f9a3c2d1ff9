/* A process of the host that enters a user namespace brings its memory along: its root there may not look into it, until it begins a program. */
#include "ns.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>

static volatile long marker = 42;

static void tell(const char *who, pid_t pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	say("%s: mem %s\n", who, open(path, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	say("%s: namespace %s\n", who, open(path, O_RDONLY) < 0 ? errno_name(errno) : "ok");
	say("%s: pidfd_getfd %s\n", who, syscall(438, syscall(434, pid, 0), 0, 0) < 0 ? errno_name(errno) : "ok");
	if (ptrace(PTRACE_SEIZE, pid, 0, 0))
		say("%s: seize %s\n", who, errno_name(errno));
	else
		say("%s: seize ok, detach %ld\n", who, ptrace(PTRACE_INTERRUPT, pid, 0, 0) + (waitpid(pid, NULL, __WALL) != pid) + ptrace(PTRACE_DETACH, pid, 0, 0));
}

static void inside(const int ready[2], const int go[2])
{
	char path[64];
	pid_t pid;

	syscall(SYS_setresgid, 1000, 1000, 1000), syscall(SYS_setresuid, 1000, 1000, 1000), prctl(PR_SET_DUMPABLE, 1);
	say("unshare %d\n", unshare(CLONE_NEWUSER));
	say("dumpable %d\n", prctl(PR_GET_DUMPABLE));
	snprintf(path, sizeof path, "/proc/%d/", getpid());
	say("map %d\n", put_file("/proc/self/uid_map", "0 1000 1"));
	(void)!write(ready[1], "x", 1);
	for (int i = 0; i < 2; i++) {
		(void)!read(go[0], &pid, sizeof pid);
		tell(i ? "the visitor's program" : "the visitor", pid);
		(void)!write(ready[1], "x", 1);
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	int ready[2], go[2], run[2];
	char path[64], c;
	pid_t pid, visitor;

	if (argc > 1) {
		say("program: dumpable %d\n", prctl(PR_GET_DUMPABLE));
		pid = getpid();
		(void)!write(atoi(argv[1]), &pid, sizeof pid);
		pause();
	}
	(void)!pipe(ready), (void)!pipe(go), (void)!pipe(run);
	pid = fork();
	if (!pid)
		inside(ready, go);
	(void)!read(ready[0], &c, 1);
	visitor = fork();
	if (!visitor) {
		snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
		say("setns %d\n", setns(open(path, O_RDONLY), 0));
		say("dumpable %d\n", prctl(PR_GET_DUMPABLE));
		say("setresuid %ld\n", syscall(SYS_setresuid, 0, 0, 0));
		say("dumpable %d\n", prctl(PR_GET_DUMPABLE));
		visitor = getpid();
		(void)!write(go[1], &visitor, sizeof visitor);
		(void)!read(run[0], &c, 1);
		snprintf(path, sizeof path, "%d", go[1]);
		execl("/proc/self/exe", argv[0], path, NULL);
		_exit(1);
	}
	(void)!read(ready[0], &c, 1);
	(void)!write(run[1], "x", 1);
	waitpid(pid, NULL, 0);
	kill(visitor, SIGKILL);
	waitpid(visitor, NULL, 0);
	return (int)marker - 42;
}

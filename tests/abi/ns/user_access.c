/* Rights between processes of different user namespaces: signals, memory, /proc. */
#include "user.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

static void look(const char *who, pid_t pid)
{
	char path[64], buf[64];
	struct iovec l = { buf, 8 }, r = { &environ, 8 };

	say("%s:\n", who);
	show("  kill", kill(pid, 0));
	snprintf(path, sizeof path, "/proc/%d/environ", pid);
	show_ok("  environ", open(path, O_RDONLY));
	snprintf(path, sizeof path, "/proc/%d/ns/user", pid);
	show_ok("  namespace link", readlink(path, buf, sizeof buf));
	snprintf(path, sizeof path, "/proc/%d/root", pid);
	show_ok("  root link", readlink(path, buf, sizeof buf));
	show_ok("  memory", process_vm_readv(pid, &l, 1, &r, 1, 0));
	show_ok("  seize", ptrace(PTRACE_SEIZE, pid, 0, 0));
	ptrace(PTRACE_DETACH, pid, 0, 0);
}

static pid_t sleeper(int in_namespace)
{
	int up[2];
	char c;
	pid_t pid;

	pipe(up);
	pid = fork();
	if (!pid) {
		if (in_namespace) {
			unshare(CLONE_NEWUSER);
			map_self("0 1000 1", "0 1000 1");
		}
		(void)!write(up[1], "x", 1);
		pause();
	}
	(void)!read(up[0], &c, 1);
	close(up[0]);
	close(up[1]);
	return pid;
}

int main(void)
{
	pid_t root = sleeper(0), outer, inner, looker;

	become_user();
	outer = sleeper(0);
	inner = sleeper(1);
	look("user to user", outer);
	look("user to its namespace's root", inner);
	look("user to root", root);
	looker = fork();
	if (!looker) {
		unshare(CLONE_NEWUSER);
		map_self("0 1000 1", "0 1000 1");
		look("root of a namespace to its maker", outer);
		look("to the root of a sister", inner);
		look("to root", root);
		_exit(0);
	}
	wait_for(looker);
	kill(outer, SIGKILL);
	kill(inner, SIGKILL);
	return 0;
}

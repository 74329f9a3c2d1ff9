/* Numbers in a pid namespace: each task has one per level, and is seen by who is above. */
#include "ns.h"
#include <sys/prctl.h>

static void threads_and_children(void)
{
	pid_t a = fork(), b;

	if (!a) {
		say("  child: %d of %d, group %d, session %d\n", getpid(), getppid(), getpgrp(), getsid(0));
		_exit(3);
	}
	say("  fork: %d, %s\n", a, wait_for(a));
	b = fork();
	if (!b) {
		show("  setsid", setsid());
		say("  then group %d session %d\n", getpgrp(), getsid(0));
		_exit(0);
	}
	say("  fork: %d, %s\n", b, wait_for(b));
	show("  getsid(1)", getsid(1));
	show("  getpgid(1)", getpgid(1));
	show("  kill(0, 0)", kill(0, 0));
	show("  kill(-1, 0)", kill(-1, 0));
	show("  getpriority(2)", getpriority(PRIO_PROCESS, 200));
	show("  setpgid", setpgid(0, 0));
	say("  group %d\n", getpgrp());
}

int main(void)
{
	int up[2];
	pid_t pid;
	char path[64], *line, c;

	pipe(up);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		say("inside: pid %d ppid %d tid %ld group %d session %d\n", getpid(), getppid(), syscall(SYS_gettid), getpgrp(), getsid(0));
		show("  kill(getppid)", kill(getppid(), 0));
		threads_and_children();
		(void)!write(up[1], "x", 1);
		pause();
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/status", pid);
	line = line_of(path, "NSpid:");
	judge("NSpid: ours and 1", atoi(line + 6) == pid && !strcmp(strrchr(line, ' '), " 1"));
	line = line_of(path, "NSpgid:");
	judge("NSpgid: ours and 1", atoi(line + 7) == pid && !strcmp(strrchr(line, ' '), " 1"));
	line = line_of(path, "NSsid:");
	judge("NSsid: ours and 0", atoi(line + 6) == getsid(0) && !strcmp(strrchr(line, ' '), " 0"));
	line = line_of(path, "PPid:");
	judge("PPid", atoi(line + 5) == getpid());
	judge("its namespace is another", ns_ino("self", "pid") != 0);
	judge("getpgid", getpgid(pid) == pid);
	show("kill", kill(pid, SIGTERM));
	sleep_ms(20);
	show("it lives", kill(pid, 0));
	show("kill -9", kill(pid, SIGKILL));
	say("%s\n", wait_for(pid));
	return 0;
}

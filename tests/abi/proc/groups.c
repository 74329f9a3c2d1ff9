/* setpgid(2), getpgid(2), setsid(2), getsid(2). */
#include "../show.h"

int main(void)
{
	int gate[2], status;
	pid_t me, pid, other;
	char c;

	(void)!pipe(gate);
	pid = fork();
	if (pid) {
		waitpid(pid, &status, 0);
		return 0;
	}
	me = getpid();
	show("setsid", setsid() == me ? 0 : -1);
	show("setsid again", setsid());
	judge("leads group and session", getpgrp() == me && getsid(0) == me);
	show("a session's leader changes its group", setpgid(0, 0));
	show("negative pid", setpgid(-1, 0));
	show("negative group", setpgid(0, -1));
	show("nobody", setpgid(4000000, 0));
	show("not a child", setpgid(1, 0));
	show("getpgid nobody", getpgid(4000000));
	show("getpgid -1", getpgid(-1));
	show("getsid nobody", getsid(4000000));
	show("getsid -1", getsid(-1));
	show("getpgid of init is there", getpgid(1) >= 0 ? 0 : -1);
	pid = fork();
	if (!pid) {
		(void)!read(gate[0], &c, 1);
		_exit(0);
	}
	show("child into a group of its own", setpgid(pid, pid));
	judge("it is", getpgid(pid) == pid && getsid(pid) == me);
	show("child back into ours", setpgid(pid, me));
	show("child into a group that is not", setpgid(pid, 4000000));
	show("child into itself by 0", setpgid(pid, 0));
	other = fork();
	if (!other) {
		(void)!read(gate[0], &c, 1);
		_exit(0);
	}
	show("another into the first's", setpgid(other, pid));
	judge("it is", getpgid(other) == pid);
	(void)!write(gate[1], "xx", 2);
	waitpid(pid, &status, 0);
	waitpid(other, &status, 0);
	show("group of nobody left", kill(-pid, 0));
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-c", "sleep 0.3", (char *)NULL);
		_exit(1);
	}
	while (!setpgid(pid, pid))              /* until it did */
		sleep_ms(1);
	show("a child that did exec", setpgid(pid, pid));
	waitpid(pid, &status, 0);
	pid = fork();
	if (!pid) {
		setsid();
		(void)!read(gate[0], &c, 1);
		_exit(0);
	}
	while (getsid(pid) != pid)
		sleep_ms(1);
	show("a child that leads a session", setpgid(pid, me));
	(void)!write(gate[1], "x", 1);
	waitpid(pid, &status, 0);
	pid = fork();
	if (!pid) {
		show("setsid", setsid() > 0 ? 0 : -1);
		show("our old group is not of this session", setpgid(0, me));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	pid = fork();
	if (!pid) {
		setpgid(0, 0);
		show("setsid of a group's leader", setsid());
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

/* wait4(2): whom each number means, options, errors, pointers. */
#include "../show.h"
#include <sched.h>
#include <sys/resource.h>

static long w4(long pid, void *status, int options, void *ru) { return syscall(SYS_wait4, pid, status, options, ru); }

static pid_t child(int code, int pgrp)
{
	pid_t pid = fork();

	if (!pid) {
		if (pgrp)
			setpgid(0, pgrp < 0 ? 0 : pgrp);
		_exit(code);
	}
	if (pgrp)
		setpgid(pid, pgrp < 0 ? pid : pgrp);
	return pid;
}
static void told(const char *what, long r, pid_t pid, int status) { say("%s: %s, %s\n", what, r == pid ? "it" : r < 0 ? errno_name(errno) : r ? "another" : "none", ending(status)); }

int main(void)
{
	char *edge = page_edge();
	struct rusage ru;
	int status = 0;
	pid_t a, b;

	setpgid(0, 0);
	show("no children", w4(-1, NULL, 0, NULL));
	show("no such child", w4(1, NULL, 0, NULL));
	show("no such group", w4(-4000000, NULL, 0, NULL));
	show("INT_MIN", w4(INT32_MIN, NULL, 0, NULL));
	show("unknown option", w4(-1, NULL, 0x100, NULL));
	show("WEXITED is not for wait4", w4(-1, NULL, WEXITED, NULL));
	show("WNOWAIT is not either", w4(-1, NULL, WNOWAIT, NULL));
	a = fork();
	if (!a) {
		pause();
		_exit(0);
	}
	show("alive, WNOHANG", w4(a, &status, WNOHANG, NULL));
	kill(a, SIGKILL);
	told("by pid", w4(a, &status, 0, NULL), a, status);
	a = child(1, 0);
	told("by own group (0)", w4(0, &status, 0, NULL), a, status);
	a = child(2, -1);
	b = child(3, 0);
	told("by another group", w4(-a, &status, 0, NULL), a, status);
	told("by own group's number", w4(-getpgrp(), &status, 0, NULL), b, status);
	a = child(4, 0);
	show("bad status pointer", w4(a, edge, 0, NULL) == a ? 0 : -1);
	show("it is gone all the same", w4(a, &status, 0, NULL));
	a = child(5, 0);
	show("bad rusage pointer", w4(a, &status, 0, edge) == a ? 0 : -1);
	a = child(6, 0);
	memset(&ru, 0xff, sizeof ru);
	told("with rusage", w4(a, &status, 0, &ru), a, status);
	judge("rusage is filled", ru.ru_utime.tv_sec == 0 && ru.ru_nsignals == 0 && ru.ru_msgsnd == 0);
	a = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, 0);
	if (!a)
		_exit(7);
	show("no signal: not an ordinary child", w4(a, &status, 0, NULL));
	told("__WCLONE", w4(a, &status, __WCLONE, NULL), a, status);
	a = (pid_t)syscall(SYS_clone, SIGURG, NULL, NULL, NULL, 0);
	if (!a)
		_exit(8);
	told("__WALL", w4(a, &status, __WALL, NULL), a, status);
	a = child(9, 0);
	show("__WCLONE does not see it", w4(a, &status, __WCLONE, NULL));
	told("__WNOTHREAD", w4(a, &status, __WNOTHREAD, NULL), a, status);
	a = child(10, 0);
	b = child(11, 0);
	sleep_ms(20);
	told("any: the first born", w4(-1, &status, 0, NULL), a, status);
	told("any: the second", w4(-1, &status, 0, NULL), b, status);
}

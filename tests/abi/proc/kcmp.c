/*
 * kcmp.c - kcmp(2): shared and separate parts of processes; order; errors.
 */
#include "../show.h"
#include <linux/kcmp.h>
#include <sched.h>

static long kcmp(pid_t a, pid_t b, int type, unsigned long x, unsigned long y)
{
	return syscall(SYS_kcmp, a, b, type, x, y);
}

static void all(const char *what, pid_t a, pid_t b)
{
	static const struct { const char *name; int type; } types[] = {
		{ "vm", KCMP_VM }, { "files", KCMP_FILES }, { "fs", KCMP_FS }, { "sighand", KCMP_SIGHAND }, { "sysvsem", KCMP_SYSVSEM },
	};

	say("%s:", what);
	for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
		say(" %s %s", types[i].name, kcmp(a, b, types[i].type, 0, 0) ? "differ" : "same");
	say("\n");
}

static int sleeper(void *arg)
{
	pause();
	return 0;
}

int main(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	int fd = open("/dev/null", O_RDONLY), fd2 = dup(fd), other = open("/dev/null", O_RDONLY);
	pid_t me = getpid(), pid = fork();
	long r;

	if (!pid)
		sleeper(NULL);
	all("self", me, me);
	all("fork", me, pid);
	say("dup: %ld\n", kcmp(me, me, KCMP_FILE, fd, fd2));
	say("across fork: %ld\n", kcmp(me, pid, KCMP_FILE, fd, fd2));
	r = kcmp(me, me, KCMP_FILE, fd, other);
	say("other: %s, opposite %s\n", r == 1 || r == 2 ? "ordered" : "?", kcmp(me, me, KCMP_FILE, other, fd) == 3 - r ? "yes" : "no");
	show("bad descriptor", kcmp(me, me, KCMP_FILE, fd, 999));
	show("bad type", kcmp(me, me, 99, 0, 0));
	show("no process", kcmp(me, 999999, KCMP_VM, 0, 0));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	pid = clone(sleeper, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD, NULL);
	all("clone", me, pid);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		show("another's", kcmp(getpid(), me, KCMP_VM, 0, 0));
		_exit(0);
	}
	wait(NULL);
	return 0;
}

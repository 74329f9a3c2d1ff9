/*
 * noexec_setting.c - /proc/sys/vm/memfd_noexec: what a memfd is that says nothing of execution; one setting a pid namespace.
 */
#include "../show.h"
#include <sched.h>
#include <sys/stat.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#define MFD_EXEC 16u
#endif

static void put(const char *value)
{
	int fd = open("/proc/sys/vm/memfd_noexec", O_WRONLY);

	say("write %s: ", value);
	show("result", write(fd, value, strlen(value)));
	close(fd);
}

static void get(void)
{
	char text[16] = "";
	int fd = open("/proc/sys/vm/memfd_noexec", O_RDONLY);

	(void)!read(fd, text, sizeof text - 1);
	close(fd);
	say("setting: %s", text);
}

static void make(const char *what, unsigned flags)
{
	int fd = (int)syscall(SYS_memfd_create, "x", flags);
	struct stat s;

	if (fd < 0) {
		show(what, fd);
		return;
	}
	fstat(fd, &s);
	say("%s: mode %o, seals %x\n", what, s.st_mode & 07777, fcntl(fd, F_GET_SEALS));
	close(fd);
}

static void make_all(void)
{
	get();
	make("nothing said", 0);
	make("sealable", MFD_ALLOW_SEALING);
	make("executable", MFD_EXEC);
	make("not executable", MFD_NOEXEC_SEAL);
}

static void inside(void)
{
	make_all();
	put("0");
	put("2");
	make_all();
	put("1");
	get();
}

static void user(void)
{
	setuid(1000);
	put("0");
}

/* The namespace above becomes stricter while one below is there. */
static void stricter_above(void)
{
	char c;
	int p[2];
	pid_t pid;

	unshare(CLONE_NEWPID);
	(void)!pipe(p);
	pid = fork();
	if (!pid) {
		(void)!read(p[0], &c, 1);
		get();
		make("nothing said", 0);
		put("0");
		_exit(0);
	}
	put("1");
	(void)!write(p[1], "x", 1);
	waitpid(pid, NULL, 0);
	put("0");
}

int main(void)
{
	make_all();
	put("3");
	put("-1");
	put("x");
	put("1");
	make_all();
	put("0");
	in_child("user", user);
	in_child("stricter above", stricter_above);
	put("1");
	show("pid namespace", unshare(CLONE_NEWPID));
	in_child("inside", inside);
	get();
	put("0");
	return 0;
}

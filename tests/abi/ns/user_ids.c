/* Ids in a user namespace: 65534 before the maps, translated after; who may call what. */
#include "../show.h"
#include <sched.h>
#include <sys/stat.h>
#include <grp.h>
#include <sys/prctl.h>

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), n, e;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	e = errno;
	close(fd);
	errno = e;
	return n < 0 ? -1 : 0;
}

static void cat(const char *path)
{
	char buf[256];
	int fd = open(path, O_RDONLY), n = fd < 0 ? -1 : (int)read(fd, buf, sizeof buf - 1);

	say("%s: %.*s", path, n < 0 ? 2 : n, n < 0 ? "?\n" : buf);
	close(fd);
}

static void ids(const char *when)
{
	struct stat st;

	stat("/", &st);
	say("%s: uid %d euid %d gid %d egid %d; root's file %d %d\n", when, getuid(), geteuid(), getgid(), getegid(), st.st_uid, st.st_gid);
}

int main(void)
{
	int fd = open("/tmp/nsfile", O_CREAT | O_RDWR, 0644);
	struct stat st;

	fchown(fd, 1000, 1001);
	if (setgroups(0, NULL) || setresgid(1001, 1001, 1001) || setresuid(1000, 1000, 1000))
		fatal("ids");
	show("unshare", unshare(CLONE_NEWUSER));
	ids("no maps");
	cat("/proc/self/uid_map");
	cat("/proc/self/setgroups");
	show("not dumpable", put("/proc/self/setgroups", "deny"));
	prctl(PR_SET_DUMPABLE, 1);
	show("setuid(0)", setuid(0));
	show("setuid(65534)", setuid(65534));
	show("gid_map while setgroups is allowed", put("/proc/self/gid_map", "0 1001 1\n"));
	show("setgroups deny", put("/proc/self/setgroups", "deny"));
	show("gid_map", put("/proc/self/gid_map", "0 1001 1\n"));
	show("gid_map again", put("/proc/self/gid_map", "0 1001 1\n"));
	show("uid_map of another", put("/proc/self/uid_map", "0 0 1\n"));
	show("uid_map of two", put("/proc/self/uid_map", "0 1000 2\n"));
	show("uid_map", put("/proc/self/uid_map", "0 1000 1"));
	show("uid_map again", put("/proc/self/uid_map", "0 1000 1"));
	ids("mapped");
	cat("/proc/self/uid_map");
	cat("/proc/self/gid_map");
	cat("/proc/self/setgroups");
	show("setgroups allow", put("/proc/self/setgroups", "allow"));
	fstat(fd, &st);
	say("file: %d %d\n", st.st_uid, st.st_gid);
	show("chown to 0", fchown(fd, 0, 0));
	show("chown to 5", fchown(fd, 5, 0));
	show("chown to -1", fchown(fd, -1, -1));
	show("chmod", fchmod(fd, 0600));
	show("chmod /", chmod("/", 0755));
	show("setuid(5)", setuid(5));
	show("setresuid(0, 0, 5)", setresuid(0, 0, 5));
	show("setgroups", syscall(SYS_setgroups, 0, NULL));
	show("setuid(0)", setuid(0));
	show("kill init", kill(1, 0));
	unlink("/tmp/nsfile");
	return 0;
}

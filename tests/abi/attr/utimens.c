/*
 * utimens.c - utimensat(2): UTIME_NOW, UTIME_OMIT, ranges, flags, null path, and who may set what.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static struct stat st;

static long ut(int dir, const char *path, long as, long an, long ms, long mn, int flags)
{
	struct timespec t[2] = { { as, an }, { ms, mn } };

	return syscall(SYS_utimensat, dir, path, t, flags);
}

static const char *stamp(struct timespec t)
{
	static char b[2][48];
	static int n;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	n ^= 1;
	if (t.tv_sec > now.tv_sec - 1000 && t.tv_sec < now.tv_sec + 1000)
		snprintf(b[n], sizeof b[n], "now");
	else
		snprintf(b[n], sizeof b[n], "%lld.%09ld", (long long)t.tv_sec, t.tv_nsec);
	return b[n];
}

static void tell(const char *path)
{
	if (lstat(path, &st))
		say("  %s: %s\n", path, errno_name(errno));
	else
		say("  %s: a %s m %s c %s\n", path, stamp(st.st_atim), stamp(st.st_mtim), stamp(st.st_ctim));
}

static void user(void)
{
	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	show("own, times", ut(AT_FDCWD, "mine", 5, 0, 6, 0, 0));
	show("own, unwritable", ut(AT_FDCWD, "mine", 0, UTIME_NOW, 0, UTIME_NOW, 0));
	show("writable, null", syscall(SYS_utimensat, AT_FDCWD, "writable", NULL, 0));
	show("writable, both now", ut(AT_FDCWD, "writable", 0, UTIME_NOW, 0, UTIME_NOW, 0));
	show("writable, one now", ut(AT_FDCWD, "writable", 0, UTIME_NOW, 0, UTIME_OMIT, 0));
	show("writable, times", ut(AT_FDCWD, "writable", 1, 0, 1, 0, 0));
	show("writable, omit", ut(AT_FDCWD, "writable", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
	show("unwritable, null", syscall(SYS_utimensat, AT_FDCWD, "f", NULL, 0));
	show("unwritable, now", ut(AT_FDCWD, "f", 0, UTIME_NOW, 0, UTIME_NOW, 0));
	show("unwritable, times", ut(AT_FDCWD, "f", 1, 0, 1, 0, 0));
	show("unwritable, omit", ut(AT_FDCWD, "f", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
	show("descriptor, read-only, now", syscall(SYS_utimensat, open("writable", O_RDONLY), NULL, NULL, 0));
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), path;

	umask(0);
	symlink("f", "s"), symlink("none", "dangling");
	close(open("mine", O_CREAT | O_RDWR, 0400)), chown("mine", 1000, 1000), close(open("writable", O_CREAT | O_RDWR, 0666));
	show("set", ut(AT_FDCWD, "f", 1, 2, 3, 4, 0)), tell("f");
	show("omit a", ut(AT_FDCWD, "f", 99, UTIME_OMIT, 5, 6, 0)), tell("f");
	show("omit m", ut(AT_FDCWD, "f", 7, 8, 99, UTIME_OMIT, 0)), tell("f");
	show("now a", ut(AT_FDCWD, "f", 99, UTIME_NOW, 9, 10, 0)), tell("f");
	show("null", syscall(SYS_utimensat, AT_FDCWD, "f", NULL, 0)), tell("f");
	show("negative", ut(AT_FDCWD, "f", -5, 999999999, -6, 0, 0)), tell("f");
	show("largest", ut(AT_FDCWD, "f", 0x7fffffffffffffff, 0, 1l << 40, 1, 0)), tell("f");
	show("smallest", ut(AT_FDCWD, "f", (long)(1ul << 63), 0, -(1l << 40), 1, 0)), tell("f");
	show("nanoseconds too large", ut(AT_FDCWD, "f", 0, 1000000000, 0, 0, 0));
	show("nanoseconds negative", ut(AT_FDCWD, "f", 0, 0, 0, -1, 0));
	show("one bad, one omitted", ut(AT_FDCWD, "f", 0, 1000000000, 0, UTIME_OMIT, 0));
	show("omitted, missing file", ut(AT_FDCWD, "none", 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
	show("omitted, bad flags", ut(AT_FDCWD, "none", 0, UTIME_OMIT, 0, UTIME_OMIT, 1));
	show("omitted, bad pointer", ut(99, KERNEL_ADDRESS, 0, UTIME_OMIT, 0, UTIME_OMIT, 0));
	show("bad flags", ut(AT_FDCWD, "f", 0, 0, 0, 0, AT_SYMLINK_FOLLOW));
	show("bad flags, bad nanoseconds", ut(AT_FDCWD, "f", 0, -1, 0, 0, 1));
	show("bad times", syscall(SYS_utimensat, AT_FDCWD, "f", KERNEL_ADDRESS, 1));
	show("missing", ut(AT_FDCWD, "none", 0, 0, 0, 0, 0));
	show("dangling", ut(AT_FDCWD, "dangling", 0, 0, 0, 0, 0));
	show("dangling itself", ut(AT_FDCWD, "dangling", 1, 1, 2, 2, AT_SYMLINK_NOFOLLOW)), tell("dangling");
	show("link itself", ut(AT_FDCWD, "s", 1, 1, 2, 2, AT_SYMLINK_NOFOLLOW)), tell("s");
	show("descriptor", ut(fd, NULL, 11, 0, 12, 0, 0)), tell("f");
	show("null path, here", ut(AT_FDCWD, NULL, 1, 0, 2, 0, 0));
	show("null path, bad fd", ut(99, NULL, 1, 0, 2, 0, 0));
	path = open("s", O_PATH | O_NOFOLLOW);
	show("null path, O_PATH", ut(path, NULL, 1, 0, 2, 0, 0));
	show("empty path, O_PATH", ut(path, "", 21, 0, 22, 0, AT_EMPTY_PATH)), tell("s");
	show("in /proc", ut(AT_FDCWD, "/proc/version", 1, 0, 2, 0, 0));
	in_child("user", user);
	return 0;
}

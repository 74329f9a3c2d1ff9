/*
 * chown.c - chown(2) and its family: -1, who may, what set-user-ID and set-group-ID become, flags.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static void tell(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("  %s: %s\n", path, errno_name(errno));
	else
		say("  %s: %o %d %d\n", path, st.st_mode, (int)st.st_uid, (int)st.st_gid);
}

static void co(const char *path, unsigned uid, unsigned gid)
{
	say("chown %s %d %d: ", path, (int)uid, (int)gid);
	show("", syscall(SYS_chown, path, uid, gid));
	tell(path);
}

/* What a change does to each combination of bits. */
static void bits(const char *what, int type, unsigned uid, unsigned gid)
{
	static const int modes[] = { 06777, 06666, 06710, 02755, 02644, 04755, 04644, 01777 };

	say("%s:", what);
	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++) {
		struct stat st;

		unlink("b"), rmdir("b");
		if (type == S_IFDIR)
			mkdir("b", 0);
		else
			mknod("b", type, 0);
		chown("b", 1000, 1000);
		chmod("b", modes[i]);
		if (!fork()) {
			gid_t group = 500;

			if (getenv("AS_USER"))
				setgroups(1, &group), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
			_exit(chown("b", uid, gid) ? errno : 0);
		}
		int status;

		wait(&status);
		stat("b", &st);
		say(" %o->%o", modes[i], st.st_mode & 07777);
		if (WEXITSTATUS(status))
			say("(%s)", errno_name(WEXITSTATUS(status)));
	}
	say("\n");
}

static void user(void)
{
	gid_t group = 500;
	int fd = open("theirs", O_RDWR);

	setgroups(1, &group), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	co("mine", 1000, 1000);
	co("mine", -1, 500);
	co("mine", -1, 501);
	co("mine", 1000, -1);
	co("mine", 1001, -1);
	co("mine", 1001, 500);
	co("mine", -1, -1);
	co("theirs", -1, -1);
	co("theirs", -1, 500);
	co("theirs", 0, -1);
	co("theirs", 0, 0);
	show("by descriptor", fchown(fd, 1000, -1));
	co("suid", -1, -1);
	co("none", -1, -1);
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), path;

	umask(0);
	mkdir("d", 0755), symlink("f", "s"), symlink("none", "dangling");
	close(open("mine", O_CREAT | O_RDWR, 0644)), chown("mine", 1000, 1000);
	close(open("suid", O_CREAT | O_RDWR, 0644)), chown("suid", 1000, 1000), chmod("suid", 06755);
	close(open("theirs", O_CREAT | O_RDWR, 0666));
	co("f", 1, 2);
	co("f", -1, 3);
	co("f", 4, -1);
	co("f", -1, -1);
	co("f", 0xfffffffe, 0xfffffffe);
	co("f", 65536, 65536);
	co("s", 7, 8);
	tell("f");
	show("lchown", lchown("s", 9, 10));
	tell("s"), tell("f");
	co("dangling", 1, 1);
	show("lchown dangling", lchown("dangling", 1, 1));
	co("d", 5, 6);
	co("f/", 1, 1);
	co("", 1, 1);
	/* Another program may have changed its mode before. */
	show("chmod /proc/version", chmod("/proc/version", 0444));
	co("/proc/version", 1, 1);
	show("bad pointer", syscall(SYS_chown, KERNEL_ADDRESS, 1, 1));
	show("fchown", fchown(fd, 11, 12));
	show("fchown bad fd", fchown(99, 1, 1));
	path = open("s", O_PATH | O_NOFOLLOW);
	show("fchown O_PATH", syscall(SYS_fchown, path, 1, 1));
	show("fchownat empty", syscall(SYS_fchownat, path, "", 13, 14, AT_EMPTY_PATH));
	tell("s");
	show("fchownat nofollow", syscall(SYS_fchownat, AT_FDCWD, "s", 15, 16, AT_SYMLINK_NOFOLLOW));
	tell("s"), tell("f");
	show("fchownat bad flag", syscall(SYS_fchownat, AT_FDCWD, "f", 1, 1, AT_SYMLINK_FOLLOW));
	show("fchownat bad flag, bad pointer", syscall(SYS_fchownat, 99, KERNEL_ADDRESS, 1, 1, 1));
	show("fchownat here", syscall(SYS_fchownat, AT_FDCWD, "", -1, -1, AT_EMPTY_PATH));
	bits("file, both", S_IFREG, 0, 0);
	bits("file, nothing", S_IFREG, -1, -1);
	bits("file, owner", S_IFREG, 0, -1);
	bits("file, group", S_IFREG, -1, 0);
	bits("file, as it is", S_IFREG, 1000, 1000);
	bits("fifo, both", S_IFIFO, 0, 0);
	bits("directory, both", S_IFDIR, 0, 0);
	setenv("AS_USER", "1", 1);
	bits("user: file, as it is", S_IFREG, 1000, 1000);
	bits("user: file, group", S_IFREG, -1, 500);
	bits("user: file, foreign group", S_IFREG, -1, 0);
	bits("user: nothing", S_IFREG, -1, -1);
	bits("user: directory, group", S_IFDIR, -1, 500);
	in_child("user", user);
	return 0;
}

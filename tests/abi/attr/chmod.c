/*
 * chmod.c - chmod(2), fchmod(2), fchmodat(2), fchmodat2(2): which bits stick, on what, by whom, flags.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static void tell(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %o\n", path, st.st_mode);
}

static void ch(const char *path, int mode)
{
	say("chmod %s %o: ", path, mode);
	show("", syscall(SYS_chmod, path, mode));
	tell(path);
}

static void user(void)
{
	int fd = open("theirs", O_RDWR);

	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	ch("mine", 07777);
	ch("mydir", 07777);
	ch("theirs", 0777);
	show("fchmod of another's", fchmod(fd, 0777));
	ch("othergroup", 02755);
	ch("othergroup", 01755);
	ch("fifo", 02777);
	ch("none", 0);
	ch("no/x", 0);
	ch("mine", 0);
	show("and back", chmod("mine", 0600));
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), ro, path, d;

	umask(0);
	mkdir("d", 0755), symlink("f", "s"), symlink("none", "dangling"), mkdir("no", 0700);
	close(open("mine", O_CREAT | O_RDWR, 0644)), chown("mine", 1000, 1000);
	close(open("theirs", O_CREAT | O_RDWR, 0666)), mkdir("mydir", 0755), chown("mydir", 1000, 1000);
	close(open("othergroup", O_CREAT | O_RDWR, 0755)), chown("othergroup", 1000, 5);
	mkfifo("fifo", 0644), chown("fifo", 1000, 5);
	ch("f", 07777);
	ch("f", 0177777);
	ch("f", 0);
	ch("d", 07777);
	ch("d", 0);
	ch("s", 0600);
	tell("f");
	ch("dangling", 0600);
	ch("s/", 0600);
	ch("f/", 0600);
	ch("", 0600);
	ch(".", 0755);
	ch("/proc/version", 0644);
	ch("/proc/self", 0777);
	show("bad pointer", syscall(SYS_chmod, KERNEL_ADDRESS, 0600));
	ro = open("f", O_RDONLY), path = open("f", O_PATH), d = open("d", O_RDONLY);
	show("fchmod read-only", fchmod(ro, 0640));
	show("fchmod O_PATH", syscall(SYS_fchmod, path, 0600));
	show("fchmod bad fd", fchmod(99, 0600));
	show("fchmod a directory", fchmod(d, 0711));
	tell("f"), tell("d");
	show("fchmodat ignores its fourth argument", syscall(SYS_fchmodat, AT_FDCWD, "s", 0604, AT_SYMLINK_NOFOLLOW));
	tell("f"), tell("s");
	show("fchmodat2", syscall(SYS_fchmodat2, AT_FDCWD, "f", 0606, 0));
	tell("f");
	show("of a link", syscall(SYS_fchmodat2, AT_FDCWD, "s", 0600, AT_SYMLINK_NOFOLLOW));
	tell("s");
	show("of a file, not following", syscall(SYS_fchmodat2, AT_FDCWD, "f", 0610, AT_SYMLINK_NOFOLLOW));
	show("by descriptor", syscall(SYS_fchmodat2, fd, "", 0620, AT_EMPTY_PATH));
	show("by O_PATH", syscall(SYS_fchmodat2, path, "", 0630, AT_EMPTY_PATH));
	tell("f");
	show("here", syscall(SYS_fchmodat2, AT_FDCWD, "", 0755, AT_EMPTY_PATH));
	show("bad fd", syscall(SYS_fchmodat2, 99, "", 0755, AT_EMPTY_PATH));
	show("empty", syscall(SYS_fchmodat2, fd, "", 0755, 0));
	show("bad flag", syscall(SYS_fchmodat2, AT_FDCWD, "f", 0600, AT_SYMLINK_FOLLOW));
	show("bad flag, bad pointer", syscall(SYS_fchmodat2, 99, KERNEL_ADDRESS, 0600, 1));
	in_child("user", user);
	return 0;
}

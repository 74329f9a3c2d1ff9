/*
 * link.c - link(2), linkat(2): kinds of files, AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, across mounts, counts.
 */
#include "../show.h"
#include <sys/stat.h>

static long ln(const char *from, const char *to, int flags)
{
	say("%s -> %s (%#x): ", from, to, flags);
	return show("", syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, flags));
}

static void tell(const char *path)
{
	struct stat st;

	if (lstat(path, &st))
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: type %o links %ld\n", path, st.st_mode & S_IFMT, (long)st.st_nlink);
}

static void others(void)
{
	int fd = open("public", O_RDONLY);

	setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	show("by descriptor, unprivileged", syscall(SYS_linkat, fd, "", AT_FDCWD, "w/o1", AT_EMPTY_PATH));
	ln("public", "w/o2", 0);
	ln("f", "w/o3", 0);
	ln("public", "o4", 0);
	ln("w/../public", "w/o5", AT_EMPTY_PATH);
}

int main(void)
{
	int f = open("f", O_CREAT | O_RDWR, 0600), p, d;

	umask(0);
	close(open("public", O_CREAT | O_RDWR, 0666));
	mkdir("d", 0755), mkdir("w", 0777), mkfifo("fifo", 0600), symlink("f", "s"), symlink("none", "dangling"), symlink("d", "sd");
	ln("f", "f2", 0);
	ln("f", "f2", 0);
	ln("f", "f", 0);
	tell("f");
	ln("d", "d2", 0);
	ln("d", "f2", 0);
	ln("fifo", "fifo2", 0);
	tell("fifo2");
	ln("s", "s2", 0);
	tell("s2");
	ln("s", "s3", AT_SYMLINK_FOLLOW);
	tell("s3");
	ln("dangling", "s4", 0);
	ln("dangling", "s5", AT_SYMLINK_FOLLOW);
	ln("sd", "s6", AT_SYMLINK_FOLLOW);
	ln("s/", "s7", 0);
	ln("sd/", "s7", 0);
	ln("f/", "x", 0);
	ln("f", "x/", 0);
	ln("f", "d/", 0);
	ln("f", "dangling", 0);
	ln("f", "dangling/", 0);
	ln("none", "x", 0);
	ln("none", "f", 0);
	ln("f", "none/x", 0);
	ln("f", "f/x", 0);
	ln("f/x", "x", 0);
	ln("f", ".", 0);
	ln("f", "..", 0);
	ln("f", "/", 0);
	ln(".", "x", 0);
	ln("", "x", 0);
	ln("f", "", 0);
	ln("/proc/version", "x", 0);
	ln("/proc/version", "f", 0);
	ln("f", "/proc/x", 0);
	ln("f", "/dev/shm/x", 0);
	ln("f", "/dev/shm", 0);
	ln("f", "y", AT_SYMLINK_NOFOLLOW);
	ln("f", "y", 1);
	show("bad flag, bad pointers", syscall(SYS_linkat, 99, KERNEL_ADDRESS, 99, KERNEL_ADDRESS, 1));
	show("bad pointer", syscall(SYS_linkat, 99, KERNEL_ADDRESS, 99, "x", 0));
	show("bad second pointer", syscall(SYS_linkat, AT_FDCWD, "f", AT_FDCWD, KERNEL_ADDRESS, 0));
	show("missing, bad second pointer", syscall(SYS_linkat, AT_FDCWD, "none", AT_FDCWD, KERNEL_ADDRESS, 0));
	show("bad fds", syscall(SYS_linkat, 99, "f", 98, "x", 0));
	show("by descriptor", syscall(SYS_linkat, f, "", AT_FDCWD, "e1", AT_EMPTY_PATH));
	show("by descriptor without the flag", syscall(SYS_linkat, f, "", AT_FDCWD, "e2", 0));
	p = open("s", O_PATH | O_NOFOLLOW);
	show("of a link, by descriptor", syscall(SYS_linkat, p, "", AT_FDCWD, "e3", AT_EMPTY_PATH));
	tell("e3");
	d = open("d", O_RDONLY);
	show("a directory by descriptor", syscall(SYS_linkat, d, "", AT_FDCWD, "e4", AT_EMPTY_PATH));
	show("here", syscall(SYS_linkat, AT_FDCWD, "", AT_FDCWD, "e5", AT_EMPTY_PATH));
	show("into a directory descriptor", syscall(SYS_linkat, AT_FDCWD, "f", d, "in", 0));
	show("into a file descriptor", syscall(SYS_linkat, AT_FDCWD, "f", f, "in", 0));
	tell("f");
	in_child("others", others);
	return 0;
}

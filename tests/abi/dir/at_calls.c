/*
 * at_calls.c - the *at() calls on O_PATH descriptors, files, links and AT_FDCWD, with and without AT_EMPTY_PATH.
 */
#include "../show.h"
#include <sys/stat.h>

static void each(const char *what, int fd)
{
	struct stat st;
	struct { char bytes[256]; } x;
	const struct timespec t[2] = { { 1, 0 }, { 2, 0 } };
	char b[16];

	say("-- %s\n", what);
	show("openat", close(openat(fd, "in", O_RDONLY)));
	show("openat empty", openat(fd, "", O_RDONLY));
	show("newfstatat", syscall(SYS_newfstatat, fd, "in", &st, 0));
	show("newfstatat empty", syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH));
	show("newfstatat empty, no flag", syscall(SYS_newfstatat, fd, "", &st, 0));
	show("newfstatat empty, nofollow", syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW));
	show("newfstatat null", syscall(SYS_newfstatat, fd, NULL, &st, AT_EMPTY_PATH));
	show("newfstatat null, no flag", syscall(SYS_newfstatat, fd, NULL, &st, 0));
	show("statx empty", syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0xfff, &x));
	show("statx null", syscall(SYS_statx, fd, NULL, AT_EMPTY_PATH, 0xfff, &x));
	show("faccessat2", syscall(SYS_faccessat2, fd, "in", 4, 0));
	show("faccessat2 empty", syscall(SYS_faccessat2, fd, "", 4, AT_EMPTY_PATH));
	show("faccessat2 empty, no flag", syscall(SYS_faccessat2, fd, "", 4, 0));
	show("fchmodat", syscall(SYS_fchmodat, fd, "in", 0644));
	show("fchmodat empty", syscall(SYS_fchmodat, fd, "", 0644));
	show("fchownat", syscall(SYS_fchownat, fd, "in", 0, 0, 0));
	show("fchownat empty", syscall(SYS_fchownat, fd, "", 0, 0, AT_EMPTY_PATH));
	show("fchownat empty, no flag", syscall(SYS_fchownat, fd, "", 0, 0, 0));
	show("utimensat", syscall(SYS_utimensat, fd, "in", t, 0));
	show("utimensat empty", syscall(SYS_utimensat, fd, "", t, AT_EMPTY_PATH));
	show("utimensat empty, no flag", syscall(SYS_utimensat, fd, "", t, 0));
	show("utimensat null", syscall(SYS_utimensat, fd, NULL, t, 0));
	show("utimensat null, nofollow", syscall(SYS_utimensat, fd, NULL, t, AT_SYMLINK_NOFOLLOW));
	show("utimensat null, empty", syscall(SYS_utimensat, fd, NULL, t, AT_EMPTY_PATH));
	show("readlinkat", syscall(SYS_readlinkat, fd, "in", b, 16));
	show("readlinkat empty", syscall(SYS_readlinkat, fd, "", b, 16));
	show("mkdirat", syscall(SYS_mkdirat, fd, "new", 0700));
	show("unlinkat", syscall(SYS_unlinkat, fd, "new", AT_REMOVEDIR));
	show("unlinkat empty", syscall(SYS_unlinkat, fd, "", 0));
	show("mknodat", syscall(SYS_mknodat, fd, "new", 0600, 0));
	show("renameat", syscall(SYS_renameat, fd, "new", fd, "new2"));
	show("linkat", syscall(SYS_linkat, fd, "new2", fd, "new3", 0));
	show("symlinkat", syscall(SYS_symlinkat, "x", fd, "new4"));
	show("clean up", unlinkat(fd, "new2", 0) | unlinkat(fd, "new3", 0) | unlinkat(fd, "new4", 0));
}

int main(void)
{
	int here;

	mkdir("d", 0755);
	close(open("d/in", O_CREAT | O_RDWR, 0644)), close(open("f", O_CREAT | O_RDWR, 0644)), close(open("in", O_CREAT | O_RDWR, 0644));
	symlink("f", "s");
	each("directory", open("d", O_RDONLY));
	each("directory, O_PATH", open("d", O_PATH));
	each("file", open("f", O_RDWR));
	each("file, O_PATH", open("f", O_PATH));
	each("link, O_PATH", open("s", O_PATH | O_NOFOLLOW));
	each("here", AT_FDCWD);
	each("closed", 99);
	each("negative", -1);
	here = open(".", O_RDONLY);
	mkdir("gone", 0700);
	chdir("gone");
	rmdir("../gone");
	each("removed", AT_FDCWD);
	fchdir(here);
	return 0;
}

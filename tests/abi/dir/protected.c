/*
 * protected.c - /proc/sys/fs/protected_*: links and files that others laid out in a directory of all with the sticky bit.
 */
#include "../show.h"
#include <grp.h>
#include <sys/stat.h>

static void set(const char *which, const char *value)
{
	char path[64];
	int fd;

	snprintf(path, sizeof path, "/proc/sys/fs/protected_%s", which);
	fd = open(path, O_WRONLY);
	say("%s = %s: ", which, value);
	show("", write(fd, value, strlen(value)));
	close(fd);
}

static void tries(void)
{
	struct stat st;

	show("another's link", open("t/link", O_RDONLY) >= 0 ? 0 : -1);
	show("own link", open("t/own", O_RDONLY) >= 0 ? 0 : -1);
	show("the owner's link", open("t/root", O_RDONLY) >= 0 ? 0 : -1);
	show("stat", stat("t/link", &st));
	show("lstat", lstat("t/link", &st));
	show("in the middle", access("t/dir/x", F_OK));
	show("with a slash", access("t/dir/", F_OK));
	show("nested", access("to_link", F_OK));
	show("created through", open("t/dangling", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : -1);
	show("rename", rename("t/none", "t/link"));
	show("in a plain directory", access("p/link", F_OK));
	show("hard link to another's", link("t/file", "p/hard"));
	show("to a writable one", link("t/open", "p/hard2"));
	show("to a set-user-ID one", link("t/suid", "p/hard3"));
	show("to a link", link("t/link", "p/hard4"));
	show("to a fifo", link("t/fifo", "p/hard5"));
	show("file, O_CREAT", open("t/open", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : -1);
	show("file, no O_CREAT", open("t/open", O_WRONLY) >= 0 ? 0 : -1);
	show("fifo, O_CREAT", open("t/fifo", O_CREAT | O_RDWR, 0600) >= 0 ? 0 : -1);
	show("group directory, file", open("g/open", O_CREAT | O_WRONLY, 0600) >= 0 ? 0 : -1);
	show("group directory, fifo", open("g/fifo", O_CREAT | O_RDWR, 0600) >= 0 ? 0 : -1);
}

static void user(void)
{
	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	tries();
	unlink("p/hard"), unlink("p/hard2"), unlink("p/hard3"), unlink("p/hard4"), unlink("p/hard5");
}

static void make(const char *path, int type, int mode)
{
	mknod(path, type | mode, 0), chown(path, 2000, 2000), chmod(path, mode);
}

int main(void)
{
	umask(0);
	mkdir("t", 01777), mkdir("p", 0777), mkdir("g", 01775), chown("g", 0, 1000), mkdir("real", 0777);
	close(open("f", O_CREAT | O_RDWR, 0644)), close(open("real/x", O_CREAT | O_RDWR, 0644));
	symlink("../f", "t/link"), lchown("t/link", 2000, 2000), symlink("../f", "t/own"), lchown("t/own", 1000, 1000);
	symlink("../f", "t/root"), symlink("../real", "t/dir"), lchown("t/dir", 2000, 2000), symlink("t/link", "to_link");
	symlink("../p/made", "t/dangling"), lchown("t/dangling", 2000, 2000), symlink("../f", "p/link"), lchown("p/link", 2000, 2000);
	make("t/file", S_IFREG, 0644), make("t/open", S_IFREG, 0666), make("t/suid", S_IFREG, 04777), make("t/fifo", S_IFIFO, 0666);
	make("g/open", S_IFREG, 0666), make("g/fifo", S_IFIFO, 0666);
	in_child("as they are", user);
	set("symlinks", "0"), set("hardlinks", "0");
	in_child("links unprotected", user);
	set("regular", "1"), set("fifos", "1");
	in_child("files protected", user);
	set("regular", "2"), set("fifos", "2");
	in_child("of groups, too", user);
	set("symlinks", "2"), set("regular", "3"), set("hardlinks", "x");
	set("symlinks", "1"), set("hardlinks", "1"), set("regular", "0"), set("fifos", "0");
	return 0;
}

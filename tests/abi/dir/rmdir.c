/*
 * rmdir.c - rmdir(2), unlink(2), unlinkat(2): kinds of files, odd names, what is in use, rights.
 */
#include "../show.h"
#include <sys/mount.h>
#include <sys/stat.h>

static void rm(const char *path) { say("rmdir %s: ", path), show("", rmdir(path)); }
static void un(const char *path) { say("unlink %s: ", path), show("", unlink(path)); }

static void others(void)
{
	setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	rm("d/e");
	un("d/f");
	un("d/none");
	un("d");
	rm("d/f");
}

int main(void)
{
	int d, f;

	mkdir("d", 0755), mkdir("d/e", 0755), mkdir("x", 0755), mkdir("y", 0755), mkdir("m", 0755), mkdir("z", 0755);
	close(open("f", O_CREAT | O_RDWR, 0600)), close(open("d/f", O_CREAT | O_RDWR, 0666));
	symlink("x", "lx"), symlink("f", "lf"), symlink("none", "dangling"), symlink("loop", "loop");
	rm("d");
	rm("f");
	rm("f/");
	rm("f/x");
	rm("none");
	rm("none/");
	rm("");
	rm(".");
	rm("./");
	rm("x/.");
	rm("x/..");
	rm("..");
	rm("/");
	rm("/.");
	rm("lx");
	rm("lx/");
	rm("dangling");
	rm("dangling/");
	rm("loop");
	rm("loop/");
	rm("x/");
	rm("y");
	un("d");
	un("d/");
	un("f/");
	un("lf/");
	un("lx/");
	un("dangling/");
	un("none/");
	un("none");
	un("f/x");
	un(".");
	un("..");
	un("/");
	un("");
	un("lx");
	un("dangling");
	un("loop");
	un("lf");
	un("/proc/self");
	un("/proc/version");
	un("/proc");
	rm("/proc/self");
	show("mount", mount("t", "m", "tmpfs", 0, NULL));
	rm("m");
	un("m");
	show("umount", umount("m"));
	rm("m");
	d = open("d", O_RDONLY), f = open("f", O_RDONLY);
	show("unlinkat", unlinkat(d, "f", 0));
	show("unlinkat a directory", unlinkat(d, "e", 0));
	show("unlinkat AT_REMOVEDIR", unlinkat(d, "e", AT_REMOVEDIR));
	show("a file, AT_REMOVEDIR", unlinkat(AT_FDCWD, "f", AT_REMOVEDIR));
	show("bad flag", unlinkat(d, "f", 1));
	show("bad flag, bad fd, bad pointer", syscall(SYS_unlinkat, 99, KERNEL_ADDRESS, AT_SYMLINK_NOFOLLOW));
	show("bad fd", unlinkat(99, "f", 0));
	show("a file as directory", unlinkat(f, "f", 0));
	show("empty", unlinkat(f, "", 0));
	show("bad pointer", syscall(SYS_unlinkat, 99, KERNEL_ADDRESS, 0));
	chdir("z");
	rm("../z");
	show("here is gone", access(".", F_OK));
	show("no parent by name", open("x", O_CREAT | O_RDWR, 0600));
	show("..", chdir(".."));
	mkdir("d/e", 0777), close(open("d/f", O_CREAT | O_RDWR, 0666));
	in_child("others", others);
	return 0;
}

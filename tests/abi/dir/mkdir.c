/*
 * mkdir.c - mkdir(2), mkdirat(2): what exists, what is no directory, names that end oddly, rights, link counts.
 */
#include "../show.h"
#include <sys/stat.h>

static void mk(const char *path) { say("mkdir %s: ", path), show("", syscall(SYS_mkdir, path, 0755)); }

static long links(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_nlink;
}

static void others(void)
{
	setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	mk("no/x");
	mk("search/x");
	mk("d");
	mk("no/../d/y");
	mk("read/x");
}

int main(void)
{
	int f, d;

	umask(0);
	mkdir("no", 0700), mkdir("search", 0711), mkdir("read", 0744);
	f = open("f", O_CREAT | O_RDWR, 0600);
	symlink("target", "dangling"), symlink("d", "ld"), symlink("loop", "loop");
	mk("d");
	mk("d");
	mk("d/");
	mk("e/");
	mk("e2///");
	mk("f");
	mk("f/");
	mk("f/x");
	mk("f/x/y");
	mk(".");
	mk("..");
	mk("/");
	mk("d/.");
	mk("d/..");
	mk("none/x");
	mk("none/.");
	mk("");
	mk("dangling");
	mk("dangling/");
	mk("target");
	mk("dangling/");
	mk("ld/x");
	mk("ld/");
	mk("loop");
	mk("loop/");
	mk("loop/x");
	mk("d/./z/");
	mk("d/z/../w");
	mk("d/q/../w2");
	mk("/proc/x");
	mk("/proc/self/x");
	mk("/sys/x");
	show("links of d", links("d"));
	show("links of e", links("e"));
	rmdir("d/x");
	show("links of d", links("d"));
	d = open("d", O_RDONLY);
	show("at", mkdirat(d, "at", 0700));
	show("at again", mkdirat(d, "at", 0700));
	show("at O_PATH", mkdirat(open("d", O_PATH), "at2", 0700));
	show("at a file", mkdirat(f, "x", 0700));
	show("at nothing", mkdirat(99, "x", 0700));
	show("at nothing, absolute", mkdirat(99, "/tmp", 0700));
	show("bad pointer", mkdirat(99, KERNEL_ADDRESS, 0700));
	show("null", syscall(SYS_mkdir, NULL, 0700));
	mkdir("gone", 0700);
	f = open("gone", O_RDONLY);
	rmdir("gone");
	show("in a removed directory", mkdirat(f, "x", 0700));
	show("its dot", mkdirat(f, ".", 0700));
	chmod("d", 0755);
	in_child("others", others);
	return 0;
}

/*
 * chdir.c - chdir(2), fchdir(2), getcwd(2): kinds of files, rights, removed and moved directories, sizes.
 */
#include "../show.h"
#include <sys/stat.h>

static char start[256];

static void cwd(const char *what, int size)
{
	char b[512];
	long n;

	memset(b, '#', sizeof b);
	n = syscall(SYS_getcwd, b, size);
	if (n < 0)
		say("%s: %s\n", what, errno_name(errno));
	else if (!strncmp(b, start, strlen(start)))
		say("%s: ~%s, length %s\n", what, b + strlen(start), n == (long)strlen(b) + 1 ? "right" : "wrong");
	else
		say("%s: %s, length %s\n", what, b, n == (long)strlen(b) + 1 ? "right" : "wrong");
}

static void others(void)
{
	int fd = open("no", O_RDONLY), x = open("x", O_PATH);

	setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	show("no search", chdir("no"));
	show("no search by descriptor", fchdir(fd));
	show("search only", chdir("x"));
	show("O_PATH", fchdir(x));
	cwd("there", 300);
}

int main(void)
{
	char b[8], *edge = page_edge();
	int fd, here;

	getcwd(start, sizeof start);
	mkdir("d", 0755), mkdir("d/e", 0755), mkdir("no", 0700), mkdir("x", 0711), symlink("d/e", "s"), symlink("none", "dangling");
	close(open("f", O_CREAT | O_RDWR, 0755));
	here = open(".", O_RDONLY);
	cwd("start", 300);
	cwd("size 0", 0);
	cwd("exact", (int)strlen(start) + 1);
	cwd("one short", (int)strlen(start));
	show("bad buffer", syscall(SYS_getcwd, KERNEL_ADDRESS, 300));
	show("across the edge", syscall(SYS_getcwd, edge - 1, 300));
	show("bad buffer, size 1", syscall(SYS_getcwd, KERNEL_ADDRESS, 1));
	show("huge size", syscall(SYS_getcwd, b, 1) < 0 ? -1 : 0);
	show("chdir", chdir("d/e"));
	cwd("below", 300);
	show("..", chdir(".."));
	cwd("up", 300);
	show("link", chdir("../s"));
	cwd("by the link", 300);
	show("up from it", chdir(".."));
	cwd("its real parent", 300);
	fchdir(here);
	show("file", chdir("f"));
	show("file/", chdir("f/"));
	show("missing", chdir("none"));
	show("dangling", chdir("dangling"));
	show("empty", chdir(""));
	show("bad pointer", syscall(SYS_chdir, KERNEL_ADDRESS));
	fd = open("f", O_RDONLY);
	show("fchdir to a file", fchdir(fd));
	show("fchdir to nothing", fchdir(99));
	show("fchdir O_PATH of a file", fchdir(open("f", O_PATH)));
	chdir("d/e");
	rename("../../d", "../../moved");
	cwd("moved", 300);
	show("removed", rmdir("../e"));
	cwd("gone", 300);
	show("gone, no room", syscall(SYS_getcwd, b, 1));
	show("dot", access(".", F_OK));
	show("up", access("../../f", F_OK));
	show("chdir dot", chdir("."));
	show("new file", open("x", O_CREAT | O_RDWR, 0600));
	show("parent", chdir(".."));
	cwd("at the parent", 300);
	fchdir(here);
	in_child("others", others);
	show("slashes", chdir("////tmp/./.."));
	cwd("root", 300);
	show("..", chdir("../../.."));
	cwd("still root", 300);
	fchdir(here);
	return 0;
}

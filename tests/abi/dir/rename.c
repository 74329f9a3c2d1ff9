/*
 * rename.c - rename(2): every pair of kinds, into its own subtree, slashes, dots, links to one file.
 */
#include "../show.h"
#include <sys/mount.h>
#include <sys/stat.h>

static void mv(const char *from, const char *to) { say("%s -> %s: ", from, to), show("", rename(from, to)); }

static void fresh(void)
{
	(void)!system("exec rm -rf a b d e full l dl ld f2 hard new sub x");
	mkdir("d", 0755), mkdir("e", 0755), mkdir("full", 0755), mkdir("full/in", 0755), mkdir("d/sub", 0755), mkdir("d/sub/s2", 0755);
	close(open("a", O_CREAT | O_RDWR, 0600)), close(open("b", O_CREAT | O_RDWR, 0600));
	symlink("a", "l"), symlink("none", "dl"), symlink("d", "ld");
	link("a", "hard");
}

static long links(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? -errno : (long)st.st_nlink;
}

int main(void)
{
	char c[4096 + 8];

	fresh();
	mv("a", "b");
	mv("b", "hard");
	say("links %ld %ld\n", links("b"), links("hard"));
	mv("b", "b");
	mv("b", "e");
	mv("e", "b");
	mv("d", "full");
	mv("full", "e");
	say("links of e %ld, full %ld\n", links("e"), links("full"));
	fresh();
	mv("d", "d");
	mv("d", "d/sub");
	mv("d", "d/new");
	mv("d", "d/sub/s2/new");
	mv("d/sub", "d");
	mv("d/sub/s2", "d/sub");
	mv("d/sub/s2", "d");
	mv("l", "b");
	say("link kept %ld\n", (long)readlink("b", c, 8));
	mv("dl", "l");
	mv("ld", "e");
	mv("e", "ld");
	mv("ld/", "new");
	mv("ld/", "e/");
	mv("a/", "x");
	mv("a", "x/");
	mv("a", "e/");
	mv("e", "x/");
	mv("x/", "e");
	mv("e/", "x/");
	fresh();
	mv(".", "x");
	mv("..", "x");
	mv("a", ".");
	mv("a", "..");
	mv("d/.", "x");
	mv("d/sub/..", "x");
	mv("d", "e/.");
	mv("/", "x");
	mv("a", "/");
	mv("none", "x");
	mv("none", ".");
	mv(".", "none/x");
	mv("a", "none/x");
	mv("a", "b/x");
	mv("a/x", "b");
	mv("", "b");
	mv("a", "");
	mv("dl/", "x");
	mv("a", "dl/");
	mv("d", "dl");
	mv("d", "dl/");
	mv("a", "/proc/x");
	mv("/proc/version", "/proc/x");
	mv("/proc/version", "x");
	memset(c, 'n', 256), c[256] = 0;
	say("long: "), show("", rename("a", c));
	c[255] = 0;
	say("longest: "), show("", rename("a", c));
	say("and back: "), show("", rename(c, "a"));
	show("mount", mount("t", "e", "tmpfs", 0, NULL));
	mv("a", "e/a");
	mv("e", "x");
	mv("d", "e");
	mv("a", "e");
	show("umount", umount("e"));
	show("bad fd", renameat(99, "a", AT_FDCWD, "x"));
	show("bad second fd", renameat(AT_FDCWD, "a", 99, "x"));
	show("bad pointer", syscall(SYS_rename, KERNEL_ADDRESS, "x"));
	show("bad second pointer", syscall(SYS_rename, "a", KERNEL_ADDRESS));
	show("both", syscall(SYS_rename, "none", KERNEL_ADDRESS));
	return 0;
}

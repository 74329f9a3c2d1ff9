/*
 * xattr.c - the calls on extended attributes: create, replace, sizes, lists, names, errors and their order.
 */
#include "../show.h"
#include <sys/xattr.h>

static char big[70000];

static void list(const char *path)
{
	char b[512];
	long n = listxattr(path, b, sizeof b);
	int names = 0;
	unsigned sum = 0;

	if (n < 0) {
		say("list %s: %s\n", path, errno_name(errno));
		return;
	}
	for (long i = 0; i < n; i++) {
		names += !b[i];
		sum += (unsigned char)b[i];
	}
	say("list %s: %ld bytes, %d names, sum %u\n", path, n, names, sum);
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0644), path = open("f", O_PATH), p[2];
	char b[64] = "", name[300];

	(void)!pipe(p);
	symlink("f", "s"), symlink("none", "dangling");
	show("none yet", getxattr("f", "user.a", b, 64));
	list("f");
	show("set", setxattr("f", "user.a", "value", 5, 0));
	show("get", getxattr("f", "user.a", b, 64));
	say("%s\n", b);
	show("ask", getxattr("f", "user.a", NULL, 0));
	show("ask, bad pointer", getxattr("f", "user.a", KERNEL_ADDRESS, 0));
	show("too small", getxattr("f", "user.a", b, 4));
	show("exact", getxattr("f", "user.a", b, 5));
	show("bad buffer", getxattr("f", "user.a", KERNEL_ADDRESS, 64));
	show("create what is there", setxattr("f", "user.a", "x", 1, XATTR_CREATE));
	show("replace", setxattr("f", "user.a", "longer value", 12, XATTR_REPLACE));
	show("get", getxattr("f", "user.a", b, 64));
	show("replace what is not there", setxattr("f", "user.b", "x", 1, XATTR_REPLACE));
	show("create", setxattr("f", "user.b", "x", 1, XATTR_CREATE));
	show("both flags", setxattr("f", "user.c", "x", 1, XATTR_CREATE | XATTR_REPLACE));
	show("both flags, there", setxattr("f", "user.a", "x", 1, XATTR_CREATE | XATTR_REPLACE));
	show("bad flags", setxattr("f", "user.c", "x", 1, 4));
	show("empty value", setxattr("f", "user.empty", "", 0, 0));
	show("null value", setxattr("f", "user.null", NULL, 0, 0));
	show("null value of a size", setxattr("f", "user.null", NULL, 1, 0));
	show("get empty", getxattr("f", "user.empty", b, 64));
	list("f");
	show("list asked", listxattr("f", NULL, 0));
	show("list too small", listxattr("f", b, 10));
	show("list into nothing", listxattr("f", KERNEL_ADDRESS, 64));
	show("remove", removexattr("f", "user.b"));
	show("remove again", removexattr("f", "user.b"));
	show("empty name", setxattr("f", "", "x", 1, 0));
	show("get empty name", getxattr("f", "", b, 64));
	show("remove empty name", removexattr("f", ""));
	show("prefix only", setxattr("f", "user.", "x", 1, 0));
	show("no prefix", setxattr("f", "user", "x", 1, 0));
	show("get without prefix", getxattr("f", "plain", b, 64));
	show("unknown prefix", setxattr("f", "other.x", "x", 1, 0));
	show("remove of an unknown prefix", removexattr("f", "other.x"));
	show("system", setxattr("f", "system.x", "x", 1, 0));
	show("bad name", setxattr("f", KERNEL_ADDRESS, "x", 1, 0));
	memset(name, 'n', 299), memcpy(name, "user.", 5);
	name[256] = 0;
	show("name of 256", setxattr("f", name, "x", 1, 0));
	show("get name of 256", getxattr("f", name, b, 1));
	name[255] = 0;
	show("name of 255", setxattr("f", name, "x", 1, 0));
	show("remove it", removexattr("f", name));
	show("64 KiB", setxattr("f", "user.big", big, 65536, 0));
	show("64 KiB and one", setxattr("f", "user.big2", big, 65537, 0));
	show("too big, bad flags", setxattr("f", "user.big2", big, 65537, 4));
	show("too big, bad name", setxattr("f", "", big, 65537, 0));
	show("get with a huge size", getxattr("f", "user.a", big, sizeof big));
	show("list with a huge size", listxattr("f", big, sizeof big));
	show("by link", getxattr("s", "user.a", b, 64));
	show("of the link", lgetxattr("s", "user.a", b, 64));
	show("set on the link", lsetxattr("s", "user.a", "x", 1, 0));
	show("list the link", llistxattr("s", b, 64));
	show("dangling", getxattr("dangling", "user.a", b, 64));
	show("missing, bad name", getxattr("none", "", b, 64));
	show("missing, bad flags", setxattr("none", "user.a", "x", 1, 4));
	show("bad path", getxattr(KERNEL_ADDRESS, "user.a", b, 64));
	show("descriptor", fgetxattr(fd, "user.a", b, 64));
	show("descriptor sets", fsetxattr(fd, "user.d", "x", 1, 0));
	show("read-only descriptor sets", fsetxattr(open("f", O_RDONLY), "user.e", "x", 1, 0));
	show("O_PATH", fgetxattr(path, "user.a", b, 64));
	show("O_PATH lists", flistxattr(path, b, 64));
	show("pipe", fsetxattr(p[0], "user.a", "x", 1, 0));
	show("pipe gets", fgetxattr(p[0], "user.a", b, 64));
	show("pipe lists", flistxattr(p[0], b, 64));
	show("closed", fgetxattr(99, "", b, 64));
	show("closed lists", flistxattr(99, b, 64));
	show("proc", getxattr("/proc/version", "user.a", b, 64));
	show("proc lists", listxattr("/proc/version", b, 64));
	show("proc sets", setxattr("/proc/version", "user.a", "x", 1, 0));
	return 0;
}

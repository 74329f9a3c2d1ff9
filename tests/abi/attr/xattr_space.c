/* Extended attributes in a tmpfs count against its limit of inodes: how many bytes of them fit, and when they are given back. */
#include "../show.h"
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

#define AT "/tmp/xattr_space"
#define FILE_AT AT "/f"

static char value[65536];

static void free_inodes(const char *what)
{
	struct statfs s;

	statfs(AT, &s);
	say("%s: %ld of %ld free\n", what, (long)s.f_ffree, (long)s.f_files);
}

/* The longest value that an attribute takes; it is removed again. */
static void longest(const char *name)
{
	int low = 0, high = 65536;

	while (high - low > 1) {
		int mid = (low + high) / 2;

		if (setxattr(FILE_AT, name, value, mid, 0))
			high = mid;
		else
			low = mid;
		removexattr(FILE_AT, name);
	}
	say("longest %s: %d\n", name, low);
}

int main(void)
{
	int fd;

	mkdir(AT, 0700);
	show("mount", mount("none", AT, "tmpfs", 0, "nr_inodes=4"));
	free_inodes("empty");
	fd = open(FILE_AT, O_RDWR | O_CREAT, 0600);
	free_inodes("a file");
	longest("user.a");
	longest("user.abcdefgh");
	longest("trusted.a");
	show("one", setxattr(FILE_AT, "user.a", value, 500, 0));
	free_inodes("one");
	longest("user.b");
	show("replaced", setxattr(FILE_AT, "user.a", value, 700, 0));
	longest("user.b");
	show("no room, exists", setxattr(FILE_AT, "user.a", value, 4000, XATTR_CREATE));
	show("exists", setxattr(FILE_AT, "user.a", value, 10, XATTR_CREATE));
	show("no room, is missing", setxattr(FILE_AT, "user.b", value, 4000, XATTR_REPLACE));
	show("is missing", setxattr(FILE_AT, "user.b", value, 10, XATTR_REPLACE));
	longest("user.b");
	show("another file", mknod(AT "/g", S_IFREG | 0600, 0));
	free_inodes("another file");
	show("a third", mknod(AT "/h", S_IFREG | 0600, 0));
	show("remount with fewer", mount("none", AT, "tmpfs", MS_REMOUNT, "nr_inodes=3"));
	show("remount with enough", mount("none", AT, "tmpfs", MS_REMOUNT, "nr_inodes=5"));
	longest("user.b");
	show("removed", removexattr(FILE_AT, "user.a"));
	free_inodes("removed");
	show("again", setxattr(FILE_AT, "user.a", value, 1100, 0));
	free_inodes("again");
	show("unlink", unlink(FILE_AT));
	free_inodes("unlinked, open");
	close(fd);
	free_inodes("closed");
	umount(AT);
	show("more than there is", mount("none", AT, "tmpfs", 0, "nr_inodes=18014398509481984"));
	show("all there is", mount("none", AT, "tmpfs", 0, "nr_inodes=18014398509481983"));
	umount(AT);
	rmdir(AT);
	return 0;
}

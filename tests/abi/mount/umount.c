/* umount2(2): busy, lazy, expiring, forced; what is no mount. */
#include "mount.h"

#define DETACH 2
#define EXPIRE 4
#define NOFOLLOW 8

int main(void)
{
	int fd;

	begin();
	dirs("a", "b", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	touch("a/f", "x");
	fd = open("a/f", O_RDWR);
	show("busy", umount("a"));
	show("expire busy", umount2("a", EXPIRE));
	show("lazy", umount2("a", DETACH));
	judge("gone", !has("a/f"));
	show("but written to", write(fd, "yz", 2));
	show("fstat", lseek(fd, 0, SEEK_END));
	close(fd);
	show("no mount", umount("a"));
	show("missing", umount("nothing"));
	show("empty", umount(""));
	show("bad flag", umount2("a", 64));
	mount("t", "a", "tmpfs", 0, NULL);
	show("expire with force", umount2("a", EXPIRE | 1));
	show("expire with detach", umount2("a", EXPIRE | DETACH));
	show("expire once", umount2("a", EXPIRE));
	show("expire twice", umount2("a", EXPIRE));
	show("gone", umount("a"));
	mount("t", "a", "tmpfs", 0, NULL);
	symlink("a", "l");
	show("nofollow", umount2("l", NOFOLLOW));
	show("follow", umount2("l", 0));
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/x", NULL);
	mount("t2", "a/x", "tmpfs", 0, NULL);
	show("with a mount inside", umount("a"));
	show("forced", umount2("a", 1));
	show("lazy", umount2("a", DETACH));
	table("table");
	mount("t", "a", "tmpfs", 0, NULL);
	chdir("a");
	show("working directory", umount(AT "/a"));
	chdir(AT);
	show("left", umount(AT "/a"));
	mount("one", "a", "tmpfs", 0, NULL);
	mount("two", "a", "tmpfs", 0, NULL);
	table("stacked");
	show("top", umount("a"));
	table("one left");
	show("inside of one", umount("a/."));
	show("the root", umount("/proc/self/root/tmp/m/b"));
	return 0;
}

/* move_mount(2) with MOVE_MOUNT_BENEATH: a mount slips below the one on top, also where the place propagates to. */
#include "mount.h"

#define BENEATH 0x200
#define F_EMPTY 4

static int beneath(const char *from, const char *to)
{
	return syscall(SYS_move_mount, AT_FDCWD, from, AT_FDCWD, to, BENEATH);
}

static void mount_with(const char *name, const char *at)
{
	char path[64];

	mount(name, at, "tmpfs", 0, NULL);
	snprintf(path, sizeof path, "%s/%s", at, name);
	touch(path, "");
}

int main(void)
{
	int fd;

	begin();
	dirs("p", "s", NULL);
	mount("p", "p", "tmpfs", 0, NULL);
	dirs("p/a", "p/b", "p/c", "p/d", NULL);
	mount_with("one", "p/a");
	mount_with("two", "p/b");
	show("beneath", beneath("p/b", "p/a"));
	judge("it is still the first", has("p/a/one") && !has("p/b/two"));
	table("beneath");
	mount_with("three", "p/b");
	show("once more: beneath the top one", beneath("p/b", "p/a"));
	table("three");
	mount_with("four", "p/b");
	show("no mount there", beneath("p/b", "p/c"));
	show("below a directory of it", beneath("p/b", "p"));
	show("no mount to move", beneath("p/c", "p/a"));
	show("itself", beneath("p/b", "p/b"));
	show("missing", beneath("p/b", "p/x"));
	dirs("p/b/in", NULL);
	mount_with("five", "p/b/in");
	show("beneath what it stands on", beneath("p/b/in", "p/b"));
	show("with what stands on it", beneath("p/b", "p/a"));
	table("with five");
	show("with a group", syscall(SYS_move_mount, AT_FDCWD, "p/a", AT_FDCWD, "p/a", BENEATH | 0x100));
	fd = syscall(SYS_open_tree, AT_FDCWD, "p/a", 1);
	judge("a clone", fd >= 0);
	show("a clone of it beneath", syscall(SYS_move_mount, fd, "", AT_FDCWD, "p/a", BENEATH | F_EMPTY));
	close(fd);
	table("cloned");
	mount("s", "s", "tmpfs", 0, NULL);
	dirs("s/x", "s/y", NULL);
	mount(NULL, "s", NULL, MS_SHARED, NULL);
	mount("s", "p/d", NULL, MS_BIND, NULL);
	mount_with("six", "s/x");
	mount_with("seven", "p/c");
	show("into a shared place", beneath("p/c", "s/x"));
	table("shared");
	show("away from a shared one", beneath("s/x", "p/a"));
	mount_with("eight", "p/c");
	mount(NULL, "p/c", NULL, MS_UNBINDABLE, NULL);
	show("unbindable", beneath("p/c", "s/x"));
	mount("s", "s", NULL, MS_BIND, NULL);
	show("on itself, shared with its parent", beneath("p/c", "s"));
	show("the place all happens in", beneath("p/c", AT));
	show("root", beneath("p/c", "/"));
	umount("p/a");                          /* only now: numbers that are free again, Linux gives to others */
	judge("the clone", has("p/a/one"));
	umount("p/a");
	judge("four", has("p/a/four"));
	umount2("p/a", MNT_DETACH);
	judge("three", has("p/a/three"));
	umount("p/a");
	judge("two", has("p/a/two"));
	return 0;
}

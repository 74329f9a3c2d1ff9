/* A tree that stands nowhere yet is a peer of what it was copied from, but receives no mounts from there: nor itself when it is moved. */
#include "mount.h"

static int tree(const char *path, unsigned flags)
{
	int fd = syscall(SYS_open_tree, AT_FDCWD, path, 1 | flags);

	if (fd < 0)
		fatal("open_tree %s", path);
	return fd;
}

int main(void)
{
	struct stat st;
	int fd;

	begin();
	dirs("s", "other", "third", NULL);
	mount("s", "s", "tmpfs", 0, NULL);
	mount(NULL, "s", NULL, MS_SHARED, NULL);
	dirs("s/a", "s/a/b", "s/c", NULL);
	fd = tree("s", 0);
	mount("x", "s/c", "tmpfs", 0, NULL);
	mkdir("s/c/seen", 0755);
	show("received", fstatat(fd, "c/seen", &st, 0));
	show("moved", syscall(SYS_move_mount, fd, "", AT_FDCWD, "other", 4));
	show("received then", stat("other/c/seen", &st));
	mount("y", "s/a", "tmpfs", 0, NULL);
	mkdir("s/a/seen", 0755);
	show("receives now", stat("other/a/seen", &st));
	close(fd);
	umount("s/a");
	umount("s/c");
	say("onto what it shows:\n");
	fd = tree("s/a", 0);
	show("moved", syscall(SYS_move_mount, fd, "", AT_FDCWD, "s/a/b", 4));
	table_of("/proc/self/mountinfo", AT);
	close(fd);
	show("umount", umount2("s/a/b", 2));
	say("with mounts on it:\n");
	mount("z", "s/c", "tmpfs", 0, NULL);
	mkdir("s/c/seen", 0755);
	fd = tree("s", AT_RECURSIVE);
	show("there", fstatat(fd, "c/seen", &st, 0));
	show("umount of the original", umount("s/c"));
	show("still there", fstatat(fd, "c/seen", &st, 0));
	mount(NULL, "s", NULL, MS_SLAVE, NULL);
	mount("w", "other/c", "tmpfs", 0, NULL);
	show("moved", syscall(SYS_move_mount, fd, "", AT_FDCWD, "third", 4));
	table_of("/proc/self/mountinfo", AT);
	return 0;
}

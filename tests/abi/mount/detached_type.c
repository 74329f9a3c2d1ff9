/* How a tree propagates may be said before it stands anywhere. */
#include "mount.h"

int main(void)
{
	char path[64];
	int fd;

	begin();
	dirs("a", "b", "c", NULL);
	mount("a", "a", "tmpfs", 0, NULL);
	mkdir("a/sub", 0755);
	fd = syscall(SYS_open_tree, AT_FDCWD, "a", 1);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	show("shared", mount(NULL, path, NULL, MS_SHARED, NULL));
	show("two at once", mount(NULL, path, NULL, MS_SHARED | MS_SLAVE, NULL));
	show("below its root", mount(NULL, "a/sub", NULL, MS_SHARED, NULL));
	show("move", syscall(SYS_move_mount, fd, "", AT_FDCWD, "b", 4));
	table_of("/proc/self/mountinfo", AT);
	show("by the same descriptor", mount(NULL, path, NULL, MS_UNBINDABLE, NULL));
	table_of("/proc/self/mountinfo", AT);
	show("umount", umount2("b", 2));
	show("of what is gone", mount(NULL, path, NULL, MS_SHARED, NULL));
	return 0;
}

/* pivot_root(".", "."): the old root on top of the new one, to be taken away. */
#include "mount.h"

int main(void)
{
	begin();
	dirs("n", NULL);
	mount("outer", "n", "tmpfs", 0, NULL);
	dirs("n/r", "n/proc", NULL);
	mount("root", "n/r", "tmpfs", 0, NULL);
	dirs("n/r/inner", "n/r/proc", NULL);
	mount("proc", "n/r/proc", "proc", 0, NULL);
	chdir("n");
	chroot(".");
	chdir("/r");
	show("pivot", syscall(SYS_pivot_root, ".", "."));
	judge("new root", has("/inner"));
	say("mounts:\n");
	table_of("/proc/self/mountinfo", "/");
	show("umount the old", umount2(".", 2));
	chdir("/");
	judge("new root", has("inner"));
	say("mounts:\n");
	table_of("/proc/self/mountinfo", "/");
	return 0;
}

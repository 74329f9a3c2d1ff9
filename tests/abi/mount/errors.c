/* What mount(2) refuses. */
#include "mount.h"
#include <sys/prctl.h>
#include <linux/capability.h>

static void unprivileged(void)
{
	setresuid(1000, 1000, 1000);
	show("mount", mount("x", "a", "tmpfs", 0, NULL));
	show("mount at nothing", mount("x", "nothing", "tmpfs", 0, NULL));
	show("umount", umount("t"));
	show("umount no mount", umount("a"));
	show("umount nothing", umount("nothing"));
	show("pivot_root", syscall(SYS_pivot_root, "nothing", "nothing"));
	show("unshare", unshare(CLONE_NEWNS));
	_exit(0);
}

int main(void)
{
	begin();
	dirs("a", "t", NULL);
	touch("f", "");
	show("mount", mount("t", "t", "tmpfs", 0, NULL));
	show("no type", mount("x", "a", NULL, 0, NULL));
	show("unknown type", mount("x", "a", "nofs", 0, NULL));
	show("empty type", mount("x", "a", "", 0, NULL));
	show("on a file", mount("x", "f", "tmpfs", 0, NULL));
	show("at nothing", mount("x", "nothing", "tmpfs", 0, NULL));
	show("below a file", mount("x", "f/a", "tmpfs", 0, NULL));
	show("bad target", mount("x", KERNEL_ADDRESS, "tmpfs", 0, NULL));
	show("bad source", mount(KERNEL_ADDRESS, "a", "tmpfs", 0, NULL));
	show("bad type", mount("x", "a", KERNEL_ADDRESS, 0, NULL));
	show("bad data", mount("x", "a", "tmpfs", 0, KERNEL_ADDRESS));
	show("bad option", mount("x", "a", "tmpfs", 0, "colour=red"));
	show("bad size", mount("x", "a", "tmpfs", 0, "size=many"));
	show("magic", mount("x", "a", "tmpfs", 0xc0ed0000, NULL));
	table("table");
	show("proc on itself", mount("proc", "/proc", "proc", 0, NULL));
	in_child("unprivileged", unprivileged);
	return 0;
}

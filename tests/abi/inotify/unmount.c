/* Unmounting ends the watches of what was there. */
#include "events.h"
#include <sys/mount.h>

int main(void)
{
	start("/tmp/in-unmount");
	mkdir("m", 0700);
	show("mount", mount("none", "m", "tmpfs", 0, NULL));
	make("m/f");
	show("watch", inotify_add_watch(in_fd, "m/f", IN_OPEN));
	show("umount", umount("m"));
	events("unmounted");
	show("remove", inotify_rm_watch(in_fd, 1));
	return 0;
}

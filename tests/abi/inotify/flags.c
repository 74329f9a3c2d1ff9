/* Flags of inotify_add_watch(2), removing, errors. */
#include "events.h"
#include <sys/ioctl.h>

int main(void)
{
	char small[16];
	int n;

	show("bad flags", syscall(SYS_inotify_init1, 1));
	start("/tmp/in-flags");
	make("f");
	mkdir("d", 0700);
	(void)!symlink("f", "link");
	show("no bits", inotify_add_watch(in_fd, "f", 0));
	show("unknown bits", inotify_add_watch(in_fd, "f", 0x00100000));
	show("bad fd", inotify_add_watch(-1, "f", IN_OPEN));
	show("not inotify", inotify_add_watch(1, "f", IN_OPEN));
	show("absent", inotify_add_watch(in_fd, "absent", IN_OPEN));
	show("bad path", inotify_add_watch(in_fd, KERNEL_ADDRESS, IN_OPEN));
	show("only dir", inotify_add_watch(in_fd, "f", IN_OPEN | IN_ONLYDIR));
	show("add and create", inotify_add_watch(in_fd, "f", IN_OPEN | IN_MASK_ADD | IN_MASK_CREATE));
	show("watch", inotify_add_watch(in_fd, "f", IN_OPEN));
	show("the same", inotify_add_watch(in_fd, "link", IN_CLOSE));
	close(open("f", O_RDONLY));
	events("replaced");
	show("added", inotify_add_watch(in_fd, "f", IN_OPEN | IN_MASK_ADD));
	close(open("f", O_RDONLY));
	events("both");
	show("create", inotify_add_watch(in_fd, "f", IN_OPEN | IN_MASK_CREATE));
	show("the link itself", inotify_add_watch(in_fd, "link", IN_ALL_EVENTS | IN_DONT_FOLLOW));
	unlink("link");
	events("link removed");
	show("remove", inotify_rm_watch(in_fd, 1));
	events("ignored");
	show("remove twice", inotify_rm_watch(in_fd, 1));
	show("remove negative", inotify_rm_watch(in_fd, -1));
	show("remove of a file", inotify_rm_watch(1, 1));
	show("once", inotify_add_watch(in_fd, "f", IN_OPEN | IN_ONESHOT));
	close(open("f", O_RDONLY));
	close(open("f", O_RDONLY));
	events("once");
	show("excl", inotify_add_watch(in_fd, "d", IN_MODIFY | IN_EXCL_UNLINK));
	n = open("d/g", O_CREAT | O_RDWR, 0600);
	(void)!write(n, "x", 1);
	unlink("d/g");
	(void)!write(n, "x", 1);
	ioctl(in_fd, FIONREAD, &n);
	say("bytes %d\n", n);
	show("small buffer", read(in_fd, small, 15));
	events("excl");
	show("none", read(in_fd, small, 16));
	show("write", write(in_fd, "x", 1));
	return 0;
}

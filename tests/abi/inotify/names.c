/* Names that come, go and move: files, directories, symlinks; cookies of renames. */
#include "events.h"

int main(void)
{
	start("/tmp/in-names");
	mkdir("a", 0700);
	mkdir("b", 0700);
	make("a/x");
	make("b/y");
	show("watch a", inotify_add_watch(in_fd, "a", IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_MOVE_SELF));
	show("watch b", inotify_add_watch(in_fd, "b", IN_CREATE | IN_DELETE | IN_MOVE));
	show("watch x", inotify_add_watch(in_fd, "a/x", IN_MOVE_SELF | IN_ATTRIB | IN_DELETE_SELF));
	show("watch y", inotify_add_watch(in_fd, "b/y", IN_MOVE_SELF | IN_ATTRIB | IN_DELETE_SELF));
	rename("a/x", "a/a-rather-long-name-of-a-file");
	events("rename inside");
	rename("a/a-rather-long-name-of-a-file", "b/x");
	events("rename across");
	syscall(SYS_renameat2, AT_FDCWD, "b/x", AT_FDCWD, "b/y", 2);
	events("exchange");
	rename("b/x", "b/y");
	events("replace");
	mkdir("a/dir", 0700);
	(void)!symlink("nowhere", "a/link");
	mknod("a/fifo", S_IFIFO | 0600, 0);
	events("mkdir, symlink, fifo");
	rename("a/dir", "b/dir");
	events("move a directory");
	rmdir("b/dir");
	unlink("a/link");
	unlink("a/fifo");
	events("remove them");
	rename("a", "c");
	events("move the watched one");
	rmdir("c");
	events("remove it");
	return 0;
}

/* The last name of a file that goes: what the file tells, and what its directory, in which order. */
#include "events.h"
#include <sys/mount.h>
#include <sched.h>

int main(void)
{
	int in, fd;

	umask(022);
	start("/tmp/w");
	in = in_fd;
	unshare(CLONE_NEWNS);
	mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	mount("w", "/tmp/w", "tmpfs", 0, NULL);
	chdir("/tmp/w");
	close(open("a", O_CREAT | O_WRONLY, 0644));
	mkdir("d", 0755);
	symlink("nowhere", "s");
	show("directory", inotify_add_watch(in, ".", IN_ALL_EVENTS));
	show("file", inotify_add_watch(in, "a", IN_ALL_EVENTS));
	show("subdirectory", inotify_add_watch(in, "d", IN_ALL_EVENTS));
	show("symlink", inotify_add_watch(in, "s", IN_ALL_EVENTS | IN_DONT_FOLLOW));
	link("a", "b");
	events("link");
	unlink("a");
	events("one of two");
	unlink("b");
	events("the last");
	rmdir("d");
	events("rmdir");
	unlink("s");
	events("symlink");
	close(open("a", O_CREAT | O_WRONLY, 0644));
	inotify_add_watch(in, "a", IN_ALL_EVENTS);
	fd = open("a", O_RDONLY);
	events("again");
	unlink("a");
	events("while it is open");
	close(fd);
	events("closed");
	mkdir("d", 0755);
	inotify_rm_watch(in, 1);
	events("directory no more");
	inotify_add_watch(in, "d", IN_MODIFY);
	chdir("/");
	umount("/tmp/w");
	events("unmounted");
	return 0;
}

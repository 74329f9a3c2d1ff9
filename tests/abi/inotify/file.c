/* What is told of a file: by its directory with a name, by itself without. */
#include "events.h"
#include <sys/xattr.h>

int main(void)
{
	char c;
	int fd;

	start("/tmp/in-file");
	show("watch dir", inotify_add_watch(in_fd, ".", IN_ALL_EVENTS));
	make("f");
	events("created");
	show("watch file", inotify_add_watch(in_fd, "f", IN_ALL_EVENTS));
	fd = open("f", O_RDWR);
	(void)!write(fd, "abc", 3);
	(void)!write(fd, "abc", 3);
	(void)!pread(fd, &c, 1, 0);
	(void)!read(fd, &c, 0);
	events("open, write twice, read");
	(void)!ftruncate(fd, 1);
	fchmod(fd, 0644);
	close(fd);
	events("truncate, chmod, close");
	close(open("f", O_RDONLY));
	close(open("f", O_WRONLY | O_TRUNC));
	events("open to read, to truncate");
	(void)!truncate("f", 5);
	(void)!chown("f", 1, 1);
	utimensat(AT_FDCWD, "f", NULL, 0);
	setxattr("f", "user.x", "y", 1, 0);
	events("truncate, chown, utimes, xattr");
	close(open("f", O_PATH));
	events("O_PATH");
	(void)!link("f", "g");
	events("link");
	unlink("f");
	events("unlink one");
	fd = open("g", O_RDONLY);
	unlink("g");
	events("unlink the last, open");
	close(fd);
	events("close");
	show("gone", inotify_rm_watch(in_fd, 2));
	return 0;
}

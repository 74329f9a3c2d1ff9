/* Making a mount read-only while files are open for writing. */
#include "mount.h"

int main(void)
{
	int fd, other;

	begin();
	dirs("a", "b", "c", NULL);
	mount("a", "b", NULL, MS_BIND, NULL);
	mount("a", "c", NULL, MS_BIND, NULL);
	touch("a/f", "x");
	fd = open("b/f", O_RDONLY);
	show("while one reads", mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	close(fd);
	show("back", mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND, NULL));
	fd = open("b/f", O_WRONLY);
	show("while one writes", mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	try_create("b");
	show("the other one", mount(NULL, "c", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	try_create("c");
	show("write", write(fd, "y", 1));
	show("the file system", mount(NULL, AT, NULL, MS_REMOUNT | MS_RDONLY, NULL));
	other = dup(fd);
	close(fd);
	show("a copy of the descriptor", mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	close(other);
	show("closed", mount(NULL, "b", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	try_create("b");
	try_create("a");
	fd = open("b/f", O_WRONLY);
	show_ok("open to write", fd);
	fd = open("b/f", O_RDONLY | O_TRUNC);
	show_ok("open to cut", fd);
	show("truncate", truncate("b/f", 0));
	show("link", link("b/f", "b/g"));
	show("unlink", unlink("b/f"));
	show("rename", rename("b/f", "b/g"));
	show("symlink", symlink("x", "b/s"));
	show("mkdir", mkdir("b/d", 0700));
	show("mkdir what exists", mkdir("b", 0700));
	show("utimes", utimensat(AT_FDCWD, "b/f", NULL, 0));
	show("chown", chown("b/f", 1, 1));
	return 0;
}

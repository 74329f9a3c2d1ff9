/* A symlink can be mounted on a file: open_tree(2) and move_mount(2). What walks over it follows it. */
#include "mount.h"

static void look(const char *what, const char *path)
{
	struct stat st;

	show(what, stat(path, &st));
	judge("  a directory", S_ISDIR(st.st_mode));
	show("  itself", lstat(path, &st));
	judge("  a symlink", S_ISLNK(st.st_mode));
}

int main(void)
{
	char text[64];
	struct stat st;
	int tree, fd, n;

	begin();
	dirs("dir", "dir/sub", "other", NULL);
	touch("dir/sub/x", "");
	touch("file", "text");
	symlink("dir", "link");
	tree = syscall(SYS_open_tree, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW | 1);
	judge("cloned", tree >= 0);
	show("onto a directory", syscall(SYS_move_mount, tree, "", AT_FDCWD, "other", 4));
	show("onto a file", syscall(SYS_move_mount, tree, "", AT_FDCWD, "file", 4));
	look("the file", "file");
	n = readlink("file", text, sizeof text);
	say("to %.*s\n", n < 0 ? 0 : n, text);
	show("through it", stat("file/sub/x", &st));
	show("with a slash", stat("file/", &st));
	show("and back", stat("file/../other", &st));
	show("not following", open("file", O_RDONLY | O_NOFOLLOW));
	fd = open("file", O_PATH | O_NOFOLLOW);
	fstat(fd, &st);
	judge("a path to it", S_ISLNK(st.st_mode));
	show("chdir", chdir("file/sub"));
	show("here", stat("x", &st));
	chdir(AT);
	close(fd);
	fd = open("file", O_RDONLY);
	judge("opened", fd >= 0);
	fstat(fd, &st);
	judge("  the directory", S_ISDIR(st.st_mode));
	close(fd);
	close(tree);
	show("umount follows", umount2("file", 0));
	show("umount of the link", umount2("file", 8));
	show("the file again", stat("file", &st));
	judge("  of 4 bytes", st.st_size == 4);
	return 0;
}

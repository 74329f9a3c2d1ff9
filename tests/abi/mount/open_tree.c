/* open_tree(2): a place, or a copy of what is there that stands nowhere; move_mount(2) puts it somewhere. */
#include "mount.h"
#include <linux/mount.h>

static int tree(int fd, const char *path, unsigned flags) { return syscall(SYS_open_tree, fd, path, flags); }
static int move(int fd, const char *to) { return syscall(SYS_move_mount, fd, "", AT_FDCWD, to, MOVE_MOUNT_F_EMPTY_PATH); }

int main(void)
{
	int t, u;

	begin();
	dirs("a", "b", "c", "d", NULL);
	touch("f", "");
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/in", NULL);
	mount("u", "a/in", "tmpfs", 0, NULL);
	touch("a/in/deep", "");
	t = tree(AT_FDCWD, "a", 0);
	show_ok("plain", t);
	judge("O_PATH", (fcntl(t, F_GETFL) & O_PATH) != 0);
	show("cloexec", fcntl(t, F_GETFD));
	judge("sees through", faccessat(t, "in/deep", F_OK, 0) == 0);
	show("recursive without clone", tree(AT_FDCWD, "a", AT_RECURSIVE));
	show("bad flag", tree(AT_FDCWD, "a", 0x4));
	show("missing", tree(AT_FDCWD, "nothing", OPEN_TREE_CLONE));
	close(t);
	t = tree(AT_FDCWD, "a", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	show_ok("clone", t);
	judge("not recursive", faccessat(t, "in/deep", F_OK, 0) < 0);
	show("move", move(t, "b"));
	show("move again", move(t, "c"));
	close(t);
	t = tree(AT_FDCWD, "a", OPEN_TREE_CLONE | AT_RECURSIVE);
	judge("recursive", faccessat(t, "in/deep", F_OK, 0) == 0);
	show("make something", mkdirat(t, "in/new", 0755));
	judge("in both", has("a/in/new"));
	show("move", move(t, "d"));
	close(t);
	table("table");
	t = tree(AT_FDCWD, "a", OPEN_TREE_CLONE | AT_RECURSIVE);
	u = openat(t, "in/deep", O_RDONLY);
	close(t);
	show("file of a tree that is gone", lseek(u, 0, SEEK_END));
	close(u);
	t = tree(AT_FDCWD, "f", OPEN_TREE_CLONE);
	show("a file's, to a directory", move(t, "c"));
	show("to a file", move(t, "f"));
	close(t);
	t = tree(AT_FDCWD, "a", OPEN_TREE_CLONE);
	close(t);
	show("umount what was copied", umount2("a", 2));
	mount(NULL, "d", NULL, MS_UNBINDABLE, NULL);
	show("unbindable", tree(AT_FDCWD, "d", OPEN_TREE_CLONE));
	t = tree(AT_FDCWD, "c", OPEN_TREE_CLONE);
	show_ok("a directory that is no mount", t);
	show("move", move(t, "b"));
	table("in the end");
	return 0;
}

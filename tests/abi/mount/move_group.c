/* move_mount(2) with MOVE_MOUNT_SET_GROUP: a private mount joins the group, and the masters, of another of the same file system. */
#include "mount.h"

static int set_group(const char *from, const char *to)
{
	return syscall(SYS_move_mount, AT_FDCWD, from, AT_FDCWD, to, 0x100);
}

int main(void)
{
	begin();
	dirs("a", "b", "c", "d", "e", "f", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/x", "a/x/y", "a/z", NULL);
	mount("a", "b", NULL, MS_BIND, NULL);
	mount("a/x", "c", NULL, MS_BIND, NULL);
	mount("other", "d", "tmpfs", 0, NULL);
	show("of a private one", set_group("a", "b"));
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	show("group", set_group("a", "b"));
	show("group of a part", set_group("a", "c"));
	table("groups");
	show("shared already", set_group("a", "b"));
	show("of another file system", set_group("a", "d"));
	show("not a mount", set_group("a", "e"));
	show("of no mount", set_group("a/x", "c"));
	show("missing", set_group("a", "nothing"));
	mount("in x", "a/x/y", "tmpfs", 0, NULL);
	table("it propagates");
	umount("a/x/y");
	mount(NULL, "c", NULL, MS_PRIVATE, NULL);
	mount("c", "e", NULL, MS_BIND, NULL);
	mount(NULL, "c", NULL, MS_SHARED, NULL);
	show("of a wider one only", set_group("c", "b"));
	mount(NULL, "b", NULL, MS_SLAVE, NULL);
	show("a slave is not private", set_group("a", "b"));
	mount("a", "f", NULL, MS_BIND, NULL);
	mount(NULL, "f", NULL, MS_PRIVATE, NULL);
	show("of a slave", set_group("b", "f"));
	table("two slaves");
	mount(NULL, "b", NULL, MS_SHARED, NULL);
	mount(NULL, "f", NULL, MS_UNBINDABLE, NULL);
	show("of a shared slave, to an unbindable one", set_group("b", "f"));
	mount("in z", "a/z", "tmpfs", 0, NULL);
	table("shared slaves");
	return 0;
}

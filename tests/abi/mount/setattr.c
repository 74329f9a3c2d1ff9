/* mount_setattr(2). */
#include "mount.h"
#include <linux/mount.h>

static int attr(const char *path, unsigned flags, uint64_t set, uint64_t clr, uint64_t propagation)
{
	struct mount_attr a = { .attr_set = set, .attr_clr = clr, .propagation = propagation };

	return syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &a, sizeof a);
}

int main(void)
{
	struct { struct mount_attr a; char rest[16]; } big = { { .attr_set = MOUNT_ATTR_NOEXEC }, "" };
	int t;

	begin();
	dirs("a", "b", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/in", NULL);
	mount("u", "a/in", "tmpfs", 0, NULL);
	show("read-only", attr("a", 0, MOUNT_ATTR_RDONLY, 0, 0));
	try_create("a");
	try_create("a/in");
	show("recursive", attr("a", AT_RECURSIVE, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, 0, 0));
	try_create("a/in");
	table("read-only");
	show("clear and set", attr("a", 0, MOUNT_ATTR_NOSUID, MOUNT_ATTR_RDONLY, 0));
	show("times", attr("a", 0, MOUNT_ATTR_NOATIME, MOUNT_ATTR__ATIME, 0));
	show("times without clearing", attr("a", 0, MOUNT_ATTR_STRICTATIME, 0, 0));
	show("clearing a part", attr("a", 0, 0, MOUNT_ATTR_NOATIME, 0));
	show("nodiratime", attr("a", 0, MOUNT_ATTR_NODIRATIME | MOUNT_ATTR_NOSYMFOLLOW, 0, 0));
	show("shared", attr("a", AT_RECURSIVE, 0, 0, MS_SHARED));
	table("changed");
	show("relatime, private", attr("a", AT_RECURSIVE, 0, MOUNT_ATTR__ATIME, MS_PRIVATE));
	table("and back");
	show("two types", attr("a", 0, 0, 0, MS_PRIVATE | MS_SHARED));
	show("no type", attr("a", 0, 0, 0, MS_BIND));
	show("unknown attribute", attr("a", 0, 1u << 30, 0, 0));
	show("nothing", attr("nothing", 0, 0, 0, 0));
	show("missing", attr("nothing", 0, MOUNT_ATTR_RDONLY, 0, 0));
	show("no mount", attr("b", 0, MOUNT_ATTR_RDONLY, 0, 0));
	show("bad flag", attr("a", 0x4, MOUNT_ATTR_RDONLY, 0, 0));
	show("too small", syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &big, 31));
	show("larger", syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &big, sizeof big));
	big.rest[5] = 1;
	show("larger, not zero", syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &big, sizeof big));
	show("too large", syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, &big, 4097));
	show("bad address", syscall(SYS_mount_setattr, AT_FDCWD, "a", 0, KERNEL_ADDRESS, sizeof big.a));
	t = syscall(SYS_open_tree, AT_FDCWD, "b", OPEN_TREE_CLONE);
	show("of a tree nowhere", syscall(SYS_mount_setattr, t, "", AT_EMPTY_PATH, &big, 32));
	show("move it", syscall(SYS_move_mount, t, "", AT_FDCWD, "b", MOVE_MOUNT_F_EMPTY_PATH));
	table("in the end");
	setresuid(1000, 1000, 1000);
	show("without rights", attr("a", 0, MOUNT_ATTR_RDONLY, 0, 0));
	return 0;
}

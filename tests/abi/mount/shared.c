/* Shared mounts: what is mounted, bound or taken away on one peer is on all. */
#include "mount.h"

int main(void)
{
	begin();
	dirs("a", "b", "c", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/x", "a/y", NULL);
	show("shared", mount(NULL, "a", NULL, MS_SHARED, NULL));
	show("bind", mount("a", "b", NULL, MS_BIND, NULL));
	show("bind a part", mount("a/x", "c", NULL, MS_BIND, NULL));
	table("peers");
	show("mount", mount("u", "a/x", "tmpfs", 0, NULL));
	dirs("a/x/deep", NULL);
	table("on all");
	show("mount in the copy", mount("v", "b/x/deep", "tmpfs", 0, NULL));
	table("deeper");
	show("umount it elsewhere", umount("c/deep"));
	table("gone everywhere");
	show("umount of a busy peer's", chdir("c"));
	show("umount", umount(AT "/a/x"));
	chdir(AT);
	show("umount", umount("a/x"));
	table("peers again");
	show("rbind on itself", mount("a", "a/y", NULL, MS_BIND | MS_REC, NULL));
	table("and that");
	show("private", mount(NULL, "b", NULL, MS_PRIVATE, NULL));
	show("mount", mount("w", "a/x", "tmpfs", 0, NULL));
	table("b stays as it is");
	show("lazily", umount2("a", 2));
	table("in the end");
	return 0;
}

/* What propagates to a place where something stands already goes below it; and comes out from below. */
#include "mount.h"

int main(void)
{
	begin();
	dirs("a", "b", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/x", NULL);
	mount(NULL, "a", NULL, MS_SHARED, NULL);
	mount("a", "b", NULL, MS_BIND, NULL);
	mount(NULL, "b", NULL, MS_SLAVE, NULL);
	show("on the slave", mount("slave", "b/x", "tmpfs", 0, NULL));
	touch("b/x/slave", "");
	show("on the master", mount("master", "a/x", "tmpfs", 0, NULL));
	touch("a/x/master", "");
	judge("the slave's is on top", has("b/x/slave"));
	table("tucked");
	show("umount the master's", umount("a/x"));
	table("out again");
	judge("the slave's is on top", has("b/x/slave"));
	show("umount", umount("b/x"));
	judge("nothing", !has("b/x/slave"));
	show("once more on the master", mount("two", "a/x", "tmpfs", 0, NULL));
	show("and twice", mount("three", "a/x", "tmpfs", 0, NULL));
	table("stacks");
	show("umount", umount("a/x"));
	show("umount", umount("a/x"));
	table("in the end");
	return 0;
}

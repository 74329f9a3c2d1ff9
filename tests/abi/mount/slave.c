/* Slaves receive and do not send; chains of them; shared slaves. */
#include "mount.h"

int main(void)
{
	begin();
	dirs("m", "s", "ss", "p", "q", NULL);
	mount("t", "m", "tmpfs", 0, NULL);
	dirs("m/1", "m/2", "m/3", NULL);
	mount(NULL, "m", NULL, MS_SHARED, NULL);
	mount("m", "s", NULL, MS_BIND, NULL);
	show("slave", mount(NULL, "s", NULL, MS_SLAVE, NULL));
	show("mount on the master", mount("one", "m/1", "tmpfs", 0, NULL));
	show("mount on the slave", mount("two", "s/2", "tmpfs", 0, NULL));
	table("received");
	show("shared slave", mount(NULL, "s", NULL, MS_SHARED, NULL));
	mount("s", "ss", NULL, MS_BIND, NULL);
	table("peer of a slave");
	show("slave of the slave", mount(NULL, "ss", NULL, MS_SLAVE, NULL));
	show("mount on the first", mount("three", "m/3", "tmpfs", 0, NULL));
	table("three levels");
	show("umount in the middle", umount("s/3"));
	table("first keeps it");
	show("umount first", umount("m/3"));
	mount("s", "p", NULL, MS_BIND, NULL);
	mount("p", "q", NULL, MS_BIND, NULL);
	table("group of slaves");
	show("mount", mount("four", "m/3", "tmpfs", 0, NULL));
	table("all of them");
	show("the master goes", umount2("m", 2));
	table("masterless");
	show("mount on what was a slave", mount("five", "s/3", "tmpfs", 0, NULL));
	table("in the end");
	return 0;
}

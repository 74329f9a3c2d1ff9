/* Unbindable mounts, and changes of type with and without MS_REC. */
#include "mount.h"

int main(void)
{
	begin();
	dirs("a", "b", "c", NULL);
	mount("t", "a", "tmpfs", 0, NULL);
	dirs("a/x", "a/y", NULL);
	mount("x", "a/x", "tmpfs", 0, NULL);
	mount("y", "a/y", "tmpfs", 0, NULL);
	show("unbindable", mount(NULL, "a/x", NULL, MS_UNBINDABLE, NULL));
	show("bind it", mount("a/x", "b", NULL, MS_BIND, NULL));
	show("rbind what is around", mount("a", "b", NULL, MS_BIND | MS_REC, NULL));
	table("left out");
	show("shared, all of it", mount(NULL, "a", NULL, MS_SHARED | MS_REC, NULL));
	table("shared");
	show("slave of nobody", mount(NULL, "a/y", NULL, MS_SLAVE, NULL));
	show("private, this one", mount(NULL, "a", NULL, MS_PRIVATE, NULL));
	table("mixed");
	show("two types", mount(NULL, "a", NULL, MS_PRIVATE | MS_SHARED, NULL));
	show("with a flag", mount(NULL, "a", NULL, MS_PRIVATE | MS_NOSUID, NULL));
	show("silent", mount(NULL, "a", NULL, MS_PRIVATE | MS_SILENT, NULL));
	show("no mount", mount(NULL, "c", NULL, MS_PRIVATE, NULL));
	show("missing", mount(NULL, "nothing", NULL, MS_PRIVATE, NULL));
	show("unbindable keeps as slave", mount(NULL, "a/x", NULL, MS_UNBINDABLE, NULL));
	show("slave", mount(NULL, "a/x", NULL, MS_SLAVE, NULL));
	table("in the end");
	return 0;
}

/* Bind mounts: of directories, of files, recursive or not. */
#include "mount.h"

int main(void)
{
	struct stat st;

	begin();
	dirs("a", "a/in", "b", "c", "d", NULL);
	touch("a/file", "1");
	touch("target", "2");
	show("inner", mount("inner", "a/in", "tmpfs", 0, NULL));
	touch("a/in/deep", "3");
	show("bind", mount("a", "b", NULL, MS_BIND, NULL));
	judge("file seen", has("b/file"));
	judge("what is mounted inside is not", !has("b/in/deep"));
	show("rbind", mount("a", "c", NULL, MS_BIND | MS_REC, NULL));
	judge("now it is", has("c/in/deep"));
	show("file on file", mount("a/file", "target", NULL, MS_BIND, NULL));
	stat("target", &st);
	judge("covered", st.st_size == 1);
	show("file on directory", mount("a/file", "d", NULL, MS_BIND, NULL));
	show("directory on file", mount("a", "a/file", NULL, MS_BIND, NULL));
	show("subdirectory", mount("a/in", "d", NULL, MS_BIND, NULL));
	show("no source", mount(NULL, "d", NULL, MS_BIND, NULL));
	show("empty source", mount("", "d", NULL, MS_BIND, NULL));
	show("missing source", mount("nothing", "d", NULL, MS_BIND, NULL));
	show("missing target", mount("a", "nothing", NULL, MS_BIND, NULL));
	show("on itself", mount("a", "a", NULL, MS_BIND, NULL));
	table("table");
	show("remove a used mountpoint", rmdir("b"));
	show("unlink it", unlink("target"));
	show("rename it", rename("b", "bb"));
	show("rename onto it", rename("d", "b"));
	show("umount", umount("b"));
	show("umount", umount("b"));
	show("rmdir", rmdir("b"));
	show("umount the rbind, its mount inside", umount("c"));
	show("umount inside", umount("c/in"));
	show("umount the rbind", umount("c"));
	show("umount a file", umount("target"));
	table("in the end");
	return 0;
}

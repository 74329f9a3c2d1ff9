/* Mounts whose directory is gone, paths that lead out of what a mount shows. */
#include "mount.h"

int main(void)
{
	char cwd[128];
	int fd;

	begin();
	dirs("a", "a/x", "a/x/y", "b", "c", NULL);
	mount("a/x", "b", NULL, MS_BIND, NULL);
	chdir("b/y");
	say("cwd %s\n", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
	rename(AT "/a/x/y", AT "/c/y");
	say("moved out: %s\n", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
	show("up", chdir(".."));
	chdir(AT);
	rmdir("a/x");
	table("its root is gone");
	fd = open("b/new", O_CREAT | O_WRONLY, 0600);
	show_ok("make something in it", fd);
	show("umount", umount("b"));
	dirs("d", NULL);
	fd = open("d", O_PATH);
	rmdir("d");
	snprintf(cwd, sizeof cwd, "/proc/self/fd/%d", fd);
	show("mount on what is gone", mount("t", cwd, "tmpfs", 0, NULL));
	show("bind what is gone", mount(cwd, "b", NULL, MS_BIND, NULL));
	table("table");
	mount("t", "b", "tmpfs", 0, NULL);
	chdir("b");
	umount2(AT "/b", 2);
	say("detached: %s\n", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
	show("up", chdir(".."));
	say("then: %s\n", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
	show("mkdir", mkdir("in", 0755));
	show("mount inside", mount("u", "in", "tmpfs", 0, NULL));
	show("bind inside", mount("in", "in", NULL, MS_BIND, NULL));
	show("remount", mount(NULL, ".", NULL, MS_REMOUNT, NULL));
	show("make shared", mount(NULL, ".", NULL, MS_SHARED, NULL));
	show("umount", umount("."));
	return 0;
}

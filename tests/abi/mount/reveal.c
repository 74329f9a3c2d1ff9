/* Propagation to a namespace of fewer rights, and what it may not take away. */
#include "mount.h"
#include "../ns/user.h"

int main(void)
{
	int up[2], down[2];
	pid_t pid;
	char c;

	begin();
	dirs("s", "t", NULL);
	mount("s", "s", "tmpfs", 0, NULL);
	dirs("s/x", "s/y", NULL);
	chmod("s/x", 0777);
	mount(NULL, "s", NULL, MS_SHARED, NULL);
	pipe(up);
	pipe(down);
	pid = fork();
	if (!pid) {
		become_user();
		show("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS));
		map_self("0 1000 1", "0 1000 1");
		table("slaves");
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		table("received");
		show("umount what came alone", umount("s/y"));
		show("mount", mount("mine", "s/x", "tmpfs", 0, NULL));
		show("shared again", mount(NULL, "s", NULL, MS_SHARED, NULL));
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		table("in the end");
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	show("mount", mount("new", "s/y", "tmpfs", 0, NULL));
	dirs("t/in", NULL);
	mount("t", "t", "tmpfs", 0, NULL);
	dirs("t/in", NULL);
	mount("tin", "t/in", "tmpfs", 0, NULL);
	dirs("s/x/z", NULL);
	show("rbind", mount("t", "s/x/z", NULL, MS_BIND | MS_REC, NULL));
	(void)!write(down[1], "x", 1);
	(void)!read(up[0], &c, 1);
	table("here");
	show("umount", umount("s/y"));
	(void)!write(down[1], "x", 1);
	say("%s\n", wait_for(pid));
	return 0;
}

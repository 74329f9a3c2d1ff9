/* A mount namespace is a copy; what is shared between them propagates, the rest does not. */
#include "mount.h"

int main(void)
{
	int up[2], down[2], fd;
	pid_t pid;
	char c, path[64];

	begin();
	pipe(up);
	pipe(down);
	dirs("p", "s", "d", NULL);
	mount("shared", "s", "tmpfs", 0, NULL);
	dirs("s/x", "s/y", NULL);
	mount(NULL, "s", NULL, MS_SHARED, NULL);
	touch("f", "12");
	fd = open("f", O_RDONLY);
	pid = fork_with(CLONE_NEWNS);
	if (!pid) {
		judge("another", ns_ino("self", "mnt") != ns_ino("1", "mnt"));
		table("copy");
		show("private mount", mount("mine", "p", "tmpfs", 0, NULL));
		show("shared mount", mount("ours", "s/x", "tmpfs", 0, NULL));
		judge("old descriptor reads", read(fd, &c, 1) == 1);
		show("working directory is ours", has("s/x"));
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		table("copy, later");
		show("remove what outside has as a mountpoint", rmdir("d"));
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	table("here");
	snprintf(path, sizeof path, "/proc/%d/mountinfo", pid);
	say("there, seen from here:\n");
	table_of(path, AT "/p");
	show("slave here", mount(NULL, "s", NULL, MS_SLAVE, NULL));
	show("mount here", mount("here", "s/y", "tmpfs", 0, NULL));
	show("mount on d", mount("d", "d", "tmpfs", 0, NULL));
	(void)!write(down[1], "x", 1);
	say("%s\n", wait_for(pid));
	table("in the end");
	judge("d is gone", !has("d"));
	return 0;
}

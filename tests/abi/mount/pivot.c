/* pivot_root(2). */
#include "mount.h"

static long pivot(const char *new_root, const char *put_old) { return syscall(SYS_pivot_root, new_root, put_old); }

static void list(const char *dir)
{
	say("  %s:%s%s%s\n", dir, has("/inner") ? " inner" : "", has("/old/etc") ? " old/etc" : "", has("/tmp") ? " tmp" : "");
}

int main(void)
{
	char cwd[64];
	int turn[2];
	pid_t pid;

	begin();
	dirs("r", "r/old", "n", NULL);
	show("new root is no mount", pivot("n", "n"));
	mount("root", "r", "tmpfs", 0, NULL);
	dirs("r/old", "r/inner", "r/proc", "r/n", NULL);
	show("from the first root", pivot("r", "r/old"));
	/* A root that stands on something: ours, moved to by chroot. */
	mount("outer", "n", "tmpfs", 0, NULL);
	dirs("n/r", "n/etc", "n/tmp", "n/proc", NULL);
	mount("root", "n/r", "tmpfs", 0, NULL);
	dirs("n/r/old", "n/r/inner", "n/r/proc", NULL);
	mount("proc", "n/proc", "proc", 0, NULL);
	chdir("n");
	chroot(".");
	show("missing", pivot("/nothing", "/r/old"));
	show("a file", pivot("/r", "/etc/passwd"));
	show("old not below new", pivot("/r", "/etc"));
	show("old on the old root", pivot("/r", "/"));
	show("new is the root", pivot("/", "/r/old"));
	mount(NULL, "/r", NULL, MS_SHARED, NULL);
	show("put_old is shared", pivot("/r", "/r/old"));
	mount(NULL, "/r", NULL, MS_PRIVATE, NULL);
	(void)!pipe(turn);
	pid = fork();
	if (!pid) {
		(void)!read(turn[0], cwd, 1);
		list("another process");
		_exit(0);
	}
	show("pivot", pivot("/r", "/r/old"));
	say("  cwd %s\n", getcwd(cwd, sizeof cwd) ? cwd : errno_name(errno));
	list("this one");
	say("mounts:\n");
	table_of("/old/proc/self/mountinfo", "/");
	(void)!write(turn[1], "x", 1);
	wait_for(pid);
	show("umount old", umount2("/old", 2));
	list("after");
	return 0;
}

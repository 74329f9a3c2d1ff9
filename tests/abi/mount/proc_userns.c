/* /proc in a user and pid namespace: may be mounted while one is seen whole. */
#include "mount.h"
#include "../ns/user.h"

static void inside(int cover)
{
	pid_t pid;

	if (cover)
		mount("cover", "/proc/sys", "tmpfs", 0, NULL);
	become_user();
	show("unshare", unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		show("mount", mount("proc", AT "/p", "proc", 0, NULL));
		say("%s\n", line_of(AT "/p/self/status", "NSpid:"));
		show("umount", umount(AT "/p"));
		show("over /proc", mount("proc", "/proc", "proc", 0, NULL));
		_exit(0);
	}
	wait_for(pid);
	_exit(0);
}

static void whole(void) { inside(0); }
static void covered(void) { unshare(CLONE_NEWNS); inside(1); }

int main(void)
{
	begin();
	dirs("p", NULL);
	in_child("whole", whole);
	in_child("covered", covered);
	return 0;
}

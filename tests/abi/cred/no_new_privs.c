/* PR_SET_NO_NEW_PRIVS and folders shared with another process: exec(2) adds no capability, for root either. */
#include "privileged.h"
#include <sched.h>

#define FILE_NAME "/tmp/nnp/show"

struct how { const char *what; int uid; bool drop, bind; };

static void as(struct how h)
{
	pid_t pid = fork();

	if (!pid) {
		if (h.uid)
			r_setresuid(h.uid, h.uid, h.uid);
		if (h.drop)
			caps_set(1 << CAP_KILL, 1 << CAP_KILL, 0);
		if (h.bind)
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		say("  %s\n", h.what);
		run("   ", FILE_NAME, (char *[]){ "tell", NULL }, NULL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void all(const char *what)
{
	say("%s\n", what);
	as((struct how){ "root", 0, false, false });
	as((struct how){ "root, bound", 0, false, true });
	as((struct how){ "root without", 0, true, false });
	as((struct how){ "root without, bound", 0, true, true });
	as((struct how){ "user", 1000, false, false });
	as((struct how){ "user, bound", 1000, false, true });
}

static int sleeper(void *arg)
{
	(void)arg;
	pause();
	return 0;
}

/* Executed by one whose folders are another process's, too. */
static void shared(const char *what, int uid, bool drop)
{
	static char stack[16384];
	pid_t *other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), pid = fork();

	if (!pid) {
		*other = clone(sleeper, stack + sizeof stack, CLONE_FS | SIGCHLD, NULL);
		if (uid)
			r_setresuid(uid, uid, uid);
		if (drop)
			caps_set(1 << CAP_KILL, 1 << CAP_KILL, 0);
		say("  %s\n", what);
		execl(FILE_NAME, "tell", NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	kill(*other, SIGKILL);
}

int main(int argc, char **argv)
{
	struct vfs_cap_data d = { VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, { { 1 << CAP_CHOWN, 0 }, { 0, 0 } } };

	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		tell_rights();
		return 0;
	}
	privileged_begin("/tmp/nnp", FILE_NAME, 0755);
	all("plain");
	chmod(FILE_NAME, 06755);
	all("set-id");
	chmod(FILE_NAME, 0755);
	setxattr(FILE_NAME, "security.capability", &d, sizeof d, 0);
	all("capability");
	say("folders in common\n");
	shared("capability, user", 1000, false);
	chmod(FILE_NAME, 04755);
	shared("capability and set-user-ID, user", 1000, false);
	removexattr(FILE_NAME, "security.capability");
	shared("set-user-ID, user", 1000, false);
	chmod(FILE_NAME, 0755);
	shared("root without", 0, true);
	umount2("/tmp/nnp", MNT_DETACH);
}

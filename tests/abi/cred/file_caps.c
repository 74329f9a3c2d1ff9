/* Capabilities of files: what exec(2) makes of them, for root and for others, and when it refuses. */
#include "privileged.h"

#define CHOWN CAP_BIT_OF(CAP_CHOWN)
#define KILL CAP_BIT_OF(CAP_KILL)
#define CAP_BIT_OF(c) (1u << (c))
#define FILE_NAME "/tmp/fc/show"

static void grant(const char *what, uint32_t magic, uint32_t permitted, uint32_t inheritable, uint32_t root, size_t size)
{
	struct vfs_ns_cap_data d = { magic, { { permitted, inheritable }, { 0, 0 } }, root };

	removexattr(FILE_NAME, "security.capability");
	say("%s: %d\n", what, setxattr(FILE_NAME, "security.capability", &d, size, 0));
}

/* Executed by user uid, of whose inheritable and ambient capabilities KILL is, when asked. */
static void as(int uid, bool inheritable, bool ambient, int drop)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_KEEPCAPS, 1);
		if (drop >= 0)
			prctl(PR_CAPBSET_DROP, drop);
		if (uid)
			r_setresuid(uid, uid, uid);
		if (inheritable || ambient)
			caps_set(KILL, KILL, KILL);
		else if (uid)
			caps_set(0, 0, 0);
		if (ambient)
			prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0);
		say("  user %d%s%s%s\n", uid, inheritable ? " inheriting" : "", ambient ? " ambient" : "", drop >= 0 ? " bounded" : "");
		run("   ", FILE_NAME, (char *[]){ "tell", NULL }, NULL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void all(int drop)
{
	as(1000, false, false, drop);
	as(1000, true, false, drop);
	as(1000, true, true, drop);
	as(0, false, false, drop);
}

int main(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		tell_rights();
		return 0;
	}
	privileged_begin("/tmp/fc", FILE_NAME, 0755);
	say("none\n");
	all(-1);
	grant("permitted and effective", VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, CHOWN, 0, 0, XATTR_CAPS_SZ_2);
	all(-1);
	all(CAP_CHOWN);
	grant("permitted", VFS_CAP_REVISION_2, CHOWN, 0, 0, XATTR_CAPS_SZ_2);
	all(-1);
	as(1000, false, false, CAP_CHOWN);
	grant("inheritable", VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, 0, KILL | CHOWN, 0, XATTR_CAPS_SZ_2);
	all(-1);
	grant("nothing", VFS_CAP_REVISION_2, 0, 0, 0, XATTR_CAPS_SZ_2);
	all(-1);
	grant("of user 0's namespaces", VFS_CAP_REVISION_3 | VFS_CAP_FLAGS_EFFECTIVE, CHOWN, 0, 0, XATTR_CAPS_SZ_3);
	as(1000, false, false, -1);
	grant("of user 5's namespaces", VFS_CAP_REVISION_3 | VFS_CAP_FLAGS_EFFECTIVE, CHOWN, 0, 5, XATTR_CAPS_SZ_3);
	as(1000, false, false, -1);
	grant("on a set-user-ID file", VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, CHOWN, 0, 0, XATTR_CAPS_SZ_2);
	chmod(FILE_NAME, 04755);
	as(1000, false, false, -1);
	as(0, false, false, -1);
	chmod(FILE_NAME, 0755);
	mount("none", "/tmp/fc", NULL, MS_REMOUNT | MS_NOSUID, "mode=755");
	say("nosuid\n");
	as(1000, false, false, -1);
	umount("/tmp/fc");
}

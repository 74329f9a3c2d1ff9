/* Set-user-ID and set-group-ID files: who one becomes, and what keeps it from happening. */
#include "run.h"
#include <sys/auxv.h>
#include <sys/mount.h>
#include <sys/prctl.h>

static void tell(void)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	say("  uid %d %d %d gid %d %d %d secure %lu dumpable %d\n", r, e, s, rg, eg, sg, getauxval(AT_SECURE), prctl(PR_GET_DUMPABLE));
}

static void as(const char *what, const char *path, uid_t uid, bool no_new_privs)
{
	pid_t pid = fork();

	if (!pid) {
		(void)!setresgid(uid, uid, uid);
		(void)!setresuid(uid, uid, uid);
		if (no_new_privs)
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		say("%s\n", what);
		run("  run", path, (char *[]){ "tell", NULL }, NULL);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	(void)argc;
	if (!strcmp(argv[0], "tell") || strstr(argv[0], "show")) {
		tell();
		return 0;
	}
	mkdir("/tmp/su", 0755);
	mount("none", "/tmp/su", "tmpfs", 0, "mode=755");
	put_self("/tmp/su/show", 0755);
	as("plain", "/tmp/su/show", 1000, false);
	chmod("/tmp/su/show", 04755);
	as("set-user-ID root", "/tmp/su/show", 1000, false);
	as("set-user-ID root, by root", "/tmp/su/show", 0, false);
	as("set-user-ID, no new privileges", "/tmp/su/show", 1000, true);
	chmod("/tmp/su/show", 02755);
	as("set-group-ID", "/tmp/su/show", 1000, false);
	chmod("/tmp/su/show", 02745);
	as("set-group-ID without group x", "/tmp/su/show", 1000, false);
	(void)!chown("/tmp/su/show", 2000, 3000);
	chmod("/tmp/su/show", 06755);
	as("both, of another user", "/tmp/su/show", 1000, false);
	as("both, of another user, by root", "/tmp/su/show", 0, false);
	put_text("/tmp/su/script", "#!/tmp/su/show\n", 06755);
	chmod("/tmp/su/show", 0755);
	as("a script's bits do not count", "/tmp/su/script", 1000, false);
	chmod("/tmp/su/show", 06755);
	as("its interpreter's do", "/tmp/su/script", 1000, false);
	chmod("/tmp/su/show", 0111);
	as("not readable", "/tmp/su/show", 1000, false);
	chmod("/tmp/su/show", 06755);
	mount("none", "/tmp/su", NULL, MS_REMOUNT | MS_NOSUID, NULL);
	as("nosuid", "/tmp/su/show", 1000, false);
	mount("none", "/tmp/su", NULL, MS_REMOUNT | MS_NOEXEC, NULL);
	as("noexec", "/tmp/su/show", 0, false);
	umount("/tmp/su");
}

/* A traced program gains no rights, but from a tracer that may trace anything. */
#include "../cred/privileged.h"
#include <sys/ptrace.h>

#define FILE_NAME "/tmp/pts/show"

/* Let it run on through its stops to its end. */
static void follow(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, pid, 0, 0);
	say("    %s\n", ending(status));
}

enum how { NOT, ITSELF, BY_ROOT, BY_USER };

static void as(const char *what, enum how how)
{
	pid_t tracer = fork(), pid;
	int status, p[2];
	char c;

	if (tracer) {
		waitpid(tracer, NULL, 0);
		return;
	}
	say("  %s\n", what);
	if (how == BY_USER)
		r_setresuid(1000, 1000, 1000), prctl(PR_SET_DUMPABLE, 1);
	(void)!pipe(p);
	pid = fork();
	if (!pid) {
		if (how != BY_USER)
			r_setresuid(1000, 1000, 1000);
		prctl(PR_SET_DUMPABLE, 1);
		if (how == ITSELF)
			ptrace(PTRACE_TRACEME, 0, 0, 0);
		(void)!read(p[0], &c, 1);
		execl(FILE_NAME, "tell", NULL);
		_exit(1);
	}
	if (how == BY_ROOT || how == BY_USER)
		say("    seize: %ld\n", ptrace(PTRACE_SEIZE, pid, 0, 0));
	(void)!write(p[1], "x", 1);
	if (how == NOT)
		waitpid(pid, &status, 0);
	else
		follow(pid);
	_exit(0);
}

static void all(const char *what)
{
	say("%s\n", what);
	as("not traced", NOT);
	as("by its own wish, a child of root", ITSELF);
	as("seized by root", BY_ROOT);
	as("seized by its user", BY_USER);
}

int main(int argc, char **argv)
{
	struct vfs_cap_data d = { VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, { { 1 << CAP_CHOWN, 0 }, { 0, 0 } } };

	(void)argc;
	if (!strcmp(argv[0], "tell")) {
		tell_rights();
		return 0;
	}
	privileged_begin("/tmp/pts", FILE_NAME, 04755);
	all("set-user-ID");
	chmod(FILE_NAME, 02755);
	all("set-group-ID");
	chmod(FILE_NAME, 0755);
	setxattr(FILE_NAME, "security.capability", &d, sizeof d, 0);
	all("capability");
	umount2("/tmp/pts", MNT_DETACH);
}

/* umount_root.c - the first mount of a namespace stays, whatever umount2 is told. */
#define _GNU_SOURCE
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../show.h"

static void all(const char *where, const char *path)
{
	static const struct { const char *name; int flags; } ways[] = {
		{ "plain", 0 }, { "detach", MNT_DETACH }, { "expire", MNT_EXPIRE }, { "force", MNT_FORCE }, { "no follow", UMOUNT_NOFOLLOW | MNT_DETACH },
	};

	for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
		int r = umount2(path, ways[i].flags);

		printf("%s, %s, %s: %s\n", where, path, ways[i].name, r ? strerror(errno) : "done");
	}
}

static void in_a_namespace(const char *where, int flags)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (unshare(flags))
			printf("%s: unshare: %s\n", where, strerror(errno));
		all(where, "/");
		mkdir("/tmp/u", 0777);
		printf("%s: mount on the root: %s\n", where, mount("t", "/", "tmpfs", 0, NULL) ? strerror(errno) : "done");
		all(where, "/");
		printf("%s: still a root: %d\n", where, access("/tmp/u", F_OK) == 0);
		fflush(stdout);
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	in_a_namespace("own mounts", CLONE_NEWNS);
	in_a_namespace("own user too", CLONE_NEWNS | CLONE_NEWUSER);
	return 0;
}

/* A /proc mounted in a pid namespace shows its tasks by their numbers there. */
#include "ns.h"
#include <dirent.h>

static void list(const char *when)
{
	DIR *d = opendir("/tmp/nsproc");
	struct dirent *e;

	say("%s:", when);
	while ((e = readdir(d)))
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			say(" %s", e->d_name);
	say("\n");
	closedir(d);
}

static void link_text(const char *path)
{
	char text[64];
	ssize_t n = readlink(path, text, sizeof text - 1);

	if (n < 0)
		say("%s: %s\n", path, errno_name(errno));
	else
		say("%s: %.*s\n", path, (int)n, text);
}

int main(void)
{
	int up[2], down[2];
	char path[64], c;
	pid_t pid;

	pipe(up);
	pipe(down);
	mkdir("/tmp/nsproc", 0755);
	pid = fork_with(CLONE_NEWPID);
	if (!pid) {
		struct stat st;

		show("mount", mount("proc", "/tmp/nsproc", "proc", 0, NULL));
		list("alone");
		link_text("/tmp/nsproc/self");
		link_text("/tmp/nsproc/thread-self");
		say("%s\n", line_of("/tmp/nsproc/self/status", "Pid:"));
		say("%s\n", line_of("/tmp/nsproc/self/status", "PPid:"));
		say("%s\n", line_of("/tmp/nsproc/self/status", "NSpid:"));
		say("%s\n", line_of("/tmp/nsproc/1/status", "Tgid:"));
		if (!fork()) {
			list("two");
			link_text("/tmp/nsproc/self");
			say("%.12s\n", line_of("/tmp/nsproc/self/stat", "2"));
			snprintf(path, sizeof path, "/proc/%d", getpid());
			_exit(0);
		}
		(void)!wait(NULL);
		list("one again");
		judge("no number of outside", stat("/tmp/nsproc/4000", &st) < 0);
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	list("from outside");
	link_text("/tmp/nsproc/self");
	say("%s\n", line_of("/tmp/nsproc/1/status", "NSpid:"));
	(void)!write(down[1], "x", 1);
	wait_for(pid);
	list("after its end");
	link_text("/tmp/nsproc/1/exe");
	show("umount", umount("/tmp/nsproc"));
	rmdir("/tmp/nsproc");
	return 0;
}

/* The file of a mount namespace is bound, but not where it would appear in others too: each could hold the other. */
#include "mount.h"

/* How many files of namespaces are bound at or below AT. */
static void count(const char *who, const char *table)
{
	char line[512];
	FILE *f = fopen(table, "r");
	int n = 0;

	while (f && fgets(line, sizeof line, f))
		n += strstr(line, " " AT "/") && strstr(line, " - nsfs ");
	if (f)
		fclose(f);
	say("  %s: %d\n", who, n);
}

int main(void)
{
	int up[2], down[2];
	char path[64], c;
	pid_t pid;

	begin();
	pipe(up);
	pipe(down);
	dirs("p", "q", "r", NULL);
	mount("shared", "p", "tmpfs", 0, NULL);
	mount(NULL, "p", NULL, MS_SHARED, NULL);
	mount("alone", "q", "tmpfs", 0, NULL);
	mount(NULL, "q", NULL, MS_SHARED, NULL);
	mount("private", "r", "tmpfs", 0, NULL);
	touch("p/file", "");
	touch("q/file", "");
	touch("r/file", "");
	mkdir("p/dir", 0755);
	pid = fork_with(CLONE_NEWNS);
	if (!pid) {
		umount("q");
		(void)!write(up[1], "x", 1);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)!read(up[0], &c, 1);
	snprintf(path, sizeof path, "/proc/%d/ns/mnt", pid);
	show("where a peer receives", mount(path, "p/file", NULL, MS_BIND, NULL));
	show("with all below it", mount(path, "p/file", NULL, MS_BIND | MS_REC, NULL));
	show("a group without others", mount(path, "q/file", NULL, MS_BIND, NULL));
	show("a private one", mount(path, "r/file", NULL, MS_BIND, NULL));
	count("here", "/proc/self/mountinfo");
	show("moved there", mount("r/file", "p/file", NULL, MS_MOVE, NULL));
	count("here", "/proc/self/mountinfo");
	show("a tree that holds it", mount("r", "p/dir", NULL, MS_BIND | MS_REC, NULL));
	count("here", "/proc/self/mountinfo");
	snprintf(path, sizeof path, "/proc/%d/mountinfo", pid);
	count("there", path);
	(void)!write(down[1], "x", 1);
	wait_for(pid);
	return 0;
}

/* A directory that another namespace has hundreds of mounts on is removed: all of them go, at once. */
#include "mount.h"

#define PEERS 300

static unsigned mounts_named(const char *name)
{
	char line[1024], word[64];
	unsigned n = 0;
	FILE *f = fopen("/proc/self/mounts", "r");

	while (fgets(line, sizeof line, f))
		n += sscanf(line, "%63s", word) == 1 && !strcmp(word, name);
	fclose(f);
	return n;
}

int main(void)
{
	int there[2], back[2];
	char path[64], c;

	begin();
	dirs("d", "d/x", "e", NULL);
	if (pipe(there) || pipe(back))
		return 1;
	if (!fork()) {
		unshare(CLONE_NEWNS);
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		mount("d", "d", NULL, MS_BIND, NULL);
		mount(NULL, "d", NULL, MS_SHARED, NULL);
		mount("e", "e", "tmpfs", 0, NULL);
		for (unsigned i = 0; i < PEERS; i++) {
			snprintf(path, sizeof path, "e/%u", i);
			mkdir(path, 0755);
			mount("d", path, NULL, MS_BIND, NULL);
		}
		show("mount", mount("many", "d/x", "tmpfs", 0, NULL));
		say("%u of it\n", mounts_named("many"));
		(void)!write(there[1], "x", 1);
		(void)!read(back[0], &c, 1);
		say("%u after\n", mounts_named("many"));
		judge("the directory is gone", access("d/x", F_OK) && access("e/7/x", F_OK));
		_exit(0);
	}
	(void)!read(there[0], &c, 1);
	show("rmdir", rmdir("d/x"));
	(void)!write(back[1], "x", 1);
	wait(NULL);
	return 0;
}

/* A directory is removed that another namespace has mounts on, one of them within another: all go, each once. */
#include "mount.h"

static unsigned mounts(void)
{
	unsigned n = 0;
	FILE *f = fopen("/proc/self/mounts", "r");

	for (int c; (c = getc(f)) != EOF;)
		n += c == '\n';
	fclose(f);
	return n;
}

int main(void)
{
	int there[2], back[2];
	char c;

	begin();
	dirs("d", "d/y", NULL);
	if (pipe(there) || pipe(back))
		return 1;
	if (!fork()) {
		unsigned before;

		unshare(CLONE_NEWNS);
		mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
		before = mounts();
		show("bind", mount(".", "d", NULL, MS_BIND, NULL));             /* d of this mount is the same directory */
		show("bind within", mount(".", "d/d", NULL, MS_BIND, NULL));
		show("bind within that", mount(".", "d/d/d", NULL, MS_BIND, NULL));
		show("tmpfs at the bottom", mount("t", "d/d/d/d/y", "tmpfs", 0, NULL));
		say("%u more\n", mounts() - before);
		(void)!write(there[1], "x", 1);
		(void)!read(back[0], &c, 1);
		say("%u more after\n", mounts() - before);
		show("mount", mount("t", ".", "tmpfs", 0, NULL));
		show("umount", umount2(AT, MNT_DETACH));
		_exit(0);
	}
	(void)!read(there[0], &c, 1);
	show("rmdir y", rmdir("d/y"));
	show("rmdir", rmdir("d"));
	(void)!write(back[1], "x", 1);
	wait(NULL);
	return 0;
}

/* RESOLVE_NO_XDEV and the root that an absolute symlink leads to: of the same mount, of another. */
#include "../mount/mount.h"
#include <linux/openat2.h>

static void try(int dir, const char *path)
{
	struct open_how how = { .flags = O_PATH, .resolve = RESOLVE_NO_XDEV };
	int fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

	say("  %s: %s\n", path, fd < 0 ? errno_name(errno) : "ok");
	if (fd >= 0)
		close(fd);
}

static void try_all(const char *what, int dir)
{
	static const char *const paths[] = { "f", "/f", "abs", "../r/abs", "/abs", "abs_dir/f", "up/f", "up/../abs", "to_abs", "/to_abs", "self", "r/.." };

	say("%s\n", what);
	for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
		try(dir, paths[i]);
}

int main(void)
{
	int dir;

	begin();
	dirs("r", "r/d", NULL);
	touch("r/f", "");
	touch("r/d/f", "");
	symlink("/f", "r/abs");
	symlink("/d", "r/abs_dir");
	symlink("../r", "r/up");
	symlink("d/../abs", "r/to_abs");
	symlink("/", "r/self");
	dir = open("r", O_PATH);
	try_all("from another mount than the root's", dir);
	chroot("r");
	try_all("from the same, by a descriptor", dir);
	chdir("/");
	try_all("from the working directory", AT_FDCWD);
	return 0;
}

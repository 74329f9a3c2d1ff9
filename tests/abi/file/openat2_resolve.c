/*
 * openat2_resolve.c - openat2(2): each RESOLVE_* against paths that leave, links, magic links and mounts.
 */
#include "../show.h"
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void each(int dir, const char *path)
{
	static const struct { const char *name; uint64_t flag; } kinds[] = {
		{ "none", 0 }, { "beneath", RESOLVE_BENEATH }, { "in_root", RESOLVE_IN_ROOT }, { "no_symlinks", RESOLVE_NO_SYMLINKS },
		{ "no_magiclinks", RESOLVE_NO_MAGICLINKS }, { "no_xdev", RESOLVE_NO_XDEV },
	};

	say("%s:", path);
	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct open_how how = { O_RDONLY | O_NONBLOCK, 0, kinds[i].flag };
		int fd = syscall(SYS_openat2, dir, path, &how, sizeof how);

		say(" %s=%s", kinds[i].name, fd < 0 ? errno_name(errno) : "ok");
		close(fd);
	}
	say("\n");
}

int main(void)
{
	char here[128], outside[200];
	int dir;

	if (!getcwd(here, sizeof here))
		fatal("getcwd");
	mkdir("r", 0755), mkdir("r/a", 0755), mkdir("r/a/b", 0755), mkdir("r/m", 0755);
	close(open("r/f", O_CREAT | O_WRONLY, 0644)), close(open("f", O_CREAT | O_WRONLY, 0644));
	close(open("r/a/f", O_CREAT | O_WRONLY, 0644));
	mount("x", "r/m", "tmpfs", 0, NULL);
	close(open("r/m/f", O_CREAT | O_WRONLY, 0644));
	symlink("../f", "r/a/up"), symlink("../../f", "r/a/out"), symlink("/f", "r/abs"), symlink("a/f", "r/in"), symlink("/", "r/root");
	snprintf(outside, sizeof outside, "%s/f", here);
	symlink(outside, "r/outside");
	symlink("/proc/self/cwd", "r/magic");
	symlink("r/none", "dangling");
	dir = open("r", O_RDONLY | O_DIRECTORY);
	each(dir, "f");
	each(dir, "a/../f");
	each(dir, "..");
	each(dir, "../f");
	each(dir, "a/../../f");
	each(dir, "/dev/null");
	each(dir, "/f");
	each(dir, "/");
	each(dir, ".");
	each(dir, "a/up");
	each(dir, "a/out");
	each(dir, "abs");
	each(dir, "in");
	each(dir, "root/f");
	each(dir, "outside");
	each(dir, "m");
	each(dir, "m/f");
	each(dir, "m/../f");
	each(dir, "m/../m");
	each(dir, "magic");
	each(dir, "none");
	each(AT_FDCWD, "/proc/self/exe");
	each(AT_FDCWD, "/proc/self/fd/0");
	each(AT_FDCWD, "/proc/self/cwd/f");
	each(AT_FDCWD, "/proc/self");
	each(AT_FDCWD, "dangling");
	each(dir, "");
	each(99, "f");
	umount("r/m");
	return 0;
}

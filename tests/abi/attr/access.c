/*
 * access.c - access(2), faccessat(2), faccessat2(2): real and effective ids, root, modes, flags.
 */
#include "../show.h"
#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>

static void each(const char *path)
{
	say("%s:", path);
	for (int mode = 0; mode < 8; mode++)
		say(" %d=%s", mode, syscall(SYS_access, path, mode) ? errno_name(errno) : "ok");
	say("\n");
}

static void effective(const char *path)
{
	say("%s effective:", path);
	for (int mode = 0; mode < 8; mode++)
		say(" %d=%s", mode, syscall(SYS_faccessat2, AT_FDCWD, path, mode, AT_EACCESS) ? errno_name(errno) : "ok");
	say("\n");
}

static const char *const paths[] = { "f0", "f4", "f111", "f070", "f7", "d0", "d1", "d1/x", "d0/x", "s", "dangling", "f0/", "none", "ro/x" };

static void all(void)
{
	for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
		each(paths[i]);
}

static void user(void)
{
	gid_t g = 50;

	setgroups(1, &g), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	all();
}

static void real_user(void)
{
	setgroups(0, NULL), setresgid(1000, 0, 0), setresuid(1000, 0, 0);
	each("f4"), effective("f4");
	each("d0/x"), effective("d0/x");
	each("f111"), effective("f111");
}

static void real_root(void)
{
	setgroups(0, NULL), setresgid(0, 1000, 1000), setresuid(0, 1000, 1000);
	each("f4"), effective("f4");
	each("d0/x"), effective("d0/x");
}

static void make(const char *path, int mode, int uid, int gid)
{
	close(open(path, O_CREAT | O_RDWR, 0));
	chown(path, uid, gid), chmod(path, mode);
}

int main(void)
{
	int fd;

	umask(0);
	make("f0", 0, 0, 0), make("f4", 0444, 0, 0), make("f111", 0111, 1000, 0), make("f070", 0070, 0, 50), make("f7", 0007, 1000, 50);
	mkdir("d0", 0700), mkdir("d1", 0711), make("d0/x", 0777, 0, 0), make("d1/x", 0666, 0, 0);
	symlink("f4", "s"), symlink("nowhere", "dangling"), mkdir("ro", 0777);
	mount("t", "ro", "tmpfs", 0, NULL), make("ro/x", 0777, 0, 0), mount("t", "ro", "tmpfs", MS_REMOUNT | MS_RDONLY, NULL);
	all();
	in_child("user", user);
	in_child("real user, effective root", real_user);
	in_child("real root, effective user", real_root);
	fd = open("f4", O_RDONLY);
	show("mode 8", syscall(SYS_access, "f4", 8));
	show("mode -1", syscall(SYS_access, "f4", -1));
	show("mode 8, bad pointer", syscall(SYS_access, KERNEL_ADDRESS, 8));
	show("bad pointer", syscall(SYS_access, KERNEL_ADDRESS, 0));
	show("flags", syscall(SYS_faccessat2, AT_FDCWD, "f4", 4, 1));
	show("flags, bad mode", syscall(SYS_faccessat2, AT_FDCWD, KERNEL_ADDRESS, 8, 1));
	show("nofollow dangling", syscall(SYS_faccessat2, AT_FDCWD, "dangling", 0, AT_SYMLINK_NOFOLLOW));
	show("nofollow, writing", syscall(SYS_faccessat2, AT_FDCWD, "dangling", 2, AT_SYMLINK_NOFOLLOW));
	show("empty", syscall(SYS_faccessat2, fd, "", 4, AT_EMPTY_PATH));
	show("empty, effective", syscall(SYS_faccessat2, fd, "", 1, AT_EMPTY_PATH | AT_EACCESS));
	show("closed", syscall(SYS_faccessat2, 99, "", 4, AT_EMPTY_PATH));
	show("faccessat has no flags", syscall(SYS_faccessat, AT_FDCWD, "dangling", 0, AT_SYMLINK_NOFOLLOW));
	umount("ro");
	return 0;
}

/*
 * slashes.c - slashes at the end of a path, twice, alone, behind links, in every kind of call.
 */
#include "../show.h"
#include <sys/stat.h>

static const char *const paths[] = {
	"f/", "f//", "f/.", "f/..", "d/", "d//", "d/.", "d/./", "./d", ".//d//.//", "s/", "sd/", "sd/.", "sd//", "dangling/", "dangling/.", "loop/",
	"none/", "none/.", "none//x", "d//in", "d/in/", "/", "//", "///.", "/..", "/../..", "", ".", "./", "..", "../", "sdslash", "sdslash/in", "sfslash",
};

static void each(const char *what, long (*call)(const char *))
{
	say("%s:", what);
	for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
		long r = call(paths[i]);

		if (r < 0)
			say(" %s=%s", paths[i], errno_name(errno));
		else
			say(" %s=ok", paths[i]);
	}
	say("\n");
}

static struct stat st;
static long do_stat(const char *p) { return stat(p, &st); }
static long do_lstat(const char *p) { return lstat(p, &st); }
static long do_open(const char *p) { int fd = open(p, O_RDONLY); return fd < 0 ? -1 : close(fd); }
static long do_open_nofollow(const char *p) { int fd = open(p, O_RDONLY | O_NOFOLLOW); return fd < 0 ? -1 : close(fd); }
static long do_open_dir(const char *p) { int fd = open(p, O_RDONLY | O_DIRECTORY); return fd < 0 ? -1 : close(fd); }
static long do_open_path(const char *p) { int fd = open(p, O_PATH | O_NOFOLLOW); return fd < 0 ? -1 : close(fd); }
static long do_open_create(const char *p) { int fd = open(p, O_RDONLY | O_CREAT, 0600); return fd < 0 ? -1 : close(fd); }
static long do_open_excl(const char *p) { int fd = open(p, O_RDONLY | O_CREAT | O_EXCL, 0600); return fd < 0 ? -1 : close(fd); }
static long do_open_write(const char *p) { int fd = open(p, O_WRONLY); return fd < 0 ? -1 : close(fd); }
static long do_access(const char *p) { return access(p, R_OK); }
static long do_readlink(const char *p) { char b[64]; return readlink(p, b, 64); }
static long do_chmod(const char *p) { return chmod(p, 0755); }
static long do_lchown(const char *p) { return lchown(p, 0, 0); }
static long do_truncate(const char *p) { return truncate(p, 0); }
static long do_mkdir(const char *p) { return mkdir(p, 0755); }
static long do_unlink(const char *p) { return unlink(p); }
static long do_symlink(const char *p) { return symlink("x", p); }
static long do_link(const char *p) { return link("other", p); }

int main(void)
{
	mkdir("w", 0755), chdir("w");           /* what "..", too, may be changed */
	mkdir("d", 0755), close(open("f", O_CREAT | O_RDWR, 0644)), close(open("d/in", O_CREAT | O_RDWR, 0644));
	close(open("other", O_CREAT | O_RDWR, 0644)), symlink("f", "s"), symlink("d", "sd"), symlink("nowhere", "dangling"), symlink("loop", "loop");
	symlink("d/", "sdslash"), symlink("f/", "sfslash");
	each("stat", do_stat);
	each("lstat", do_lstat);
	each("open", do_open);
	each("open O_NOFOLLOW", do_open_nofollow);
	each("open O_DIRECTORY", do_open_dir);
	each("open O_PATH O_NOFOLLOW", do_open_path);
	each("open O_WRONLY", do_open_write);
	each("access", do_access);
	each("readlink", do_readlink);
	each("lchown", do_lchown);
	each("truncate", do_truncate);
	each("open O_CREAT O_EXCL", do_open_excl);
	each("symlink", do_symlink);
	each("link", do_link);
	each("open O_CREAT", do_open_create);
	show("made by it", access("nowhere", F_OK));
	unlink("nowhere");
	each("mkdir", do_mkdir);
	rmdir("none");
	each("chmod", do_chmod);
	each("unlink", do_unlink);
	return 0;
}

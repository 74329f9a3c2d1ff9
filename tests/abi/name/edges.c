/*
 * edges.c - paths at page edges and bad addresses, in the calls that take one; two bad arguments at once.
 */
#include "../show.h"
#include <sys/stat.h>
#include <sys/statfs.h>

static char *edge;
static struct stat st;
static struct statfs sf;

static void path(const char *what, void *p)
{
	char b[8];

	say("%s:", what);
#define TRY(name, call) do { long r_ = (call); say(" %s=%s", name, r_ < 0 ? errno_name(errno) : "ok"); } while (0)
	TRY("open", syscall(SYS_open, p, O_RDONLY, 0));
	TRY("creat", syscall(SYS_open, p, O_CREAT | O_EXCL | O_RDWR, 0600));
	TRY("stat", syscall(SYS_stat, p, &st));
	TRY("lstat", syscall(SYS_lstat, p, &st));
	TRY("access", syscall(SYS_access, p, 0));
	TRY("statfs", syscall(SYS_statfs, p, &sf));
	TRY("chdir", syscall(SYS_chdir, p));
	TRY("readlink", syscall(SYS_readlink, p, b, 8));
	TRY("chmod", syscall(SYS_chmod, p, 0700));
	TRY("chown", syscall(SYS_chown, p, -1, -1));
	TRY("truncate", syscall(SYS_truncate, p, 0));
	TRY("utimes", syscall(SYS_utimes, p, NULL));
	TRY("mkdir", syscall(SYS_mkdir, p, 0700));
	TRY("mknod", syscall(SYS_mknod, p, S_IFREG | 0600, 0));
	TRY("rmdir", syscall(SYS_rmdir, p));
	TRY("unlink", syscall(SYS_unlink, p));
	TRY("link", syscall(SYS_link, p, "new"));
	TRY("link to", syscall(SYS_link, "f", p));
	TRY("rename", syscall(SYS_rename, p, "new"));
	TRY("rename to", syscall(SYS_rename, "none", p));
	TRY("symlink", syscall(SYS_symlink, p, "link"));
	TRY("symlink at", syscall(SYS_symlink, "x", p));
	TRY("chroot", syscall(SYS_chroot, p));
	TRY("inotify", syscall(SYS_inotify_add_watch, 99, p, 1));
	TRY("umount", syscall(SYS_umount2, p, 0));
	TRY("mount", syscall(SYS_mount, "x", p, "tmpfs", 0, NULL));
	TRY("swapon", syscall(SYS_swapon, p, 0));
	TRY("getxattr", syscall(SYS_getxattr, p, "user.x", b, 8));
	TRY("execve", syscall(SYS_execve, p, NULL, NULL));
	say("\n");
	unlink("link"), unlink("new");
}

int main(void)
{
	char *rom;

	edge = page_edge();
	close(open("f", O_CREAT | O_RDWR, 0600)), mkdir("d", 0700);
	path("null", NULL);
	path("one", (void *)1);
	path("kernel", KERNEL_ADDRESS);
	path("direct map", DIRECT_ADDRESS);
	path("not canonical", NON_CANONICAL);
	path("below it", BELOW_NON_CANONICAL);
	path("last byte", (void *)-1ul);
	path("behind the edge", edge);
	path("not ended", memset(edge - 5, 'q', 5));
	path("not ended, slash", memset(edge - 1, '/', 1));
	path("ended, missing", memcpy(edge - 6, "qqq/q", 6));
	path("ended, in a file", memcpy(edge - 4, "f/x", 4));
	rom = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	strcpy(rom, "none"), mprotect(rom, PAGE, PROT_NONE);
	path("not readable", rom);
	mprotect(rom, PAGE, PROT_READ);
	path("read-only", rom);
	return 0;
}

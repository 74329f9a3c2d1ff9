/*
 * statx.c - statx(2): masks, attributes, flags, and what stays zero.
 */
#include "../show.h"
#include <linux/stat.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static union { struct statx x; unsigned char bytes[256 + 16]; } u;

static long sx(int dir, const char *path, int flags, unsigned mask)
{
	memset(&u, 0xa5, sizeof u);
	return syscall(SYS_statx, dir, path, flags, mask, &u);
}

static void tell(const char *what, const char *path, int flags, unsigned mask)
{
	long r = sx(AT_FDCWD, path, flags, mask);

	if (r < 0) {
		say("%s: %s\n", what, errno_name(errno));
		return;
	}
	say("%s: mask %#x attr %#llx of %#llx mode %o links %u uid %u gid %u size %llu blocks %llu blksize %u\n", what, u.x.stx_mask,
	    (unsigned long long)u.x.stx_attributes, (unsigned long long)u.x.stx_attributes_mask, u.x.stx_mode, u.x.stx_nlink, u.x.stx_uid, u.x.stx_gid,
	    (unsigned long long)u.x.stx_size, (unsigned long long)u.x.stx_blocks, u.x.stx_blksize);
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0640), zero = 1;
	char *edge = page_edge();
	struct statx a;

	(void)!write(fd, "hello", 5);
	mkdir("d", 0755), symlink("f", "s"), mknod("c", S_IFCHR | 0600, makedev(12, 300)), mkfifo("p", 0600);
	tell("nothing asked", "f", 0, 0);
	tell("basic", "f", 0, STATX_BASIC_STATS);
	tell("all", "f", 0, STATX_ALL);
	tell("birth", "f", 0, STATX_BTIME);
	tell("size alone", "f", 0, STATX_SIZE);
	tell("mount id", "f", 0, STATX_MNT_ID);
	tell("unique mount id", "f", 0, 0x4000);
	tell("direct I/O", "f", 0, 0x2000);
	tell("sub-volume", "f", 0, 0x8000);
	tell("write atomic", "f", 0, 0x10000);
	tell("unknown", "f", 0, 0x40000000);
	tell("reserved", "f", 0, 0x80000000u);
	tell("link", "s", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS);
	tell("followed", "s", 0, STATX_BASIC_STATS);
	tell("fifo", "p", 0, STATX_BASIC_STATS);
	tell("device", "c", 0, STATX_BASIC_STATS);
	say("device %u:%u\n", u.x.stx_rdev_major, u.x.stx_rdev_minor);
	tell("root", "/dev/pts", 0, STATX_BASIC_STATS);
	tell("force sync", "f", AT_STATX_FORCE_SYNC, STATX_SIZE);
	tell("don't sync", "f", AT_STATX_DONT_SYNC, STATX_SIZE);
	tell("both", "f", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, STATX_SIZE);
	tell("no automount", "f", AT_NO_AUTOMOUNT, STATX_SIZE);
	tell("bad flag", "f", 1, STATX_SIZE);
	tell("missing", "none", 0, STATX_SIZE);
	tell("empty", "", 0, STATX_SIZE);
	show("descriptor", sx(fd, "", AT_EMPTY_PATH, STATX_SIZE));
	show("descriptor, sync", sx(fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_SIZE));
	show("closed", sx(99, "", AT_EMPTY_PATH, STATX_SIZE));
	show("bad pointer", sx(99, KERNEL_ADDRESS, 0, STATX_SIZE));
	show("bad flag, bad pointer", sx(99, KERNEL_ADDRESS, 1, STATX_SIZE));
	show("reserved, bad flag", sx(99, KERNEL_ADDRESS, 1, 0x80000000u));
	show("bad result", syscall(SYS_statx, AT_FDCWD, "f", 0, 0, KERNEL_ADDRESS));
	show("up to the edge", syscall(SYS_statx, AT_FDCWD, "f", 0, 0, edge - 256));
	show("across the edge", syscall(SYS_statx, AT_FDCWD, "f", 0, 0, edge - 255));
	sx(AT_FDCWD, "f", 0, STATX_ALL);
	a = u.x;
	judge("nothing behind", u.bytes[256] == 0xa5);
	judge("times agree", a.stx_btime.tv_sec && a.stx_btime.tv_sec <= a.stx_mtime.tv_sec && a.stx_mtime.tv_sec == a.stx_ctime.tv_sec);
	for (unsigned i = 192; i < 256; i++)
		zero &= !u.bytes[i];
	judge("spare is zero", zero && !a.__spare0[0] && !a.stx_atime.__reserved);
	sx(AT_FDCWD, "f", 0, STATX_MNT_ID);
	a = u.x;
	sx(AT_FDCWD, "/proc", 0, STATX_MNT_ID);
	judge("mount ids differ", a.stx_mnt_id && u.x.stx_mnt_id && a.stx_mnt_id != u.x.stx_mnt_id);
	return 0;
}

/*
 * statfs.c - statfs(2), fstatfs(2): types, name lengths, flags by mount, counts that follow use, errors.
 */
#include "../show.h"
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

static struct statfs s;

static void tell(const char *path)
{
	memset(&s, 0xff, sizeof s);
	if (syscall(SYS_statfs, path, &s)) {
		say("%s: %s\n", path, errno_name(errno));
		return;
	}
	say("%s: type %#lx bsize %ld frsize %ld namelen %ld flags %#lx blocks %s files %s fsid %s spare %ld\n", path, (long)s.f_type, (long)s.f_bsize,
	    (long)s.f_frsize, (long)s.f_namelen, (long)s.f_flags, s.f_blocks ? "some" : "none", s.f_files ? "some" : "none",
	    s.f_fsid.__val[0] || s.f_fsid.__val[1] ? "some" : "none", (long)s.f_spare[0] + (long)s.f_spare[3]);
}

int main(void)
{
	char *edge = page_edge();
	int fd, p[2];
	unsigned long free_before, files_before;

	(void)!pipe(p);
	mkdir("m", 0755);
	tell("."), tell("/proc"), tell("/sys"), tell("/dev"), tell("/dev/pts"), tell("/dev/null"), tell("/proc/self/exe");
	mount("t", "m", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME, "size=1m,nr_inodes=100");
	tell("m");
	say("blocks %lu of %lu, files %lu of %lu\n", (long)s.f_bfree, (long)s.f_blocks, (long)s.f_ffree, (long)s.f_files);
	free_before = s.f_bfree, files_before = s.f_ffree;
	fd = open("m/f", O_CREAT | O_RDWR, 0600);
	for (int i = 0; i < 10; i++)
		(void)!pwrite(fd, "x", 1, i * (long)PAGE);
	statfs("m", &s);
	say("used %lu blocks, %lu files, available %s\n", free_before - (long)s.f_bfree, files_before - (long)s.f_ffree,
	    s.f_bavail == s.f_bfree ? "all free" : "less");
	unlink("m/f");
	statfs("m", &s);
	say("unlinked: used %lu blocks, %lu files\n", free_before - (long)s.f_bfree, files_before - (long)s.f_ffree);
	close(fd);
	statfs("m", &s);
	say("closed: used %lu blocks, %lu files\n", free_before - (long)s.f_bfree, files_before - (long)s.f_ffree);
	mount("t", "m", "tmpfs", MS_REMOUNT | MS_RDONLY, NULL);
	tell("m");
	umount("m");
	mount("t", "m", "tmpfs", MS_STRICTATIME, "size=0,nr_inodes=0");
	tell("m");
	say("blocks %lu files %lu\n", (long)s.f_blocks, (long)s.f_files);
	umount("m");
	tell("none"), tell(""), tell("m/x");
	show("bad path", syscall(SYS_statfs, KERNEL_ADDRESS, &s));
	show("bad result", syscall(SYS_statfs, ".", KERNEL_ADDRESS));
	show("up to the edge", syscall(SYS_statfs, ".", edge - sizeof s));
	show("across the edge", syscall(SYS_statfs, ".", edge - 8));
	show("pipe", fstatfs(p[0], &s));
	say("type %#lx bsize %ld namelen %ld\n", (long)s.f_type, (long)s.f_bsize, (long)s.f_namelen);
	show("closed", fstatfs(99, &s));
	show("O_PATH", fstatfs(open(".", O_PATH), &s));
	show("bad fd, bad result", syscall(SYS_fstatfs, 99, KERNEL_ADDRESS));
	return 0;
}

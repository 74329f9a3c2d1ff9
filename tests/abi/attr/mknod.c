/*
 * mknod.c - mknod(2), mknodat(2): types, who may make devices, the umask, opening what was made.
 */
#include "../show.h"
#include <grp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void mk(const char *path, unsigned mode, unsigned long dev)
{
	struct stat st;

	say("mknod %s %#o %#lx: ", path, mode, dev);
	show("", syscall(SYS_mknod, path, mode, dev));
	if (!lstat(path, &st))
		say("  %o %u:%u\n", st.st_mode, major(st.st_rdev), minor(st.st_rdev));
	unlink(path);
}

static void user(void)
{
	setgroups(0, NULL), setresgid(1000, 1000, 1000), setresuid(1000, 1000, 1000);
	mk("w/a", S_IFREG | 0644, 0);
	mk("w/a", S_IFIFO | 0644, 0);
	mk("w/a", S_IFSOCK | 0644, 0);
	mk("w/a", S_IFCHR | 0644, 0);
	mk("w/a", S_IFCHR | 0644, makedev(1, 3));
	mk("w/a", S_IFBLK | 0644, makedev(1, 3));
	mk("w/a", 0644, 0);
	mk("a", S_IFIFO | 0644, 0);
	mk("w/file", S_IFCHR | 0644, makedev(1, 3));
	mk("none/a", S_IFCHR | 0644, makedev(1, 3));
}

int main(void)
{
	int d;

	mkdir("w", 0777), chmod("w", 0777), mkdir("nodev", 0777);
	mk("a", S_IFREG | 0666, 5);
	mk("a", 0666, 0);
	mk("a", S_IFIFO | 07777, 7);
	mk("a", S_IFSOCK | 0666, 0);
	mk("a", S_IFCHR | 0666, makedev(1, 3));
	mk("a", S_IFBLK | 0666, makedev(0xfff, 0xfffff));
	mk("a", S_IFCHR | 0666, 0xffffffffu);
	mk("a", S_IFCHR | 0666, 0x1ffffffffu);
	mk("a", S_IFDIR | 0755, 0);
	mk("a", S_IFLNK | 0755, 0);
	mk("a", S_IFMT | 0755, 0);
	mk("a", 0130000 | 0755, 0);
	mk("a", S_IFREG | 0200666u, 0);
	umask(077);
	mk("a", S_IFIFO | 0777, 0);
	umask(022);
	mk("a/", S_IFREG | 0644, 0);
	mk("w", S_IFREG | 0644, 0);
	mk("w/", S_IFREG | 0644, 0);
	mk("w/.", S_IFREG | 0644, 0);
	mk("", S_IFREG | 0644, 0);
	mk("none/a", S_IFREG | 0644, 0);
	mk("none/a", S_IFDIR | 0644, 0);
	mk("/proc/x", S_IFREG | 0644, 0);
	show("bad pointer", syscall(SYS_mknod, KERNEL_ADDRESS, S_IFREG, 0));
	show("bad pointer, directory", syscall(SYS_mknod, KERNEL_ADDRESS, S_IFDIR, 0));
	show("bad pointer, type", syscall(SYS_mknod, KERNEL_ADDRESS, S_IFMT, 0));
	show("null", mknod("null", S_IFCHR | 0666, makedev(1, 3)));
	d = open("null", O_RDWR);
	show("write to it", write(d, "x", 1));
	show("no such device", mknod("nothing", S_IFCHR | 0666, makedev(4000, 77)));
	show("open it", open("nothing", O_RDONLY));
	show("no such block device", mknod("block", S_IFBLK | 0666, makedev(4000, 77)));
	show("open it", open("block", O_RDONLY));
	show("socket", mknod("sock", S_IFSOCK | 0666, 0));
	show("open it", open("sock", O_RDONLY));
	show("mount", mount("t", "nodev", "tmpfs", MS_NODEV, NULL));
	show("null there", mknod("nodev/null", S_IFCHR | 0666, makedev(1, 3)));
	show("open it", open("nodev/null", O_RDWR));
	umount("nodev");
	close(open("w/file", O_CREAT | O_RDWR, 0600));
	in_child("user", user);
	return 0;
}

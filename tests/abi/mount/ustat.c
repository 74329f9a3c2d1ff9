/* ustat(2) finds a file system by its number, mounted here, elsewhere or nowhere. */
#include "mount.h"
#include <sys/sysmacros.h>

/* A number as the call takes it: that of stat(2). */
static unsigned dev_of(int fd)
{
	struct stat st;

	return fd < 0 || fstat(fd, &st) ? 0 : st.st_dev;
}

static void look(const char *what, unsigned dev)
{
	unsigned char b[32] = { 0 };
	int r = syscall(SYS_ustat, dev, b), blocks;
	long inodes;

	memcpy(&blocks, b, sizeof blocks);
	memcpy(&inodes, b + 8, sizeof inodes);
	if (r)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %s blocks, %s inodes\n", what, blocks ? "some" : "no", inodes ? "some" : "no");
}

/* What ended goes a moment later. */
static void look_gone(const char *what, unsigned dev)
{
	unsigned char b[32];

	for (int i = 0; i < 200 && !syscall(SYS_ustat, dev, b); i++)
		sleep_ms(5);
	look(what, dev);
}

static void mounted(void)
{
	unsigned dev;
	int fd;

	dirs("a", "b", NULL);
	mount("a", "a", "tmpfs", 0, "size=64k,nr_inodes=9");
	dev = dev_of(open("a", O_PATH | O_CLOEXEC));
	look("mounted", dev);
	mount("a", "b", NULL, MS_BIND, NULL);
	fd = open("a/file", O_CREAT | O_RDWR, 0600);
	umount2("a", MNT_DETACH);
	look("at another place", dev);
	umount2("b", MNT_DETACH);
	look("held by files", dev);
	for (int i = 3; i <= fd; i++)
		close(i);
	look_gone("by none", dev);
}

/* Not mounted yet. */
static void made(void)
{
	int fs = syscall(SYS_fsopen, "tmpfs", 0), m;
	unsigned dev;

	show("create", syscall(SYS_fsconfig, fs, 6, NULL, NULL, 0));
	m = syscall(SYS_fsmount, fs, 0, 0);
	dev = dev_of(m);
	look("made", dev);
	close(m);
	look("its maker has it", dev);
	close(fs);
	look_gone("nobody has it", dev);
}

static void elsewhere(void)
{
	int up[2], down[2];
	unsigned dev;
	pid_t pid;
	char c;

	pipe(up);
	pipe(down);
	pid = fork();
	if (!pid) {
		unshare(CLONE_NEWNS);
		mount("x", "a", "tmpfs", 0, NULL);
		dev = dev_of(open("a", O_RDONLY));
		(void)!write(up[1], &dev, sizeof dev);
		(void)!read(down[0], &c, 1);
		_exit(0);
	}
	(void)!read(up[0], &dev, sizeof dev);
	look("of another namespace", dev);
	(void)!write(down[1], "x", 1);
	wait_for(pid);
	look_gone("that ended", dev);
}

static void for_ever(void)
{
	int p[2];

	pipe(p);
	look("pipes", dev_of(p[0]));
	look("namespaces", dev_of(open("/proc/self/ns/mnt", O_RDONLY)));
	look("memfd", dev_of(syscall(SYS_memfd_create, "m", 0)));
	look("events", dev_of(syscall(SYS_eventfd2, 0, 0)));
	look("number 0", 0);
	look("a number above", makedev(0, 0xfffff));
}

int main(void)
{
	begin();
	mounted();
	made();
	elsewhere();
	for_ever();
	return 0;
}

/* swapon(2) and swapoff(2) of what holds no swap space: the file must be one that could be written. */
#include "../show.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static void both(const char *name)
{
	say("%s: ", name);
	show("on", syscall(SYS_swapon, name, 0));
	say("%s: ", name);
	show("off", syscall(SYS_swapoff, name));
}

static void nobody(void)
{
	(void)!setuid(1000);
	both("file");
	both("missing");
	show("flags first", syscall(SYS_swapon, "file", 0x80000));
}

int main(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "sock" };

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("s", "/tmp", "tmpfs", 0, NULL) ||
	    chdir("/tmp"))
		fatal("mount");
	close(open("file", O_CREAT | O_WRONLY, 0600));
	(void)!truncate("file", 8192);
	mkdir("dir", 0700), mkdir("ro", 0700), mkfifo("fifo", 0600);
	mknod("nodev", S_IFBLK | 0600, 0x7f01), mknod("chr", S_IFCHR | 0600, 0x103), mknod("nochr", S_IFCHR | 0600, 0x7777);
	(void)!symlink("loop", "loop"), (void)!symlink("file", "link");
	(void)!bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&un, sizeof un);
	mount("r", "ro", "tmpfs", 0, NULL);
	close(open("ro/file", O_CREAT | O_WRONLY, 0600));
	mount("r", "ro", NULL, MS_REMOUNT | MS_RDONLY, NULL);
	static const char *names[] = { "file", "link", "missing", "", "dir", "fifo", "nodev", "chr", "nochr", "sock", "loop", "ro/file",
		"ro/missing", "file/x", "/proc/self/exe", "/proc/self/status" };
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		both(names[i]);
	show("bad pointer", syscall(SYS_swapon, (void *)8, 0));
	show("bad pointer", syscall(SYS_swapoff, (void *)8));
	static const unsigned flags[] = { 0x8000, 0x7fff, 0x10000, 0x20000, 0x40000, 0x7ffff, 0x80000, 0x80000000 };
	for (unsigned i = 0; i < 8; i++) {
		say("%x ", flags[i]);
		show("flags", syscall(SYS_swapon, "file", flags[i]));
	}
	in_child("nobody", nobody);
	return 0;
}

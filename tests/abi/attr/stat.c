/*
 * stat.c - stat(2), lstat(2), fstat(2), newfstatat(2): fields by kind of file, errors and their order.
 */
#include "../show.h"
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void tell(const char *what, long r, const struct stat *st)
{
	if (r < 0)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %o links %ld %d:%d size %ld blocks %ld of %ld dev %s rdev %u:%u\n", what, st->st_mode, (long)st->st_nlink, (int)st->st_uid,
		    (int)st->st_gid, (long)st->st_size, (long)st->st_blocks, (long)st->st_blksize, st->st_dev ? "some" : "none",
		    major(st->st_rdev), minor(st->st_rdev));
}

int main(void)
{
	int fd = open("f", O_CREAT | O_RDWR, 0640), p[2], s[2];
	char *edge = page_edge();
	struct stat st;

	(void)!pipe(p), socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	(void)!pwrite(fd, "x", 1, 3 * PAGE);
	symlink("f", "s"), symlink("loop", "loop"), mkfifo("p", 0600), mknod("b", S_IFBLK | 0600, makedev(4095, 0xfffff));
	mknod("sock", S_IFSOCK | 0755, 0), link("f", "hard");
	tell("file", stat("f", &st), &st);
	tell("link", stat("s", &st), &st);
	tell("link itself", lstat("s", &st), &st);
	tell("fifo", stat("p", &st), &st);
	tell("block device", stat("b", &st), &st);
	tell("socket", stat("sock", &st), &st);
	tell("null", stat("/dev/null", &st), &st);
	tell("descriptor", fstat(fd, &st), &st);
	fstat(p[0], &st);
	say("pipe: %o links %ld size %ld of %ld\n", st.st_mode, (long)st.st_nlink, (long)st.st_size, (long)st.st_blksize);
	fstat(s[0], &st);
	say("socket: %o links %ld size %ld of %ld\n", st.st_mode, (long)st.st_nlink, (long)st.st_size, (long)st.st_blksize);
	fstat(eventfd(0, 0), &st);
	say("eventfd: %o links %ld size %ld of %ld\n", st.st_mode, (long)st.st_nlink, (long)st.st_size, (long)st.st_blksize);
	tell("missing", stat("none", &st), &st);
	tell("in a file", stat("f/x", &st), &st);
	tell("file with a slash", stat("f/", &st), &st);
	tell("link with a slash", lstat("s/", &st), &st);
	tell("loop", stat("loop", &st), &st);
	tell("loop itself", lstat("loop", &st), &st);
	tell("loop with a slash", lstat("loop/", &st), &st);
	tell("empty", stat("", &st), &st);
	show("bad path", syscall(SYS_stat, KERNEL_ADDRESS, &st));
	show("bad result", syscall(SYS_stat, "f", KERNEL_ADDRESS));
	show("missing, bad result", syscall(SYS_stat, "none", KERNEL_ADDRESS));
	show("result up to the edge", syscall(SYS_stat, "f", edge - sizeof st));
	show("result across the edge", syscall(SYS_stat, "f", edge - 8));
	show("bad descriptor", syscall(SYS_fstat, 99, KERNEL_ADDRESS));
	show("descriptor, bad result", syscall(SYS_fstat, fd, KERNEL_ADDRESS));
	tell("at, nofollow", syscall(SYS_newfstatat, AT_FDCWD, "s", &st, AT_SYMLINK_NOFOLLOW), &st);
	show("at, bad flag", syscall(SYS_newfstatat, AT_FDCWD, "s", &st, 1));
	show("at, bad flag, bad path", syscall(SYS_newfstatat, 99, KERNEL_ADDRESS, &st, AT_SYMLINK_FOLLOW));
	show("at, no automount", syscall(SYS_newfstatat, AT_FDCWD, "f", &st, AT_NO_AUTOMOUNT));
	show("at, force sync", syscall(SYS_newfstatat, AT_FDCWD, "f", &st, 0x2000));
	memset(&st, 0xff, sizeof st);
	stat("f", &st);
	judge("no byte left", ((unsigned char *)&st)[sizeof st - 1] == 0 && ((uint32_t *)&st)[9] == 0);
	return 0;
}

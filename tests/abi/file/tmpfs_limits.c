/*
 * tmpfs_limits.c - a tmpfs that is full: ENOSPC of blocks and inodes, part writes, what is given back.
 */
#include "../show.h"
#include <linux/falloc.h>
#include <setjmp.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

static sigjmp_buf back;
static void on_bus(int sig) { siglongjmp(back, sig); }

static void left(const char *what)
{
	struct statfs s;

	statfs("m", &s);
	say("%s: %ld blocks, %ld files free\n", what, (long)s.f_bfree, (long)s.f_ffree);
}

int main(void)
{
	static char b[1 << 20];
	char name[32], *p;
	int fd, n;

	mkdir("m", 0755);
	show("mount", mount("t", "m", "tmpfs", 0, "size=64k,nr_inodes=8"));
	left("fresh");
	fd = open("m/f", O_RDWR | O_CREAT, 0600);
	show("write too much", write(fd, b, sizeof b));
	show("and more", write(fd, b, 1));
	show("over what is there", pwrite(fd, b, 100, 0));
	left("full");
	show("fallocate", syscall(SYS_fallocate, fd, 0, 0, 17 * PAGE));
	show("fallocate within", syscall(SYS_fallocate, fd, 0, 0, 16 * PAGE));
	show("punch", syscall(SYS_fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4 * PAGE));
	left("punched");
	show("fallocate too much", syscall(SYS_fallocate, fd, 0, 16 * PAGE, 5 * PAGE));
	left("undone");
	show("truncate larger", ftruncate(fd, 100 * PAGE));
	left("sparse");
	p = mmap(NULL, 100 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	signal(SIGBUS, on_bus);
	n = 0;
	if (!sigsetjmp(back, 1))
		for (; n < 100; n++)
			((volatile char *)p)[n * PAGE]++;
	say("SIGBUS at page %d\n", n);
	left("mapped full");
	show("truncate", ftruncate(fd, 0));
	left("empty");
	for (n = 0; n < 20; n++) {
		snprintf(name, sizeof name, "m/x%d", n);
		if (mknod(name, S_IFREG | 0600, 0))
			break;
	}
	show("files made", n);
	show("one more", mknod("m/y", S_IFREG | 0600, 0));
	show("directory", mkdir("m/d", 0700));
	show("symlink", symlink("a", "m/s"));
	show("link", link("m/f", "m/hard"));
	show("O_TMPFILE", open("m", O_TMPFILE | O_RDWR, 0600));
	show("rename", rename("m/x0", "m/z"));
	show("unlink", unlink("m/z"));
	show("link now", link("m/f", "m/hard"));
	left("linked");
	show("unlink the link", unlink("m/hard"));
	show("O_TMPFILE now", close(open("m", O_TMPFILE | O_RDWR, 0600)));
	left("after");
	close(fd), munmap(p, 100 * PAGE);
	show("umount", umount("m"));
	return 0;
}

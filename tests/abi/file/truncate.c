/*
 * truncate.c - truncate(2), ftruncate(2): lengths, rights, kinds of files, order of checks.
 */
#include "../show.h"
#include <sys/stat.h>

static long tr(const char *path, long len) { return syscall(SYS_truncate, path, len); }
static long ft(int fd, long len) { return syscall(SYS_ftruncate, fd, len); }

int main(void)
{
	int fd = open("f", O_RDWR | O_CREAT, 0644), ro = open("f", O_RDONLY), p[2], dir = open(".", O_RDONLY);
	struct stat st;
	char b[4];

	(void)!pipe(p);
	(void)!write(fd, "0123456789", 10);
	mkdir("d", 0755), mkfifo("fifo", 0644), symlink("f", "s");
	show("shorter", tr("f", 5));
	show("longer", tr("s", 8));
	show("read the rest", pread(fd, b, 4, 5));
	say("%d %d %d\n", b[0], b[1], b[2]);
	show("same", ft(fd, 8));
	fstat(fd, &st);
	say("size %lld position %ld\n", (long long)st.st_size, (long)lseek(fd, 0, SEEK_CUR));
	show("negative", tr("f", -1));
	show("negative, missing", tr("none", -1));
	show("missing", tr("none", 0));
	show("directory", tr("d", 0));
	show("fifo", tr("fifo", 0));
	show("device", tr("/dev/null", 0));
	show("in a file", tr("f/x", 0));
	show("bad pointer", tr(KERNEL_ADDRESS, 0));
	show("bad pointer, negative", tr(KERNEL_ADDRESS, -1));
	show("empty path", tr("", 0));
	show("largest", tr("f", 0x7fffffffffffffff));
	show("negative fd", ft(fd, -1));
	show("negative, bad fd", ft(99, -1));
	show("bad fd", ft(99, 0));
	show("read-only", ft(ro, 0));
	show("pipe", ft(p[1], 0));
	show("directory", ft(dir, 0));
	show("device", ft(open("/dev/null", O_RDWR), 0));
	show("O_PATH", ft(open("f", O_PATH), 0));
	chmod(".", 0755);
	if (!fork()) {
		setresuid(1000, 1000, 1000);
		show("another's", tr("f", 0));
		show("another's by descriptor", ft(fd, 3));
		_exit(0);
	}
	wait(NULL);
	fstat(fd, &st);
	say("size %lld\n", (long long)st.st_size);
	return 0;
}

/*
 * fallocate.c - fallocate(2): modes, ranges, what the size and the content become, errors.
 */
#include "../show.h"
#include <linux/falloc.h>
#include <sys/stat.h>

static int fd;

static void al(const char *what, int mode, long off, long len)
{
	struct stat st;
	long r = syscall(SYS_fallocate, fd, mode, off, len);

	say("%s: %s", what, r ? errno_name(errno) : "ok");
	fstat(fd, &st);
	say(", size %lld, %lld blocks\n", (long long)st.st_size, (long long)st.st_blocks);
}

int main(void)
{
	int p[2], keep;
	char b[8] = "";

	(void)!pipe(p);
	fd = open("f", O_RDWR | O_CREAT, 0644);
	al("grow", 0, 0, 3 * PAGE);
	al("beyond, keeping the size", FALLOC_FL_KEEP_SIZE, 4 * PAGE, PAGE);
	(void)!pwrite(fd, "abcdefgh", 8, PAGE - 4);
	al("punch a page", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, PAGE);
	pread(fd, b, 8, PAGE - 4);
	say("%.4s %d %d\n", b, b[4], b[7]);
	al("punch inside a page", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE - 3, 2);
	pread(fd, b, 8, PAGE - 4);
	say("%c %d %d %c\n", b[0], b[1], b[2], b[3]);
	al("punch beyond", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100 * PAGE, PAGE);
	al("punch all", FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 1000 * PAGE);
	al("punch without keeping", FALLOC_FL_PUNCH_HOLE, 0, PAGE);
	al("collapse", FALLOC_FL_COLLAPSE_RANGE, 0, PAGE);
	al("insert", FALLOC_FL_INSERT_RANGE, 0, PAGE);
	al("zero", FALLOC_FL_ZERO_RANGE, 0, PAGE);
	al("unshare", FALLOC_FL_UNSHARE_RANGE, 0, PAGE);
	al("collapse and keep", FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_KEEP_SIZE, 0, PAGE);
	al("unknown mode", 0x80, 0, PAGE);
	al("length 0", 0, 0, 0);
	al("negative length", 0, 0, -1);
	al("negative offset", 0, -1, 1);
	al("sum overflows", 0, 0x7fffffffffffffff, 1);
	al("length 0, unknown mode", 0x80, 0, 0);
	keep = fd;
	fd = open("f", O_RDONLY);
	al("read-only", 0, 0, 1);
	al("read-only, length 0", 0, 0, 0);
	fd = p[1];
	al("pipe", 0, 0, 1);
	fd = open(".", O_RDONLY);
	show("directory", syscall(SYS_fallocate, fd, 0, 0, 1));
	fd = open("/dev/null", O_RDWR);
	show("device", syscall(SYS_fallocate, fd, 0, 0, 1));
	show("bad fd", syscall(SYS_fallocate, 99, 0x80, 0, 0));
	fd = keep;
	fcntl(fd, F_SETFL, O_APPEND);
	al("appending", 0, 0, 5 * PAGE);
	return 0;
}

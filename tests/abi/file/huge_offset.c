/*
 * huge_offset.c - reads, writes and truncations near the largest offsets, sparse files, lengths that overflow.
 */
#include "../show.h"
#include <sys/stat.h>
#include <sys/uio.h>

#define MAX 0x7fffffffffffffffl

static int fd;

static void size(void)
{
	struct stat st;

	fstat(fd, &st);
	say("  size %#llx blocks %lld\n", (long long)st.st_size, (long long)st.st_blocks);
}

int main(void)
{
	char b[64] = "";
	struct iovec v = { b, 8 };

	fd = open("f", O_RDWR | O_CREAT, 0600);
	show("write at 1 TiB", pwrite(fd, "x", 1, 1l << 40)), size();
	show("read before it", pread(fd, b, 2, (1l << 40) - 1));
	say("%d %d\n", b[0], b[1]);
	show("read behind it", pread(fd, b, 2, (1l << 40) + 1));
	show("write at 2^62", pwrite(fd, "x", 1, 1l << 62)), size();
	show("write at MAX - 1", pwrite(fd, "x", 1, MAX - 1)), size();
	show("write 8 at MAX - 4", pwrite(fd, b, 8, MAX - 4)), size();
	show("write at MAX", pwrite(fd, "x", 1, MAX));
	show("write nothing at MAX", pwrite(fd, "x", 0, MAX));
	show("read at MAX", pread(fd, b, 1, MAX));
	show("read 8 at MAX - 4", pread(fd, b, 8, MAX - 4));
	show("read at MAX - 1", pread(fd, b, 1, MAX - 1));
	show("pwritev at MAX - 4", pwritev(fd, &v, 1, MAX - 4));
	show("negative", pread(fd, b, 1, -1));
	show("smallest", pwrite(fd, b, 1, -MAX - 1));
	show("seek to MAX", lseek(fd, MAX, SEEK_SET) == MAX ? 0 : -1);
	show("write there", write(fd, "x", 1));
	show("read there", read(fd, b, 1));
	show("truncate to MAX", ftruncate(fd, MAX)), size();
	show("hole from 0", lseek(fd, 0, SEEK_HOLE));
	show("data from 0", lseek(fd, 0, SEEK_DATA) == 1l << 40 ? 0 : -1);
	show("next data", lseek(fd, (1l << 40) + 4096, SEEK_DATA) == 1l << 62 ? 0 : -1);
	show("truncate to 10", ftruncate(fd, 10)), size();
	show("no data", lseek(fd, 0, SEEK_DATA));
	show("hole", lseek(fd, 3, SEEK_HOLE));
	show("map at a large offset", mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, MAX & ~(PAGE - 1)) == MAP_FAILED ? -1 : 0);
	show("map beyond", (void *)syscall(SYS_mmap, NULL, PAGE * 2, PROT_READ, MAP_SHARED, fd, -PAGE) == MAP_FAILED ? -1 : 0);
	show("map the largest", (void *)syscall(SYS_mmap, NULL, PAGE, PROT_READ, MAP_SHARED, fd, -PAGE) == MAP_FAILED ? -1 : 0);
	return 0;
}

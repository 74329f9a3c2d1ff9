/*
 * mincore.c - mincore(2): arguments in order, holes, what counts as resident.
 */
#include "region.h"
#include <sys/stat.h>

static void in(const char *what, char *p, unsigned n)
{
	unsigned char v[16];

	memset(v, 0xff, sizeof v);
	if (mincore(p, n * PAGE, v)) {
		say("%s: %s\n", what, errno_name(errno));
		return;
	}
	say("%s:", what);
	for (unsigned i = 0; i < n + 1; i++)
		say(" %u", v[i]);
	say("\n");
}

/* What fallocate(2) reserved is a hole until it is written or mapped. */
static void reserved(void)
{
	int fd = open("r", O_RDWR | O_CREAT, 0600);
	struct stat st;
	char *p, c;

	show("fallocate", fallocate(fd, 0, 0, 8 * PAGE));
	fstat(fd, &st);
	show("blocks", st.st_blocks);
	p = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	in("reserved", p, 8);
	show("data", lseek(fd, 0, SEEK_DATA));
	show("hole", lseek(fd, 0, SEEK_HOLE));
	show("read", pread(fd, &c, 1, 5 * PAGE));
	(void)!pwrite(fd, "x", 1, PAGE);
	(void)*(volatile char *)(p + 3 * PAGE);
	p[6 * PAGE] = 1;
	in("page 1 written, 3 and 6 mapped", p, 8);
	for (long at = 0; at >= 0;) {
		at = lseek(fd, at, SEEK_DATA);
		show("data", at);
		if (at >= 0)
			show("hole", at = lseek(fd, at, SEEK_HOLE));
	}
	show("punch", fallocate(fd, 3, PAGE, 4 * PAGE));
	show("reserve again", fallocate(fd, 0, 0, 8 * PAGE));
	in("reserved again", p, 8);
	fstat(fd, &st);
	show("blocks", st.st_blocks);
	show("keep the size", fallocate(fd, 1, 8 * PAGE, 4 * PAGE));
	(void)!ftruncate(fd, 12 * PAGE);
	p = mmap(NULL, 12 * PAGE, RW, MAP_SHARED, fd, 0);
	in("beyond the old end", p + 4 * PAGE, 8);
	fstat(fd, &st);
	show("blocks", st.st_blocks);
}

int main(void)
{
	int fd = temp_file("f", 4 * PAGE), sparse = open("s", O_RDWR | O_CREAT, 0600);
	unsigned char v[16];
	char *r = region_rw(8), *p, *edge = page_edge();

	r[0] = r[2 * PAGE] = 1;
	in("anonymous", r, 8);
	(void)*(volatile char *)(r + PAGE);
	in("read page of zeroes", r, 8);
	show("not aligned", mincore(r + 1, PAGE, v));
	show("length 0", mincore(r, 0, v));
	show("length 0, bad vector", mincore(r, 0, KERNEL_ADDRESS));
	show("length 1", mincore(r, 1, v));
	show("bad vector", mincore(r, PAGE, KERNEL_ADDRESS));
	show("null vector", mincore(r, PAGE, NULL));
	show("vector ends too early", mincore(r, 8 * PAGE, (unsigned char *)edge - 4));
	say("written before: %d %d\n", edge[-4] & 1, edge[-1] & 1);
	show("in the kernel", mincore(KERNEL_ADDRESS, PAGE, v));
	show("length beyond all", mincore(r, 1ul << 47, v));
	show("length rounds to 0", mincore(r, -1ul, v));
	munmap(r + 3 * PAGE, PAGE);
	show("over a hole", mincore(r, 8 * PAGE, v));
	in("before the hole", r, 3);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	in("cached file, not touched", p, 4);
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 2 * PAGE);
	in("private, half beyond the end", p, 4);
	(void)!ftruncate(sparse, 4 * PAGE);
	(void)!pwrite(sparse, "x", 1, PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, sparse, 0);
	in("sparse", p, 4);
	p = mmap(NULL, 4 * PAGE, PROT_NONE, MAP_SHARED, fd, 0);
	in("PROT_NONE of a file", p, 4);
	reserved();
	return 0;
}

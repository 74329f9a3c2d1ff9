/*
 * msync.c - msync(2): flags that exclude each other, ranges, locked pages.
 */
#include "region.h"

int main(void)
{
	int fd = temp_file("f", 4 * PAGE);
	char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0), *r = region_rw(4);

	show("MS_SYNC", msync(p, 4 * PAGE, MS_SYNC));
	show("MS_ASYNC", msync(p, 4 * PAGE, MS_ASYNC));
	show("MS_INVALIDATE", msync(p, 4 * PAGE, MS_INVALIDATE));
	show("no flag", msync(p, 4 * PAGE, 0));
	show("both", msync(p, 4 * PAGE, MS_SYNC | MS_ASYNC));
	show("unknown flag", msync(p, 4 * PAGE, 8));
	show("not aligned", msync(p + 1, PAGE, MS_SYNC));
	show("length 0", msync(p, 0, MS_SYNC));
	show("length 0, not mapped", msync((void *)0x1000, 0, MS_SYNC));
	show("length wraps", msync(p, -PAGE, MS_SYNC));
	show("length rounds to 0", msync(p, -1ul, MS_SYNC));
	show("anonymous", msync(r, 4 * PAGE, MS_SYNC));
	munmap(r + 2 * PAGE, PAGE);
	show("over a hole", msync(r, 4 * PAGE, MS_SYNC));
	show("over a hole, async", msync(r, 4 * PAGE, MS_ASYNC));
	show("not mapped", msync(r + 2 * PAGE, PAGE, MS_SYNC));
	mlock(p, PAGE);
	show("locked, invalidate", msync(p, 4 * PAGE, MS_SYNC | MS_INVALIDATE));
	show("locked", msync(p, 4 * PAGE, MS_SYNC));
	show("in the kernel", msync(KERNEL_ADDRESS, PAGE, MS_SYNC));
	return 0;
}

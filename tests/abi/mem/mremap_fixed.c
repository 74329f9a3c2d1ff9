/*
 * mremap_fixed.c - MREMAP_FIXED and MREMAP_DONTUNMAP.
 */
#include "region.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#define KEEP (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)

static char *r;

static void move(const char *what, void *old, size_t from, size_t to, int flags, void *at)
{
	long p = syscall(SYS_mremap, old, from, to, flags, at);

	if (p == -1)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %s\n", what, (void *)p == at ? "there" : "elsewhere");
}

int main(void)
{
	int fd = temp_file("f", 4 * PAGE);
	char *sh;

	r = region(16);
	munmap(r, 16 * PAGE);
	mmap(r, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	for (int i = 0; i < 4; i++)
		r[i * PAGE] = 'a' + i;
	move("target not aligned", r, PAGE, PAGE, FIXED, r + 8 * PAGE + 1);
	move("target overlaps", r, 2 * PAGE, 2 * PAGE, FIXED, r + PAGE);
	move("target overlaps by its new size", r + 2 * PAGE, PAGE, 4 * PAGE, FIXED, r - PAGE);
	move("target is the place", r, PAGE, PAGE, FIXED, r);
	move("target in the kernel", r, PAGE, PAGE, FIXED, KERNEL_ADDRESS);
	move("target across the end", r, 2 * PAGE, 2 * PAGE, FIXED, (void *)0x7fffffffe000);
	move("to a hole", r, PAGE, PAGE, FIXED, r + 8 * PAGE);
	show_maps("moved", r, 16);
	say("contents: %c\n", r[8 * PAGE]);
	move("over a mapping", r + PAGE, PAGE, PAGE, FIXED, r + 8 * PAGE);
	say("contents: %c\n", r[8 * PAGE]);
	move("smaller", r + 2 * PAGE, 2 * PAGE, PAGE, FIXED, r + 10 * PAGE);
	show_maps("smaller", r, 16);
	move("larger", r + 10 * PAGE, PAGE, 3 * PAGE, FIXED, r + 12 * PAGE);
	show_maps("larger", r, 16);
	move("keep, without MAYMOVE", r + 12 * PAGE, PAGE, PAGE, MREMAP_DONTUNMAP, 0);
	move("keep, larger", r + 12 * PAGE, PAGE, 2 * PAGE, KEEP, 0);
	move("keep", r + 12 * PAGE, PAGE, PAGE, KEEP | MREMAP_FIXED, r);
	show_maps("both", r, 16);
	say("contents: %c, old place %d\n", r[0], r[12 * PAGE]);
	move("keep, unmapped", r + 2 * PAGE, PAGE, PAGE, KEEP, 0);
	move("keep, over itself", r + 12 * PAGE, 2 * PAGE, 2 * PAGE, KEEP | MREMAP_FIXED, r + 13 * PAGE);
	sh = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	sh[0] = 'S';
	move("keep, shared file", sh, PAGE, PAGE, KEEP | MREMAP_FIXED, r + 2 * PAGE);
	say("both views: %c %c\n", r[2 * PAGE], sh[0]);
	return 0;
}

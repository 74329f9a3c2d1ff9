/*
 * mremap.c - mremap(2) in place and elsewhere: arguments, growing, shrinking, moving, and the contents.
 */
#include "region.h"

static char *move(const char *what, char *r, void *old, size_t from, size_t to, int flags)
{
	char *p = mremap(old, from, to, flags);

	if (p == MAP_FAILED)
		say("%s: %s\n", what, errno_name(errno));
	else
		say("%s: %s\n", what, p == old ? "in place" : "moved");
	return p;
}

int main(void)
{
	int fd = temp_file("f", 4 * PAGE);
	char *r = region(32), *p, *q;

	munmap(r, 32 * PAGE);
	mmap(r, 4 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	memset(r, 'a', 4 * PAGE);
	move("same size", r, r, 4 * PAGE, 4 * PAGE, 0);
	move("not aligned", r, r + 1, PAGE, PAGE, 0);
	move("unknown flag", r, r, PAGE, PAGE, 8);
	move("fixed alone", r, r, PAGE, PAGE, MREMAP_FIXED);
	move("new size 0", r, r, PAGE, 0, MREMAP_MAYMOVE);
	move("new size wraps", r, r, PAGE, -1ul, MREMAP_MAYMOVE);
	move("unmapped", r, r + 8 * PAGE, PAGE, PAGE, 0);
	move("unmapped, larger", r, r + 8 * PAGE, PAGE, 2 * PAGE, MREMAP_MAYMOVE);
	move("beyond the mapping", r, r + 2 * PAGE, 4 * PAGE, 5 * PAGE, MREMAP_MAYMOVE);
	move("grow into a hole", r, r, 4 * PAGE, 6 * PAGE, 0);
	show_maps("grown", r, 32);
	say("contents: %c %d\n", r[4 * PAGE - 1], r[4 * PAGE]);
	move("shrink", r, r, 6 * PAGE, 3 * PAGE, 0);
	show_maps("shrunk", r, 32);
	mmap(r + 3 * PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0);
	move("no room, may not move", r, r, 3 * PAGE, 4 * PAGE, 0);
	p = move("no room, may move", r, r, 3 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	say("contents: %c %d\n", p[3 * PAGE - 1], p[3 * PAGE]);
	load("old place", r);
	q = move("part of it", r, p + PAGE, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	say("contents: %c, hole left:", q[0]);
	load("", p + PAGE);
	/* Old size 0: a second view of something shared. */
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	q = move("old size 0, shared", r, p, 0, 4 * PAGE, MREMAP_MAYMOVE);
	p[5] = 'X';
	say("second view: %c\n", q[5]);
	move("old size 0, may not move", r, p, 0, 4 * PAGE, 0);
	move("old size 0, private", r, r + 3 * PAGE, 0, PAGE, MREMAP_MAYMOVE);
	q = move("file grows beyond its end", r, q, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	load("beyond its end", q + 4 * PAGE);
	show("flags in the upper half", syscall(SYS_mremap, r + 3 * PAGE, PAGE, PAGE, 1ul << 32, 0));
	return 0;
}

/*
 * merge.c - neighbours that are alike become one mapping; what keeps them apart.
 */
#include "region.h"

static void put(char *r, unsigned at, unsigned n, int prot, int flags, int fd, off_t off)
{
	if (mmap(r + at * PAGE, n * PAGE, prot, flags | MAP_FIXED, fd, off) == MAP_FAILED)
		fatal("mmap at %u", at);
}

int main(void)
{
	int fd = temp_file("f", 8 * PAGE);
	char *r = region(16);

	munmap(r, 16 * PAGE);
	put(r, 0, 2, RW, ANON, -1, 0);
	put(r, 2, 2, RW, ANON, -1, 0);
	show_maps("anonymous", r, 16);
	mprotect(r + PAGE, PAGE, PROT_READ);
	show_maps("protected", r, 16);
	mprotect(r + PAGE, PAGE, RW);
	show_maps("as before", r, 16);
	put(r, 4, 2, PROT_READ, MAP_SHARED, fd, 0);
	put(r, 6, 2, PROT_READ, MAP_SHARED, fd, 2 * PAGE);
	show_maps("file, offsets follow", r, 16);
	put(r, 8, 2, PROT_READ, MAP_SHARED, fd, 2 * PAGE);
	show_maps("file, offset does not", r, 16);
	munmap(r + 5 * PAGE, PAGE);
	put(r, 5, 1, PROT_READ, MAP_SHARED, fd, PAGE);
	show_maps("a hole filled", r, 16);
	put(r, 10, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	put(r, 11, 1, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	show_maps("two shared objects", r, 16);
	put(r, 12, 1, RW, ANON | MAP_NORESERVE, -1, 0);
	put(r, 13, 1, RW, ANON, -1, 0);
	show_maps("noreserve and not", r, 16);
	madvise(r, PAGE, MADV_DONTFORK);
	show_maps("not for children", r, 16);
	madvise(r, PAGE, MADV_DOFORK);
	show_maps("again", r, 16);
	return 0;
}

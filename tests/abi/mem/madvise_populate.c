/*
 * madvise_populate.c - MADV_POPULATE_READ and _WRITE: what is resident then, and the errors of what cannot be.
 */
#include "region.h"

#define READ 22
#define WRITE 23

static unsigned resident(char *p, unsigned n)
{
	unsigned char in[64];
	unsigned k = 0;

	if (mincore(p, n * PAGE, in))
		fatal("mincore");
	for (unsigned i = 0; i < n; i++)
		k += in[i] & 1;
	return k;
}

int main(void)
{
	int fd = temp_file("f", 3 * PAGE);
	char *r = region_rw(8), *p;

	show("read", madvise(r, 4 * PAGE, READ));
	say("resident %u\n", resident(r, 8));
	show("write", madvise(r, 8 * PAGE, WRITE));
	say("resident %u\n", resident(r, 8));
	mprotect(r + 4 * PAGE, PAGE, PROT_READ);
	show("write, a page is read-only", madvise(r, 8 * PAGE, WRITE));
	show("read", madvise(r, 8 * PAGE, READ));
	mprotect(r + 4 * PAGE, PAGE, PROT_NONE);
	show("read, a page is closed", madvise(r, 8 * PAGE, READ));
	mprotect(r + 4 * PAGE, PAGE, PROT_WRITE);
	show("read, a page is write-only", madvise(r, 8 * PAGE, READ));
	munmap(r + 4 * PAGE, PAGE);
	show("read over a hole", madvise(r, 8 * PAGE, READ));
	show("read from a hole", madvise(r + 4 * PAGE, PAGE, READ));
	p = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, 0);
	show("file, write", madvise(p, 3 * PAGE, WRITE));
	show("file, beyond the end", madvise(p, 8 * PAGE, WRITE));
	show("file, beyond the end, read", madvise(p + 4 * PAGE, PAGE, READ));
	p = mmap(NULL, 3 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	show("private read-only file, write", madvise(p, 3 * PAGE, WRITE));
	show("private read-only file, read", madvise(p, 3 * PAGE, READ));
	return 0;
}

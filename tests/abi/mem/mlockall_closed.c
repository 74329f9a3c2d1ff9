/* mlockall_closed.c - mlockall() brings in what can be: a mapping without access, or past the end of its file, ends nothing. */
#include "region.h"

static unsigned resident(char *p, unsigned n)
{
	unsigned char in[32] = { 0 };
	unsigned k = 0;

	if (mincore(p, n * PAGE, in))
		return 99;
	for (unsigned i = 0; i < n; i++)
		k += in[i] & 1;
	return k;
}

int main(void)
{
	char *r = region_rw(24);
	int fd = memfd_create("x", 0);

	if (fd < 0 || ftruncate(fd, 2 * PAGE) || mprotect(r + 4 * PAGE, 4 * PAGE, PROT_NONE) ||
	    mmap(r + 12 * PAGE, 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		fatal("set up");
	show("mlockall", mlockall(MCL_CURRENT));
	say("before %u, closed %u, behind it %u, past the end %u, behind it %u\n", resident(r, 4), resident(r + 4 * PAGE, 4),
	    resident(r + 8 * PAGE, 4), resident(r + 12 * PAGE, 4), resident(r + 16 * PAGE, 8));
	munlockall();
	show("mlock over it", mlock(r, 12 * PAGE));
	show("past the end", mlock(r + 12 * PAGE, 8 * PAGE));
	return 0;
}

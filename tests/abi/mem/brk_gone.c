/* brk_gone.c - a heap whose mapping is gone, or is another one's, does not shrink. */
#include "region.h"

static char *brk_to(const void *p) { return (char *)syscall(SYS_brk, p); }

int main(void)
{
	char *start = brk_to(NULL);

	start = brk_to((char *)(((uintptr_t)start + PAGE - 1) & -PAGE));
	say("grow: %ld\n", (long)(brk_to(start + 8 * PAGE) - start));
	munmap(start + 6 * PAGE, 2 * PAGE);
	say("shrink within what is gone: %ld\n", (long)(brk_to(start + 7 * PAGE) - start));
	say("shrink to its border: %ld\n", (long)(brk_to(start + 6 * PAGE) - start));
	say("within a page: %ld\n", (long)(brk_to(start + 8 * PAGE - 5) - start));
	say("shrink further: %ld\n", (long)(brk_to(start + 5 * PAGE) - start));
	say("grow: %ld\n", (long)(brk_to(start + 8 * PAGE) - start));
	if (mmap(start + 6 * PAGE, 4 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == MAP_FAILED)
		fatal("mmap");
	say("shrink into another mapping: %ld\n", (long)(brk_to(start + 7 * PAGE) - start));
	load("what stands there", start + 7 * PAGE);
	return 0;
}

/*
 * brk.c - brk(2): what it returns, limits, neighbours; contents of what was given back.
 */
#include "region.h"
#include <sys/resource.h>

static char *brk_to(const void *p) { return (char *)syscall(SYS_brk, p); }

int main(void)
{
	char *start = brk_to(NULL), *p;
	struct rlimit l = { 0, RLIM_INFINITY };

	judge("not aligned up front or aligned", start != NULL);
	start = brk_to((char *)(((uintptr_t)start + PAGE - 1) & -PAGE));
	say("grow: %ld\n", (long)(brk_to(start + 4 * PAGE) - start));
	store("last byte", start + 4 * PAGE - 1);
	load("next page", start + 4 * PAGE);
	say("odd: %ld\n", (long)(brk_to(start + 2 * PAGE + 5) - start));
	store("rest of its page", start + 3 * PAGE - 1);
	load("page above", start + 3 * PAGE);
	say("odd again: %ld\n", (long)(brk_to(start + 2 * PAGE + 7) - start));
	start[PAGE] = 'x';
	say("shrink: %ld\n", (long)(brk_to(start) - start));
	say("grow: %ld\n", (long)(brk_to(start + 2 * PAGE) - start));
	say("contents: %d\n", start[PAGE]);
	say("below the start: %ld\n", (long)(brk_to((void *)0x1000) - start));
	say("huge: %ld\n", (long)(brk_to((void *)0x7fffffffe000) - start));
	say("in the kernel: %ld\n", (long)(brk_to(KERNEL_ADDRESS) - start));
	p = mmap(start + 8 * PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
	judge("neighbour", p == start + 8 * PAGE);
	say("up to a neighbour: %ld\n", (long)(brk_to(start + 8 * PAGE) - start));
	say("a page from it: %ld\n", (long)(brk_to(start + 7 * PAGE) - start));
	say("over it: %ld\n", (long)(brk_to(start + 9 * PAGE) - start));
	munmap(start + 2 * PAGE, PAGE);
	say("after a hole was cut: %ld\n", (long)(brk_to(NULL) - start));
	say("shrink over it: %ld\n", (long)(brk_to(start + PAGE) - start));
	setrlimit(RLIMIT_DATA, &l);
	say("RLIMIT_DATA 0: %ld\n", (long)(brk_to(start + 2 * PAGE) - start));
	say("shrink: %ld\n", (long)(brk_to(start) - start));
	return 0;
}

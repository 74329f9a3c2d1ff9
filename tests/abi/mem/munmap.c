/*
 * munmap.c - munmap(2): arguments, splitting, holes, what is unmapped twice.
 */
#include "region.h"

int main(void)
{
	char *r = region_rw(16);

	show_maps("at first", r, 16);
	show("not aligned", munmap(r + 1, PAGE));
	show("length 0", munmap(r, 0));
	show("length rounds to 0", munmap(r, -1ul));
	show("above the user's half", munmap((void *)0x7ffffffff000, PAGE));
	show("up to its end", munmap((void *)0x7fffffffe000, PAGE));
	show("across its end", munmap((void *)0x7fffffffe000, 2 * PAGE));
	show("in the kernel", munmap(KERNEL_ADDRESS, PAGE));
	show("wraps", munmap((void *)-PAGE, 2 * PAGE));
	show("in the middle", munmap(r + 4 * PAGE, 2 * PAGE));
	show_maps("split", r, 16);
	show("again", munmap(r + 4 * PAGE, 2 * PAGE));
	show("over a hole", munmap(r + 3 * PAGE, 4 * PAGE));
	show_maps("wider", r, 16);
	show("length not aligned", munmap(r + 15 * PAGE, 1));
	show("first page", munmap(r, PAGE));
	show_maps("ends cut", r, 16);
	load("gone", r);
	load("before the cut", r + 14 * PAGE);
	load("the cut", r + 15 * PAGE);
	mprotect(r + 8 * PAGE, 2 * PAGE, PROT_READ);
	show_maps("three kinds", r, 16);
	show("across kinds", munmap(r + 2 * PAGE, 8 * PAGE));
	show_maps("left", r, 16);
	show("all", munmap(r, 16 * PAGE));
	show_maps("nothing", r, 16);
	return 0;
}

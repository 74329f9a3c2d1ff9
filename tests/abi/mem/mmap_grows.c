/*
 * mmap_grows.c - MAP_GROWSDOWN and the gap that guards what grows.
 */
#include "region.h"

#define GAP 256                             /* pages, stack_guard_gap */

int main(void)
{
	int fd = temp_file("f", 10);
	char *r = region(1024), *top = r + 1000 * PAGE, *p;

	munmap(r, 1024 * PAGE);
	try_map("shared", NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);
	try_map("of a file", NULL, PAGE, RW, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0);
	p = mmap(top, PAGE, RW, ANON | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	show_ok("growing mapping", (long)p);
	show_maps("at first", r, 1024);
	store("its page", top);
	store("one page below", top - 1);
	show_maps("grown by one", r, 1024);
	store("ten pages below", top - 11 * PAGE);
	show_maps("grown by ten", r, 1024);
	load("reading grows, too", top - 20 * PAGE);
	show_maps("grown by a read", r, 1024);
	/* A neighbour below: growing stops a gap above it. */
	p = mmap(top - 400 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0);
	show_ok("neighbour below", (long)p);
	store("right above the gap", top - 399 * PAGE + GAP * PAGE);
	show_maps("grown to the gap", r, 1024);
	store("in the gap", top - 399 * PAGE + (GAP - 1) * PAGE);
	show_maps("not grown", r, 1024);
	/* One that cannot be touched does not count. */
	mprotect(top - 400 * PAGE, PAGE, PROT_NONE);
	store("in the gap above PROT_NONE", top - 399 * PAGE + (GAP - 1) * PAGE);
	show_maps("grown further", r, 1024);
	p = mmap(top - 300 * PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
	show_ok("fixed in the gap", (long)p);
	show("mprotect with PROT_GROWSDOWN", mprotect(top, PAGE, PROT_READ | PROT_GROWSDOWN));
	show_maps("all of it", r, 1024);
	show("PROT_GROWSDOWN elsewhere", mprotect(top - 400 * PAGE, PAGE, PROT_READ | PROT_GROWSDOWN));
	show("PROT_GROWSUP", mprotect(top, PAGE, PROT_READ | PROT_GROWSUP));
	show("both", mprotect(top, PAGE, PROT_READ | PROT_GROWSUP | PROT_GROWSDOWN));
	return 0;
}

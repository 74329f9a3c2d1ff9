/*
 * mprotect.c - mprotect(2): arguments, holes, what is changed before an error, and what the hardware then does.
 */
#include "region.h"

#ifndef PROT_SEM
#define PROT_SEM 8
#endif

int main(void)
{
	char *r = region_rw(8);
	unsigned char ret = 0xc3;

	show("not aligned", mprotect(r + 1, PAGE, PROT_READ));
	show("length 0", mprotect(r, 0, PROT_READ));
	show("length 0, not mapped", mprotect(r - PAGE, 0, PROT_READ));
	show("length wraps", mprotect(r, -PAGE, PROT_READ));
	show("length rounds to 0", mprotect(r, -1ul, PROT_READ));
	show("unknown protection", mprotect(r, PAGE, 0x40));
	show("PROT_SEM", mprotect(r, PAGE, RW | PROT_SEM));
	show("length not aligned", mprotect(r, 1, PROT_READ));
	show_maps("one page", r, 8);
	load("load", r);
	store("store", r);
	show("none", mprotect(r, PAGE, PROT_NONE));
	load("load", r);
	show("write alone", mprotect(r, PAGE, PROT_WRITE));
	store("store", r);
	load("load", r);
	munmap(r + 4 * PAGE, PAGE);
	show("over a hole", mprotect(r + 2 * PAGE, 6 * PAGE, PROT_READ));
	show_maps("up to the hole", r, 8);
	show("from a hole", mprotect(r + 4 * PAGE, 2 * PAGE, PROT_READ));
	show("not mapped", mprotect((void *)0x1000, PAGE, PROT_READ));
	show("in the kernel", mprotect(KERNEL_ADDRESS, PAGE, PROT_READ));
	r[6 * PAGE] = ret;
	show("executable", mprotect(r + 6 * PAGE, PAGE, PROT_READ | PROT_EXEC));
	((void (*)(void))(r + 6 * PAGE))();
	say("called\n");
	show("not executable", mprotect(r + 6 * PAGE, PAGE, PROT_READ));
	if (!sigsetjmp(touch_back, 1))
		((void (*)(void))(r + 6 * PAGE))();
	say("signal %d code %d %s\n", touch_info.si_signo, touch_info.si_code, touch_info.si_addr == r + 6 * PAGE ? "there" : "elsewhere");
	return 0;
}

/*
 * faults.c - SIGSEGV and SIGBUS: code and address of every kind of bad access; system calls say EFAULT.
 */
#include "region.h"

int main(void)
{
	char *r = region_rw(4), *edge = page_edge();
	int p[2];

	(void)!pipe(p);
	load("not mapped", r + 4 * PAGE);
	store("not mapped, store", r + 4 * PAGE);
	mprotect(r, PAGE, PROT_NONE);
	load("closed", r + 10);
	mprotect(r, PAGE, PROT_READ);
	store("read-only", r + 10);
	load("null", (void *)1);
	load("kernel", KERNEL_ADDRESS);
	load("direct map", DIRECT_ADDRESS);
	load("not canonical", NON_CANONICAL);
	load("end of the user's half", BELOW_NON_CANONICAL);
	store("vsyscall page", (void *)0xffffffffff600000);
	show("write from the edge", write(p[1], edge - 4, 8));
	show("write from beyond", write(p[1], edge, 8));
	(void)!write(p[1], "12345678", 8);
	show("read to the edge", read(p[0], edge - 4, 8));
	show("read to a read-only page", read(p[0], r, 1));
	show("read to the kernel", read(p[0], KERNEL_ADDRESS, 1));
	show("getcwd over the edge", syscall(SYS_getcwd, edge - 1, 4096));
	show("pipe to the edge", syscall(SYS_pipe, edge - 4));
	show("open of a path over the edge", syscall(SYS_open, memcpy(edge - 4, "/dev", 4), O_RDONLY));
	show("clock_gettime", syscall(SYS_clock_gettime, 0, edge - 8));
	show("nanosleep", syscall(SYS_nanosleep, edge - 8, NULL));
	show("uname", syscall(SYS_uname, edge - 100));
	return 0;
}

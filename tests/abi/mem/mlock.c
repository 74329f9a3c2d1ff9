/*
 * mlock.c - mlock(2), mlock2, munlock: ranges, VmLck, what is resident, fork.
 */
#include "region.h"

static unsigned resident(char *p, unsigned n)
{
	unsigned char in[32];
	unsigned k = 0;

	if (mincore(p, n * PAGE, in))
		return 99;
	for (unsigned i = 0; i < n; i++)
		k += in[i] & 1;
	return k;
}

static void child(void) { say("child's VmLck %ld\n", field_kb("/proc/self/status", "VmLck:")); }

int main(void)
{
	char *r = region_rw(16);
	int fd = temp_file("f", 2 * PAGE);
	char *p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);

	show("two pages from inside", mlock(r + 100, PAGE));
	say("VmLck %ld, resident %u\n", field_kb("/proc/self/status", "VmLck:"), resident(r, 16));
	show_maps("cut", r, 16);
	show("again", mlock(r, 2 * PAGE));
	say("VmLck %ld\n", field_kb("/proc/self/status", "VmLck:"));
	in_child("fork", child);
	show("length 0", mlock(r, 0));
	show("length wraps", mlock(r, -1ul));
	show("not mapped", mlock((void *)0x1000, PAGE));
	show("on fault", syscall(SYS_mlock2, r + 4 * PAGE, 4 * PAGE, 1));
	say("VmLck %ld, resident %u\n", field_kb("/proc/self/status", "VmLck:"), resident(r, 16));
	show("mlock2, unknown flag", syscall(SYS_mlock2, r, PAGE, 2));
	show("mlock2, no flag", syscall(SYS_mlock2, r + 4 * PAGE, PAGE, 0));
	say("VmLck %ld, resident %u\n", field_kb("/proc/self/status", "VmLck:"), resident(r, 16));
	mprotect(r + 12 * PAGE, PAGE, PROT_NONE);
	show("with a closed page", mlock(r + 10 * PAGE, 4 * PAGE));
	say("VmLck %ld, resident %u\n", field_kb("/proc/self/status", "VmLck:"), resident(r, 16));
	munmap(r + 12 * PAGE, PAGE);
	show("over a hole", mlock(r + 10 * PAGE, 6 * PAGE));
	show("munlock over a hole", munlock(r + 10 * PAGE, 6 * PAGE));
	show("munlock", munlock(r, PAGE));
	show("munlock, length 0", munlock(r, 0));
	show("munlock, wraps", munlock(r, -1ul));
	say("VmLck %ld\n", field_kb("/proc/self/status", "VmLck:"));
	show("file beyond its end", mlock(p, 4 * PAGE));
	say("VmLck %ld\n", field_kb("/proc/self/status", "VmLck:"));
	show("unmapping unlocks", munmap(p, 4 * PAGE));
	show("unmapping unlocks", munmap(r, 12 * PAGE));
	say("VmLck %ld\n", field_kb("/proc/self/status", "VmLck:"));
	show("in the kernel", mlock(KERNEL_ADDRESS, PAGE));
	return 0;
}

/* mremap_keep.c - MREMAP_DONTUNMAP makes a second mapping: limits count it, and the old one is not locked any more. */
#include "region.h"
#include <sys/resource.h>

#define KEEP (MREMAP_MAYMOVE | MREMAP_DONTUNMAP)
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static char *r;

static void moved(const char *what, size_t pages)
{
	void *p = mremap(r, pages * PAGE, pages * PAGE, KEEP, NULL);

	say("%s: %s, locked %ld kB\n", what, p == MAP_FAILED ? errno_name(errno) : "ok", field_kb("/proc/self/status", "VmLck:"));
}

static void limit_to(int resource, size_t bytes)
{
	struct rlimit l = { bytes, RLIM_INFINITY };

	if (setrlimit(resource, &l))
		fatal("setrlimit");
}

static void locked(void)
{
	limit_to(RLIMIT_MEMLOCK, 12 * PAGE);
	if (setuid(1) || mlock(r, 8 * PAGE))
		fatal("mlock");
	moved("8 pages locked, 12 allowed", 8);
	moved("again", 8);
	show("munlock", munlock(r, 8 * PAGE));
	say("locked %ld kB\n", field_kb("/proc/self/status", "VmLck:"));
}

static void part(void)
{
	if (mlock(r, 16 * PAGE))
		fatal("mlock");
	moved("half of what is locked", 8);
	munlockall();
}

static void address_space(void)
{
	limit_to(RLIMIT_AS, (size_t)field_kb("/proc/self/status", "VmSize:") * 1024 + 8 * PAGE);
	moved("RLIMIT_AS, 16 pages", 16);
	moved("8 pages", 8);
	moved("and 8 more", 8);
}

static void data(void)
{
	limit_to(RLIMIT_DATA, (size_t)field_kb("/proc/self/status", "VmData:") * 1024 + 8 * PAGE);
	moved("RLIMIT_DATA, 16 pages", 16);
	moved("8 pages", 8);
	moved("and 8 more", 8);
}

int main(void)
{
	r = region_rw(16);
	in_child("locked", locked);
	in_child("part", part);
	in_child("address space", address_space);
	in_child("data", data);
	return 0;
}

/*
 * mlockall.c - mlockall(2): flags, what is locked then, future mappings, fork and exec.
 */
#include "region.h"

static bool is_locked(void *at)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	bool here = false, locked = false;

	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (unsigned long)at >= from && (unsigned long)at < to;
		if (here && !strncmp(line, "VmFlags:", 8))
			locked = strstr(line, " lo");
	}
	if (f)
		fclose(f);
	return locked;
}

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

static char *r;

static void child(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);

	say("child: locked %d, new %d, resident %u\n", is_locked(r), is_locked(p), resident(p, 4));
}

int main(void)
{
	char *p;

	r = region_rw(8);
	show("no flag", mlockall(0));
	show("unknown flag", mlockall(8));
	show("on fault alone", mlockall(4));
	show("current", mlockall(MCL_CURRENT));
	p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	say("locked %d, resident %u; new %d, resident %u\n", is_locked(r), resident(r, 8), is_locked(p), resident(p, 4));
	show("munlockall", munlockall());
	say("locked %d, resident %u\n", is_locked(r), resident(r, 8));
	show("future", mlockall(MCL_FUTURE));
	p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	say("locked %d; new %d, resident %u\n", is_locked(r), is_locked(p), resident(p, 4));
	in_child("fork", child);
	show("current again ends future", mlockall(MCL_CURRENT));
	p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	say("new %d\n", is_locked(p));
	show("future on fault", mlockall(MCL_FUTURE | 4));
	p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	say("new %d, resident %u\n", is_locked(p), resident(p, 4));
	p = mmap(NULL, 4 * PAGE, PROT_NONE, ANON, -1, 0);
	say("closed %d, resident %u\n", is_locked(p), resident(p, 4));
	return 0;
}

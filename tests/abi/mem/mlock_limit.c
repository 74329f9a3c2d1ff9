/*
 * mlock_limit.c - RLIMIT_MEMLOCK and CAP_IPC_LOCK: mlock, MAP_LOCKED, mremap, mlockall, brk.
 */
#include "region.h"
#include <sys/resource.h>

static void limit(unsigned pages)
{
	struct rlimit l = { pages * PAGE, RLIM_INFINITY };

	if (setrlimit(RLIMIT_MEMLOCK, &l))
		fatal("setrlimit");
}

static void as_user(void)
{
	char *r, *p;

	limit(8);
	if (setuid(1000))
		fatal("setuid");
	r = region_rw(16);
	show("eight pages", mlock(r, 8 * PAGE));
	show("the same again", mlock(r, 8 * PAGE));
	show("one more", mlock(r + 8 * PAGE, PAGE));
	show("overlapping, one more", mlock(r, 9 * PAGE));
	try_map("MAP_LOCKED", NULL, PAGE, RW, ANON | MAP_LOCKED, -1, 0);
	show("mlock2 on fault", syscall(SYS_mlock2, r + 8 * PAGE, PAGE, 1));
	munlock(r, 4 * PAGE);
	try_map("MAP_LOCKED after unlocking", NULL, PAGE, RW, ANON | MAP_LOCKED, -1, 0);
	p = mremap(r + 4 * PAGE, 4 * PAGE, 12 * PAGE, MREMAP_MAYMOVE);
	show_ok("mremap of locked pages beyond the limit", (long)p);
	p = mremap(r + 4 * PAGE, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
	show_ok("mremap up to the limit", (long)p);
	show("mlockall beyond the limit", mlockall(MCL_CURRENT));
	show("mlockall, future", mlockall(MCL_FUTURE));
	show_ok("future mapping beyond the limit", (long)mmap(NULL, 9 * PAGE, RW, ANON, -1, 0));
	limit(0);
	show("limit 0: mlock", mlock(r, PAGE));
	show("limit 0: mlock, length 0", mlock(r, 0));
	show("limit 0: mlockall", mlockall(MCL_CURRENT));
	show("limit 0: mlockall, no flags", mlockall(0));
	try_map("limit 0: MAP_LOCKED", NULL, PAGE, RW, ANON | MAP_LOCKED, -1, 0);
	show("munlockall", munlockall());
}

static void as_root(void)
{
	char *r = region_rw(16);

	limit(1);
	show("root beyond the limit", mlock(r, 16 * PAGE));
	show("root, mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
	limit(0);
	try_map("root, limit 0, MAP_LOCKED", NULL, PAGE, RW, ANON | MAP_LOCKED, -1, 0);
	show("root, limit 0", mlock(r, PAGE));
}

int main(void)
{
	in_child("user", as_user);
	in_child("root", as_root);
	return 0;
}

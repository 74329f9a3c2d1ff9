/* droppable.c - MAP_DROPPABLE: what goes with it, what its mappings are, and what a child sees. */
#include "region.h"

#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 8
#endif

static void flags_of(const char *what, const char *at)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	unsigned long from, to;
	char line[512];
	bool here = false;

	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (unsigned long)at >= from && (unsigned long)at < to;
		if (here && !strncmp(line, "VmFlags:", 8))
			say("%s: %s", what, line + 9);
	}
	if (f)
		fclose(f);
}

static char *r;

static void child(void) { say("the child reads %d\n", r[0]); }

static void with(const char *what, int flags, int fd)
{
	void *p = mmap(NULL, 2 * PAGE, RW, flags, fd, 0);

	say("%s: %s\n", what, p == MAP_FAILED ? errno_name(errno) : "ok");
}

int main(void)
{
	int fd = memfd_create("x", 0);
	long before = field_kb("/proc/meminfo", "Committed_AS:");
	char *far;

	with("locked", MAP_DROPPABLE | MAP_ANONYMOUS | MAP_LOCKED, -1);
	with("huge", MAP_DROPPABLE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
	with("growing", MAP_DROPPABLE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1);
	with("of a file", MAP_DROPPABLE, fd);
	with("private as well", MAP_DROPPABLE | MAP_PRIVATE | MAP_ANONYMOUS, -1);
	with("shared as well", MAP_DROPPABLE | MAP_SHARED | MAP_ANONYMOUS, -1);
	with("an unknown type", 4 | MAP_ANONYMOUS, -1);
	region(8);
	r = mmap(NULL, 8 * PAGE, RW, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);
	if (r == MAP_FAILED)
		fatal("mmap");
	flags_of("flags", r);
	show_maps("maps", r, 8);
	r[0] = 5;
	say("written %d\n", r[0]);
	in_child("child", child);
	show("keep on fork", madvise(r, 8 * PAGE, MADV_KEEPONFORK));
	in_child("child", child);
	show("dump", madvise(r, 8 * PAGE, MADV_DODUMP));
	flags_of("flags", r);
	show("wipe on fork", madvise(r, 8 * PAGE, MADV_WIPEONFORK));
	show("mlock", mlock(r, 8 * PAGE));
	say("locked %ld kB\n", field_kb("/proc/self/status", "VmLck:"));
	flags_of("flags", r);
	show("free", madvise(r, 8 * PAGE, MADV_FREE));
	show("mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
	far = mmap(NULL, 8 * PAGE, RW, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);
	if (far == MAP_FAILED)
		say("while the future is locked: %s\n", errno_name(errno));
	else
		flags_of("while the future is locked", far);
	munlockall();
	far = mmap(NULL, 1ul << 30, RW, MAP_DROPPABLE | MAP_ANONYMOUS, -1, 0);
	judge("not promised", far != MAP_FAILED && field_kb("/proc/meminfo", "Committed_AS:") - before < 1 << 19);
	return 0;
}

/* huge_fork.c - huge pages and fork(2): each side's writes are its own; children of children; wiped and not copied. */
#include "huge.h"

static void child(void (*f)(char *), char *p)
{
	int status;

	if (!fork()) {
		f(p);
		_exit(0);
	}
	wait(&status);
	if (status)
		say("status %x\n", status);
}

static void grandchild(char *p)
{
	say("grandchild sees: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 2));
	stamp(p, 2 * HUGE, 3);
	say("grandchild wrote: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 3));
}

static void write_all(char *p)
{
	say("child sees: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 1));
	stamp(p, 2 * HUGE, 2);
	child(grandchild, p);
	say("child has: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 2));
}

static void write_some(char *p)
{
	for (size_t i = 0; i < 2 * HUGE; i += 7 * PAGE)
		p[i] = 1;
	say("child has: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 1));
}

static void is_wiped(char *p) { say("wiped: %d\n", p[8] + p[2 * HUGE - PAGE + 12]); }
static void unmaps(char *p) { say("unmap: %d\n", munmap(p, HUGE)); }

int main(void)
{
	char *p;

	huge_on("always");
	p = huge_map(2, PROT_READ | PROT_WRITE);
	stamp(p, 2 * HUGE, 1);
	huge_show("before", p, 2 * HUGE);
	child(write_all, p);
	say("parent has: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 1));
	child(write_some, p);
	child(unmaps, p);
	say("parent has: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 1));
	stamp(p, 2 * HUGE, 4);
	say("parent wrote: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 4));
	munmap(p, 2 * HUGE);
	p = huge_map(2, PROT_READ | PROT_WRITE);
	stamp(p, 2 * HUGE, 1);
	madvise(p, 2 * HUGE, MADV_WIPEONFORK);
	child(is_wiped, p);
	say("parent has: %ld wrong\n", stamps_wrong(p, 2 * HUGE, 1));
	huge_show("after", p, 2 * HUGE);
	munmap(p, 2 * HUGE);
	huge_on("never");
	return 0;
}

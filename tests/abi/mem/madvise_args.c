/*
 * madvise_args.c - every advice of madvise(2) on every kind of mapping: which go together.
 */
#include "region.h"

static const struct { int nr; const char *name; } advices[] = {
	{ 0, "NORMAL" }, { 1, "RANDOM" }, { 2, "SEQUENTIAL" }, { 3, "WILLNEED" }, { 4, "DONTNEED" }, { 5, "5" }, { 8, "FREE" },
	{ 9, "REMOVE" }, { 10, "DONTFORK" }, { 11, "DOFORK" }, { 14, "HUGEPAGE" }, { 15, "NOHUGEPAGE" }, { 16, "DONTDUMP" },
	{ 17, "DODUMP" }, { 18, "WIPEONFORK" }, { 19, "KEEPONFORK" }, { 20, "COLD" }, { 21, "PAGEOUT" }, { 22, "POPULATE_READ" },
	{ 23, "POPULATE_WRITE" }, { 24, "DONTNEED_LOCKED" }, { 25, "COLLAPSE" }, { 26, "26" }, { 102, "102" }, { -1, "-1" },
};

static void all(const char *what, char *p, size_t len)
{
	say("%s:", what);
	for (unsigned i = 0; i < sizeof advices / sizeof advices[0]; i++)
		if (madvise(p, len, advices[i].nr))
			say(" %s=%s", advices[i].name, errno_name(errno));
	say("\n");
}

int main(void)
{
	int fd = temp_file("f", 4 * PAGE);
	char *r = region_rw(8), *p;

	all("anonymous", r, 4 * PAGE);
	all("length 0", r, 0);
	all("not aligned", r + 1, PAGE);
	all("length wraps", r, -PAGE);
	all("length rounds to 0", r, -1ul);
	munmap(r + 4 * PAGE, PAGE);
	all("over a hole", r + 3 * PAGE, 3 * PAGE);
	all("not mapped", r + 4 * PAGE, PAGE);
	mprotect(r, PAGE, PROT_NONE);
	all("PROT_NONE", r, PAGE);
	mprotect(r, PAGE, PROT_READ);
	all("read-only", r, PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	all("shared file", p, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	all("private file", p, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, open("f", O_RDONLY), 0);
	all("read-only file", p, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	all("shared anonymous", p, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	mlock(p, 4 * PAGE);
	all("locked", p, 4 * PAGE);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	mlock(p, 4 * PAGE);
	all("locked file", p, 4 * PAGE);
	p = mmap(NULL, 8 * PAGE, RW, MAP_SHARED, fd, PAGE);
	all("beyond the end", p + 4 * PAGE, 4 * PAGE);
	all("in the kernel", KERNEL_ADDRESS, PAGE);
	return 0;
}

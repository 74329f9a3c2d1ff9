/*
 * madvise_drop.c - what DONTNEED, FREE and REMOVE do to contents; DONTFORK and WIPEONFORK to a child's.
 */
#include "region.h"

static void fill(char *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		p[i * PAGE] = 'a' + i;
}

static void seen(const char *what, const char *p, unsigned n)
{
	say("%s:", what);
	for (unsigned i = 0; i < n; i++)
		say(" %d", p[i * PAGE]);
	say("\n");
}

static char *r;

static void child_reads(void) { load("page not forked", r); }
static void child_wiped(void) { seen("wiped for the child", r, 4); }

int main(void)
{
	int fd = temp_file("f", 4 * PAGE);
	char *p;

	r = region_rw(8);
	fill(r, 8);
	show("DONTNEED", madvise(r + PAGE, 2 * PAGE, MADV_DONTNEED));
	seen("anonymous", r, 8);
	show("DONTNEED, part of a page", madvise(r + 3 * PAGE, 1, MADV_DONTNEED));
	seen("anonymous", r, 8);
	fill(r, 8);
	show("FREE", madvise(r, PAGE, MADV_FREE));
	r[0] = 'Z';
	say("written after FREE: %c\n", r[0]);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fill(p, 4);
	show("DONTNEED, shared", madvise(p, 4 * PAGE, MADV_DONTNEED));
	seen("shared", p, 4);
	show("REMOVE, shared", madvise(p + PAGE, 2 * PAGE, MADV_REMOVE));
	seen("removed", p, 4);
	p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	show("REMOVE, file", madvise(p + PAGE, PAGE, MADV_REMOVE));
	seen("a hole", p, 4);
	say("file size %ld\n", (long)lseek(fd, 0, SEEK_END));
	p = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	fill(p, 4);
	show("DONTNEED, private", madvise(p, 4 * PAGE, MADV_DONTNEED));
	seen("the file's again", p, 4);
	fill(r, 8);
	show("DONTFORK", madvise(r, PAGE, MADV_DONTFORK));
	in_child("child without it", child_reads);
	show("DOFORK", madvise(r, PAGE, MADV_DOFORK));
	in_child("child with it", child_reads);
	show("WIPEONFORK", madvise(r + PAGE, 2 * PAGE, MADV_WIPEONFORK));
	in_child("child", child_wiped);
	seen("parent", r, 4);
	show("KEEPONFORK", madvise(r, 4 * PAGE, MADV_KEEPONFORK));
	in_child("child", child_wiped);
	show_maps("joined again", r, 8);
	return 0;
}

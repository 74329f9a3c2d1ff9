/*
 * remap_file_pages.c - remap_file_pages(2): pages of a shared mapping in another order; what may not be reordered.
 */
#define _GNU_SOURCE
#include "../show.h"

#define PAGES 4

static long remap(void *at, size_t len, int prot, size_t pgoff, int flags) { return syscall(SYS_remap_file_pages, at, len, prot, pgoff, flags); }

static void look(const char *what, const char *m)
{
	say("%s:", what);
	for (int i = 0; i < PAGES; i++)
		say(" %c", m[i * PAGE]);
	say("\n");
}

static void past_end(void *at) { (void)*(volatile char *)at; }
static char *mapping;
static void touch(void) { past_end(mapping + PAGE); }

static void reorder(const char *what, int fd)
{
	char *m = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, fd < 0 ? MAP_SHARED | MAP_ANONYMOUS : MAP_SHARED, fd, 0);

	say("-- %s\n", what);
	for (int i = 0; i < PAGES; i++)
		m[i * PAGE] = 'a' + i;
	show("first page shows the last", remap(m, PAGE, 0, 3, 0));
	look("pages", m);
	show("across two mappings", remap(m, 2 * PAGE, 0, 1, 0));
	show("third shows the second, not populated", remap(m + 2 * PAGE, PAGE, 0, 1, MAP_NONBLOCK));
	look("pages", m);
	m[2 * PAGE] = 'z';
	show("as they were", remap(m, 2 * PAGE, 0, 0, 0));
	show("as they were", remap(m + 2 * PAGE, 2 * PAGE, 0, 2, 0));
	look("pages", m);
	show("end within a page", remap(m, PAGE + 1, 0, 1, 0));
	show("start within a page", remap(m + 100, PAGE, 0, 2, 0));
	look("pages", m);
	show("past the end of the file", remap(m + PAGE, PAGE, 0, 100, 0));
	mapping = m;
	in_child("read there", touch);
	munmap(m, PAGES * PAGE);
}

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	char *m;

	if (ftruncate(fd, PAGES * PAGE))
		fatal("ftruncate");
	reorder("file", fd);
	reorder("shared memory", -1);
	m = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	show("with prot", remap(m, PAGE, PROT_READ, 1, 0));
	show("no length", remap(m, 0, 0, 1, 0));
	show("less than a page", remap(m, 100, 0, 1, 0));
	show("length wraps", remap(m, -1, 0, 1, 0));
	show("offset wraps", remap(m, 2 * PAGE, 0, -1, 0));
	show("beyond the mapping", remap(m, 16 * PAGE, 0, 1, 0));
	munmap(m + PAGE, PAGE);
	show("across a hole", remap(m, 3 * PAGE, 0, 1, 0));
	show("not mapped", remap(m + PAGE, PAGE, 0, 1, 0));
	mprotect(m + 3 * PAGE, PAGE, PROT_READ);
	show("across unlike ones", remap(m + 2 * PAGE, 2 * PAGE, 0, 1, 0));
	show("read only", remap(m + 3 * PAGE, PAGE, 0, 0, 0));
	show("private", remap(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), PAGE, 0, 1, 0));
	show("unknown flags", remap(m, PAGE, 0, 0, 0x40000000));
	return 0;
}
